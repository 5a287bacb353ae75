//! A blocking host on the standard library alone: HTTP/1.0 without TLS.

use std::hash::{BuildHasher, RandomState};
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use countersign::flow::{Host, Outcome, Tick};
use countersign::http::{Headers, Request, Response, TransportError};
use countersign::time::UnixMillis;

/// Does what a flow asks for, one blocking call at a time.
pub(crate) struct BlockingHost;

impl Host for BlockingHost {
    fn tick(&mut self) -> Tick {
        Tick {
            now: now(),
            entropy: RandomState::new().hash_one(0),
        }
    }

    fn send(&mut self, request: Request) -> Outcome {
        let received = exchange(&request)?;
        let response = parse(&received).ok_or(TransportError::Failed)?;
        // A redirect is never followed: keys come from where the caller said, or not at all.
        if response.status / 100 == 3 && response.headers.first("location").is_some() {
            return Err(TransportError::Redirected);
        }
        Ok(response)
    }

    fn wait(&mut self, until: UnixMillis) {
        std::thread::sleep(until.since(now()));
    }
}

pub(crate) fn now() -> UnixMillis {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
    UnixMillis::new(elapsed.map_or(0, |elapsed| elapsed.as_millis() as u64))
}

/// Sends the request and reads to the end, within its timeout and its ceiling.
fn exchange(request: &Request) -> Result<Vec<u8>, TransportError> {
    let deadline = Instant::now() + request.timeout;
    let (authority, path) = target(&request.url).ok_or(TransportError::Failed)?;
    let mut addresses = authority
        .to_socket_addrs()
        .map_err(|_| TransportError::Failed)?;
    let address = addresses.next().ok_or(TransportError::Failed)?;
    let mut stream = TcpStream::connect_timeout(&address, left(deadline)?).map_err(failure)?;
    stream
        .set_write_timeout(Some(left(deadline)?))
        .map_err(failure)?;
    stream
        .write_all(&encode(request, authority, path))
        .map_err(failure)?;
    // Head and body share the buffer; a head has its own, generous ceiling.
    read(
        &mut stream,
        request.max_response_bytes + (16 << 10),
        deadline,
    )
}

/// Host with port, and path, of an `http:` URL. TLS is beyond the standard library.
fn target(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("http://")?;
    Some(rest.split_at(rest.find('/')?))
}

/// The request in HTTP/1.0, after which a server closes and never sends chunks.
fn encode(request: &Request, authority: &str, path: &str) -> Vec<u8> {
    let body = request.body.as_deref().unwrap_or_default();
    let mut head = format!(
        "{} {path} HTTP/1.0\r\nHost: {authority}\r\n",
        request.method.as_str()
    );
    for (name, value) in request.headers.iter() {
        head += &format!("{name}: {value}\r\n");
    }
    head += &format!("Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn read(
    stream: &mut TcpStream,
    ceiling: usize,
    deadline: Instant,
) -> Result<Vec<u8>, TransportError> {
    let mut received = Vec::new();
    let mut piece = [0; 8192];
    loop {
        stream
            .set_read_timeout(Some(left(deadline)?))
            .map_err(failure)?;
        let length = stream.read(&mut piece).map_err(failure)?;
        received.extend(piece.iter().take(length));
        if received.len() > ceiling {
            return Err(TransportError::TooLarge);
        }
        if length == 0 {
            return Ok(received);
        }
    }
}

fn left(deadline: Instant) -> Result<Duration, TransportError> {
    match deadline.saturating_duration_since(Instant::now()) {
        Duration::ZERO => Err(TransportError::TimedOut),
        left => Ok(left),
    }
}

fn failure(error: std::io::Error) -> TransportError {
    match error.kind() {
        ErrorKind::TimedOut | ErrorKind::WouldBlock => TransportError::TimedOut,
        _ => TransportError::Failed,
    }
}

/// Reads status, fields and body; `None` if the answer is no HTTP or not complete.
fn parse(received: &[u8]) -> Option<Response> {
    let end = received.windows(4).position(|four| four == b"\r\n\r\n")?;
    let (head, body) = received.split_at_checked(end + 4)?;
    let mut lines = core::str::from_utf8(head).ok()?.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let mut headers = Headers::new();
    for line in lines.filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':')?;
        headers.append_received(name, value.trim());
    }
    let expected = headers.first("content-length").map(str::parse::<usize>);
    if expected.is_some_and(|length| length != Ok(body.len())) {
        return None;
    }
    Some(Response {
        status,
        headers,
        body: body.to_vec(),
    })
}
