//! probe
use wasm_bindgen::prelude::*;
/// start
#[wasm_bindgen(start)]
pub fn start() { std::panic::set_hook(Box::new(|_| wasm_bindgen::handler::schedule_reinit())); }
/// memory
#[wasm_bindgen]
pub fn memory() -> JsValue { wasm_bindgen::memory() }
/// x
#[wasm_bindgen(js_name = reset)]
pub fn reset() { wasm_bindgen::handler::schedule_reinit() }
/// y
#[wasm_bindgen(js_name = verifySync)]
pub fn verify_sync(a: u32, b: f64) -> Result<u32, JsValue> { if b > 1.0 { Err("x".into()) } else if b < 0.0 { panic!("boo") } else { Ok(a) } }
/// z
#[wasm_bindgen]
pub fn req() -> Result<web_sys::Request, JsValue> { let i = web_sys::RequestInit::new(); i.set_redirect(web_sys::RequestRedirect::Manual); i.set_body(&"x".into()); i.set_method("POST"); web_sys::Request::new_with_str_and_init("https://a.example", &i) }
