//! The program itself: its one line, its log, its end.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

/// A started emulator; killed by its own id if a test fails.
struct Running {
    child: Child,
    ready: Value,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_emulator"))
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        Self {
            child,
            ready: serde_json::from_str(&line).expect("JSON"),
        }
    }

    fn ended(&mut self) -> i32 {
        let deadline = Instant::now() + Duration::from_secs(20);
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().expect("waits") {
                return status.code().expect("no signal");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("still running");
    }

    fn log(&mut self) -> String {
        let mut log = String::new();
        let stderr = self.child.stderr.take().expect("piped");
        BufReader::new(stderr)
            .read_to_string(&mut log)
            .expect("text");
        log
    }
}

#[test]
fn the_ready_line_says_where_everything_is() {
    let running = Running::start(&["--exit-with-stdin"]);
    assert_eq!(running.ready["ready"], true);
    let url = running.ready["url"].as_str().expect("a URL");
    assert!(url.starts_with("http://127.0.0.1:"));
    let hj = &running.ready["provider"]["hellojohn"];
    assert_eq!(hj["api_url"], format!("{url}/v1"));
    assert_eq!(hj["jwks_url"], format!("{url}/.well-known/jwks.json"));
    assert_eq!(hj["issuer"], url);
    for (name, prefix) in [
        ("tenant_id", "tnt_"),
        ("secret_key", "sk_"),
        ("publishable_key", "pk_"),
        ("webhook_secret", "whsec_"),
    ] {
        assert!(hj[name].as_str().expect(name).starts_with(prefix), "{name}");
    }
}

#[test]
fn it_ends_cleanly_when_standard_input_closes() {
    let mut running = Running::start(&["--exit-with-stdin"]);
    drop(running.child.stdin.take());
    assert_eq!(running.ended(), 0);
}

#[cfg(unix)]
#[test]
fn it_ends_cleanly_on_sigterm_and_sigint_even_while_stalling() {
    use std::{io::Write, net::TcpStream};

    for signal in ["-TERM", "-INT"] {
        let mut running = Running::start(&[]);
        let address = running.ready["url"]
            .as_str()
            .unwrap()
            .replace("http://", "");
        let mut stream = TcpStream::connect(&address).expect("connects");
        let rule = r#"{"fault":{"stall":true}}"#;
        let request = format!(
            "POST /__emulator/faults HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\n\r\n{rule}GET /v1/users HTTP/1.1\r\nhost: {address}\r\n\r\n",
            rule.len()
        );
        stream.write_all(request.as_bytes()).expect("sends");
        stream.read_exact(&mut [0; 12]).expect("the first answer");
        let id = running.child.id().to_string();
        let sent = Command::new("kill")
            .args([signal, &id])
            .status()
            .expect("kill runs");
        assert!(sent.success());
        assert_eq!(running.ended(), 0, "{signal}");
    }
}

#[tokio::test]
async fn the_log_names_requests_and_no_secrets() {
    use std::{io::Write, net::TcpStream};

    let mut running = Running::start(&["--exit-with-stdin", "--log", "debug"]);
    let address = running.ready["url"]
        .as_str()
        .unwrap()
        .replace("http://", "");
    let secret = running.ready["provider"]["hellojohn"]["secret_key"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut stream = TcpStream::connect(&address).expect("connects");
    let body = r#"{"password":"canary-password","token":"canary-token"}"#;
    let request = format!(
        "POST /v1/invitations/invt_canary/accept?token=canary-query HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {secret}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).expect("sends");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    drop(running.child.stdin.take());
    assert_eq!(running.ended(), 0);
    let log = running.log();
    assert!(log.contains("/v1/invitations/***/accept"), "{log}");
    assert!(log.contains("request_id"), "{log}");
    assert!(!log.contains("canary") && !log.contains(&secret), "{log}");
}
