//! Where the proxy starts the module.

// The macro writes an exported function, which nobody calls from Rust.
#![allow(missing_docs, unreachable_pub)]

use super::root::Root;

proxy_wasm::main! {{
    proxy_wasm::set_root_context(|_| Box::<Root>::default());
}}
