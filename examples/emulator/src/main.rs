//! The auth providers' endpoints on 127.0.0.1: the command line.
//!
//! Standard output carries exactly one line, the JSON that says where
//! everything is; the log goes to standard error.

use std::process::ExitCode;

use clap::Parser;
use emulator::{options::Options, server::Server};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let options = Options::parse();
    start_log(&options);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed("the runtime does not start", &error),
    };
    let outcome = runtime.block_on(run(options));
    // Answers that are stalled on purpose must not hold up the exit.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed("the emulator stopped", &error),
    }
}

async fn run(options: Options) -> std::io::Result<()> {
    let stdin_closed = emulator::shutdown::stdin_closed(options.exit_with_stdin);
    let signal = emulator::shutdown::signal()?;
    let server = Server::bind(options).await?;
    println!("{}", server.ready_line());
    tokio::select! {
        outcome = server.run() => outcome,
        () = signal => Ok(()),
        () = stdin_closed => Ok(()),
    }
}

/// `RUST_LOG` overrides `--log`, so that one module can be watched alone.
fn start_log(options: &Options) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(options.log.as_str()));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_writer(std::io::stderr)
        .init();
}

fn failed(what: &str, error: &dyn std::error::Error) -> ExitCode {
    eprintln!("emulator: {what}: {error}");
    ExitCode::FAILURE
}
