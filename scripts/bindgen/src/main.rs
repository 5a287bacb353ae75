//! Writes the JavaScript glue of a wasm module that was compiled with
//! wasm-bindgen: `bindgen [--nodejs] <in.wasm> <out-dir> <out-name>`.
//!
//! The default is wasm-bindgen's `module` target. Its glue begins with the line
//! `import source wasmModule from "./<name>_bg.wasm"` and instantiates that
//! module synchronously; packaging swaps this one line per runtime. `--nodejs`
//! writes a CommonJS module that reads the `.wasm` file beside it, for a quick
//! look from `node`.
//!
//! Being a member of the workspace, this program needs no installation and its
//! version cannot drift from the crate's: the lock file holds both.

use std::{env, error::Error, process::ExitCode};

use wasm_bindgen_cli_support::Bindgen;

const USAGE: &str = "usage: bindgen [--nodejs] <in.wasm> <out-dir> <out-name>";

fn main() -> ExitCode {
    match run(env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bindgen: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut arguments: Vec<String>) -> Result<(), Box<dyn Error>> {
    let nodejs = arguments.first().is_some_and(|first| first == "--nodejs");
    if nodejs {
        arguments.remove(0);
    }
    let [input, directory, name] = arguments.as_slice() else {
        return Err(USAGE.into());
    };
    write_glue(input, directory, name, nodejs).map_err(|error| format!("{error:#}").into())
}

fn write_glue(input: &str, directory: &str, name: &str, nodejs: bool) -> anyhow::Result<()> {
    Bindgen::new()
        .nodejs(nodejs)?
        .module(!nodejs)?
        .input_path(input)
        .out_name(name)
        .typescript(true)
        // Lets the facade start over after a trap.
        .reset_state_function(true)
        // The package carries no symbol names and no list of tools.
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(directory)
}
