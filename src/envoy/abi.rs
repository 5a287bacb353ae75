//! The binary interface to the proxy, as far as the filter needs it: the calls of the proxy into
//! the module, and the module's to the proxy (proxy-wasm ABI 0.2.1).
//!
//! The proxy calls every callback that a module exports, each time at the cost of a way into the
//! module and out again, which for a known token is most of what the filter costs. So there are
//! only those that do something, and what is said by several calls or by one is said by one.
//!
//! This is the one file of the crate with unsafe code. Its functions are safe to call: they give
//! the proxy addresses only of what is borrowed until it returns, and take over only memory that
//! it got from [`proxy_on_memory_allocate`].
//!
//! A status that a call is not known to answer stops the module: the request ends with a 5xx, and
//! the proxy starts the module again. A request whose fields could not be changed must not go on.

#![allow(unsafe_code, missing_docs, unreachable_pub)]

use core::ptr::null;

use super::dispatch;

/// What becomes of a request for now.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// It goes on.
    Continue = 0,
    /// It is held back, while what follows is told and held back too, as much as the proxy holds.
    Pause = 1,
    /// For header fields alone: nothing of the rest is told, and the proxy reads no more of it than
    /// it holds.
    PauseAll = 4,
}

/// Header fields that the proxy holds.
#[derive(Clone, Copy)]
pub(super) enum Fields {
    Request = 0,
    RequestTrailers = 1,
    CallResponse = 6,
}

/// Bytes that the proxy holds.
#[derive(Clone, Copy)]
pub(super) enum Buffer {
    RequestBody = 0,
    CallResponseBody = 4,
    Configuration = 7,
}

const OK: u32 = 0;
const NOT_FOUND: u32 = 1;
const BAD_ARGUMENT: u32 = 2;
const SERIALIZATION_FAILURE: u32 = 3;
const CAS_MISMATCH: u32 = 8;
const INTERNAL_FAILURE: u32 = 10;

const LOG_CRITICAL: u32 = 5;
const COUNTER: u32 = 0;
const REQUEST_STREAM: u32 = 0;
const NO_GRPC_STATUS: i32 = -1;

/// The versions of the interface that the module speaks are told by the names of such functions.
#[unsafe(no_mangle)]
pub extern "C" fn proxy_abi_version_0_2_1() {}

/// Where the proxy starts the module. There is nothing to do before the first context.
#[unsafe(no_mangle)]
pub extern "C" fn _initialize() {}

/// Memory for what the proxy hands out; it belongs to the call that asked for it.
#[unsafe(no_mangle)]
pub extern "C" fn proxy_on_memory_allocate(size: usize) -> *mut u8 {
    let mut memory = core::mem::ManuallyDrop::new(Vec::with_capacity(size));
    memory.as_mut_ptr()
}

#[unsafe(no_mangle)]
pub extern "C" fn proxy_on_context_create(context: u32, parent: u32) {
    dispatch::create(context, parent);
}

#[unsafe(no_mangle)]
pub extern "C" fn proxy_on_vm_start(_context: u32, _size: usize) -> bool {
    true
}

#[unsafe(no_mangle)]
pub extern "C" fn proxy_on_configure(context: u32, size: usize) -> bool {
    dispatch::configure(context, size)
}

#[unsafe(no_mangle)]
pub extern "C" fn proxy_on_tick(context: u32) {
    dispatch::tick(context);
}

#[unsafe(no_mangle)]
pub extern "C" fn proxy_on_http_call_response(
    context: u32,
    call: u32,
    fields: usize,
    size: usize,
    _trailers: usize,
) {
    dispatch::answered(context, call, fields, size);
}

#[unsafe(no_mangle)]
pub extern "C" fn proxy_on_request_headers(context: u32, _fields: usize, ends: bool) -> u32 {
    dispatch::headers(context, ends) as u32
}

#[unsafe(no_mangle)]
pub extern "C" fn proxy_on_request_body(context: u32, size: usize, ends: bool) -> u32 {
    dispatch::body(context, size, ends) as u32
}

#[unsafe(no_mangle)]
pub extern "C" fn proxy_on_request_trailers(context: u32, _fields: usize) -> u32 {
    dispatch::trailers(context) as u32
}

#[link(wasm_import_module = "env")]
unsafe extern "C" {
    fn proxy_log(level: u32, text: *const u8, size: usize) -> u32;
    fn proxy_get_current_time_nanoseconds(time: *mut u64) -> u32;
    fn proxy_set_tick_period_milliseconds(period: u32) -> u32;
    fn proxy_set_effective_context(context: u32) -> u32;
    fn proxy_continue_stream(stream: u32) -> u32;
    fn proxy_get_buffer_bytes(
        buffer: u32,
        from: usize,
        most: usize,
        at: *mut *mut u8,
        size: *mut usize,
    ) -> u32;
    fn proxy_get_header_map_pairs(map: u32, at: *mut *mut u8, size: *mut usize) -> u32;
    fn proxy_get_header_map_value(
        map: u32,
        name: *const u8,
        name_size: usize,
        at: *mut *mut u8,
        size: *mut usize,
    ) -> u32;
    fn proxy_remove_header_map_value(map: u32, name: *const u8, name_size: usize) -> u32;
    fn proxy_replace_header_map_value(
        map: u32,
        name: *const u8,
        name_size: usize,
        value: *const u8,
        value_size: usize,
    ) -> u32;
    fn proxy_get_property(
        path: *const u8,
        path_size: usize,
        at: *mut *mut u8,
        size: *mut usize,
    ) -> u32;
    fn proxy_get_shared_data(
        key: *const u8,
        key_size: usize,
        at: *mut *mut u8,
        size: *mut usize,
        write: *mut u32,
    ) -> u32;
    fn proxy_set_shared_data(
        key: *const u8,
        key_size: usize,
        value: *const u8,
        value_size: usize,
        write: u32,
    ) -> u32;
    fn proxy_define_metric(kind: u32, name: *const u8, name_size: usize, metric: *mut u32) -> u32;
    fn proxy_increment_metric(metric: u32, by: i64) -> u32;
    fn proxy_send_local_response(
        status: u32,
        details: *const u8,
        details_size: usize,
        body: *const u8,
        body_size: usize,
        fields: *const u8,
        fields_size: usize,
        grpc_status: i32,
    ) -> u32;
    fn proxy_http_call(
        cluster: *const u8,
        cluster_size: usize,
        fields: *const u8,
        fields_size: usize,
        body: *const u8,
        body_size: usize,
        trailers: *const u8,
        trailers_size: usize,
        millis: u32,
        call: *mut u32,
    ) -> u32;
}

/// Whether a call was done, or not with one of the statuses that it may answer otherwise.
fn done(status: u32, otherwise: &[u32]) -> bool {
    if status != OK && !otherwise.contains(&status) {
        std::process::abort();
    }
    status == OK
}

/// What the proxy hands out: it writes here where it has put how much.
struct Handed {
    at: *mut u8,
    size: usize,
}

/// Lets the proxy hand something out; nothing where it answers one of the other statuses.
fn handed(
    otherwise: &[u32],
    call: impl FnOnce(*mut *mut u8, *mut usize) -> u32,
) -> Option<Vec<u8>> {
    let mut handed = Handed {
        at: core::ptr::null_mut(),
        size: 0,
    };
    if !done(call(&raw mut handed.at, &raw mut handed.size), otherwise) {
        return None;
    }
    if handed.at.is_null() {
        return Some(Vec::new());
    }
    // SAFETY: the proxy has asked for this memory in the size that it tells, which made it a
    // vector's of that capacity, has filled it, and does not know it any more.
    Some(unsafe { Vec::from_raw_parts(handed.at, handed.size, handed.size) })
}

pub(super) fn log_critical(text: &str) {
    // SAFETY: the text is borrowed for the length of the call.
    let status = unsafe { proxy_log(LOG_CRITICAL, text.as_ptr(), text.len()) };
    done(status, &[]);
}

/// Nanoseconds since the epoch.
pub(super) fn time() -> u64 {
    let mut time = 0;
    // SAFETY: the place is there for the length of the call.
    let status = unsafe { proxy_get_current_time_nanoseconds(&raw mut time) };
    done(status, &[]);
    time
}

pub(super) fn tick_every(millis: u32) {
    // SAFETY: only a number is handed over.
    let status = unsafe { proxy_set_tick_period_milliseconds(millis) };
    done(status, &[]);
}

/// Makes another context the one that calls are about; whether there is such a context.
pub(super) fn turn_to(context: u32) -> bool {
    // SAFETY: only a number is handed over.
    let status = unsafe { proxy_set_effective_context(context) };
    done(status, &[BAD_ARGUMENT])
}

pub(super) fn resume_request() {
    // SAFETY: only a number is handed over.
    let status = unsafe { proxy_continue_stream(REQUEST_STREAM) };
    done(status, &[]);
}

pub(super) fn bytes(buffer: Buffer, from: usize, most: usize) -> Option<Vec<u8>> {
    handed(&[NOT_FOUND], |at, size| {
        // SAFETY: both places are there for the length of the call.
        unsafe { proxy_get_buffer_bytes(buffer as u32, from, most, at, size) }
    })
}

/// All header fields, in the layout of [`pairs`](super::pairs).
pub(super) fn fields(fields: Fields) -> Vec<u8> {
    let handed = handed(&[], |at, size| {
        // SAFETY: both places are there for the length of the call.
        unsafe { proxy_get_header_map_pairs(fields as u32, at, size) }
    });
    handed.unwrap_or_default()
}

/// The first value of a field.
pub(super) fn field(fields: Fields, name: &str) -> Option<Vec<u8>> {
    handed(&[NOT_FOUND], |at, size| {
        // SAFETY: the name is borrowed, and both places are there, for the length of the call.
        unsafe { proxy_get_header_map_value(fields as u32, name.as_ptr(), name.len(), at, size) }
    })
}

/// Removes every copy of a field.
pub(super) fn remove_field(fields: Fields, name: &str) {
    let map = fields as u32;
    // SAFETY: the name is borrowed for the length of the call.
    let status = unsafe { proxy_remove_header_map_value(map, name.as_ptr(), name.len()) };
    done(status, &[]);
}

/// Leaves a request's field with one value.
pub(super) fn set_field(name: &str, value: &[u8]) {
    let map = Fields::Request as u32;
    let (at, size) = (value.as_ptr(), value.len());
    // SAFETY: name and value are borrowed for the length of the call.
    let status =
        unsafe { proxy_replace_header_map_value(map, name.as_ptr(), name.len(), at, size) };
    done(status, &[]);
}

/// A property; the parts of its path have zeros between them.
pub(super) fn property(path: &[u8]) -> Option<Vec<u8>> {
    let missing = [NOT_FOUND, SERIALIZATION_FAILURE, INTERNAL_FAILURE];
    handed(&missing, |at, size| {
        // SAFETY: the path is borrowed, and both places are there, for the length of the call.
        unsafe { proxy_get_property(path.as_ptr(), path.len(), at, size) }
    })
}

/// What is stored for all workers, with the number of its last write.
pub(super) fn shared(key: &str) -> Option<(Vec<u8>, u32)> {
    let mut write = 0;
    let value = handed(&[NOT_FOUND], |at, size| {
        // SAFETY: the key is borrowed, and the places are there, for the length of the call.
        unsafe { proxy_get_shared_data(key.as_ptr(), key.len(), at, size, &raw mut write) }
    })?;
    Some((value, write))
}

/// Stores something for all workers, unless there was a later write than that of this number;
/// whether it was stored. 0 stands for any write.
pub(super) fn share(key: &str, value: &[u8], write: u32) -> bool {
    let (at, size) = (value.as_ptr(), value.len());
    // SAFETY: key and value are borrowed for the length of the call.
    let status = unsafe { proxy_set_shared_data(key.as_ptr(), key.len(), at, size, write) };
    done(status, &[CAS_MISMATCH])
}

pub(super) fn define_counter(name: &str) -> u32 {
    let mut metric = 0;
    // SAFETY: the name is borrowed, and the place is there, for the length of the call.
    let status =
        unsafe { proxy_define_metric(COUNTER, name.as_ptr(), name.len(), &raw mut metric) };
    done(status, &[]);
    metric
}

pub(super) fn count(metric: u32, by: i64) {
    // SAFETY: only numbers are handed over.
    let status = unsafe { proxy_increment_metric(metric, by) };
    done(status, &[NOT_FOUND, BAD_ARGUMENT]);
}

/// Answers the request in place of the service. The fields are in the layout of
/// [`pairs`](super::pairs).
pub(super) fn answer(status: u16, fields: &[u8], body: &[u8]) {
    // SAFETY: fields and body are borrowed for the length of the call.
    let status = unsafe {
        proxy_send_local_response(
            status.into(),
            null(),
            0,
            body.as_ptr(),
            body.len(),
            fields.as_ptr(),
            fields.len(),
            NO_GRPC_STATUS,
        )
    };
    done(status, &[]);
}

/// Sends a request to a cluster; gives its number, where there is such a cluster. The fields are
/// in the layout of [`pairs`](super::pairs).
pub(super) fn send(cluster: &str, fields: &[u8], body: &[u8], millis: u32) -> Option<u32> {
    let (mut call, trailers) = (0, super::pairs::write(&[]));
    // SAFETY: everything is borrowed, and the place is there, for the length of the call.
    let status = unsafe {
        proxy_http_call(
            cluster.as_ptr(),
            cluster.len(),
            fields.as_ptr(),
            fields.len(),
            body.as_ptr(),
            body.len(),
            trailers.as_ptr(),
            trailers.len(),
            millis,
            &raw mut call,
        )
    };
    done(status, &[BAD_ARGUMENT, INTERNAL_FAILURE]).then_some(call)
}
