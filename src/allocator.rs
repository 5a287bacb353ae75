//! The allocator of the wasm modules.

/// It grows the module's memory and extends its one heap by that; a module has one thread.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
