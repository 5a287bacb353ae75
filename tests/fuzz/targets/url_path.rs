//! Base URLs and path parameters: what is sent leads to the configured origin, with as many
//! segments as the operation's row has. The input's first line is a base URL, the rest an id.

#![no_main]

use countersign::api::{BaseUrl, Client, CredentialKind, Secret};
use countersign::flow::{Flow, Step, Tick};
use countersign::http::Request;
use countersign::providers::hellojohn::DIALECT;
use countersign::time::UnixMillis;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (base, id) = text.split_once('\n').unwrap_or((text, text));
    let Ok(base) = BaseUrl::parse("apiUrl", base) else {
        return;
    };
    assert_eq!(BaseUrl::parse("apiUrl", &base.as_url()).as_ref(), Ok(&base));
    for operation in ["users.get", "users.disable"] {
        let Some(request) = request(base.clone(), operation, id) else {
            continue;
        };
        let row = DIALECT.operation(operation).expect("a known row");
        let path = request.url.strip_prefix(&base.as_url()).expect("the base");
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~%/".contains(&b);
        assert!(path.bytes().all(plain), "{path}");
        assert_eq!(path.matches('/').count(), row.path.matches('/').count());
        assert!(!path.split('/').any(|part| part == "." || part == ".."));
        assert!(base.is_origin_of(&request.url));
    }
});

/// The first request of a call, unless the id is refused.
fn request(base: BaseUrl, operation: &str, id: &str) -> Option<Request> {
    let client = Client::new(&DIALECT, base)
        .with_credential(CredentialKind::Secret, Secret::new("sk"))
        .with_tenant(Some("tnt_1".to_owned()));
    let parameters = serde_json::json!({ "id": id }).to_string();
    let mut call = client.call(operation, &parameters, "", 7).ok()?;
    let tick = Tick {
        now: UnixMillis::from_secs(1_700_000_000),
        entropy: 0,
    };
    match call.step(&mut (), tick) {
        Step::Send(_, request) => Some(request),
        other => panic!("nothing sent: {other:?}"),
    }
}
