//! The contract that every provider passes. A provider is picked up from the list of
//! providers by itself; what it promises stands in its fixture.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api_support;
mod provider_support;

use api_support::{Script, answer, failure};
use countersign::api::{AnswerKind, Kind, Operation, Parameter, Place, Repeat};
use countersign::error::{Error, TokenError};
use countersign::flow::{Outcome, drive};
use countersign::http::{Headers, Method, Request, TransportError};
use countersign::jwt::{Call, Verified, Verifier};
use countersign::time::UnixMillis;
use countersign::webhook::{Options, Scheme, Webhook};
use provider_support::{Row, Subject};
use serde_json::{Value, json};

fn each(part: &str, mut check: impl FnMut(&Subject, &Row)) {
    for subject in Subject::all() {
        for row in subject.rows(part) {
            check(&subject, &row);
        }
    }
}

mod tokens {
    use super::*;

    fn judge(subject: &Subject, row: &Row) -> Result<(Verified, Value), Error> {
        let configured = subject.for_token(row)?;
        let (verifier, mut keyring) = Verifier::new(vec![configured.issuer()?])?;
        let now = UnixMillis::from_secs(row.0["clock"].as_u64().unwrap());
        let call = Call {
            now,
            date: Some(now),
            requirement: None,
        };
        let verified = verifier.verify(&mut keyring, subject.token(row).as_bytes(), call)?;
        let user = configured.principal(verified.members()).to_string();
        let user = serde_json::from_str(&user).unwrap();
        Ok((verified, user))
    }

    #[test]
    fn good_ones_are_accepted_and_describe_their_user() {
        each("accepted", |subject, row| {
            let (_, user) =
                judge(subject, row).unwrap_or_else(|error| panic!("{error:?}: {}", row.0));
            for (member, value) in row.0["user"].as_object().into_iter().flatten() {
                assert_eq!(user.get(member), Some(value), "{member}: {}", row.0);
            }
        });
    }

    #[test]
    fn bad_ones_are_refused_with_code_class_and_claim() {
        each("refused", |subject, row| {
            let error = judge(subject, row).expect_err(&row.0.to_string());
            assert_eq!(error.code().as_str(), row.text("code"), "{}", row.0);
            if error.code().status() == 401 {
                assert_eq!(
                    (subject.provider.class)(&error),
                    row.text("class"),
                    "{}",
                    row.0
                );
            }
            if let Error::Token(TokenError::Claim { claim, reason }) = &error
                && row.0.get("claim").is_some()
            {
                assert_eq!(
                    (&**claim, reason.as_str()),
                    (row.text("claim"), row.text("reason")),
                    "{}",
                    row.0
                );
            }
        });
    }

    #[test]
    fn every_provider_accepts_some_and_refuses_some() {
        for subject in Subject::all() {
            let id = subject.provider.id;
            assert!(!subject.rows("accepted").is_empty(), "{id}");
            assert!(subject.rows("refused").len() >= 8, "{id}");
        }
    }
}

mod webhooks {
    use super::*;

    #[test]
    fn each_delivery_has_its_verdict() {
        for subject in Subject::all() {
            let rows = subject.rows("webhooks");
            assert_eq!(rows.is_empty(), subject.provider.webhook_scheme.is_none());
            for row in rows {
                let secrets = row.0["secrets"].as_array().unwrap().iter();
                let secrets: Vec<_> = secrets
                    .map(|secret| secret.as_str().unwrap().to_owned())
                    .collect();
                let scheme = Scheme::named(row.text("scheme")).unwrap();
                let webhook = Webhook::new(Options::new(scheme, secrets)).unwrap();
                let mut headers = Headers::new();
                for (name, value) in row.0["headers"].as_object().unwrap() {
                    headers.append_received(name.as_str(), value.as_str().unwrap());
                }
                let now = UnixMillis::from_secs(row.0["clock"].as_u64().unwrap());
                let verdict = webhook.verify(&headers, row.text("body").as_bytes(), now);
                let code = verdict.as_ref().err().map(|error| error.code().as_str());
                assert_eq!(code, row.0["code"].as_str(), "{}", row.0);
                let kind = verdict.ok().and_then(|event| event.event_type);
                assert_eq!(kind.as_deref(), row.0["type"].as_str(), "{}", row.0);
            }
        }
    }
}

/// Runs a row's call against answers; what was sent is in the script.
fn run(
    subject: &Subject,
    row: &Row,
    parameters: &str,
    retries: u32,
    answers: Vec<Outcome>,
) -> (Script, Result<countersign::api::Answer, Error>) {
    let mut script = Script::of(answers);
    let call = subject
        .for_calls()
        .call(row.operation(), parameters, &row.options(retries), 7);
    let result = call.and_then(|call| drive(call, &mut (), &mut script));
    (script, result)
}

fn operation(subject: &Subject, row: &Row) -> &'static Operation {
    let operation = subject.provider.dialect.operation(row.operation());
    operation.unwrap_or_else(|| panic!("no operation {}", row.operation()))
}

/// An answer that is recorded: a body that is no text is JSON.
fn recorded(row: &Row) -> Outcome {
    let status = row.0["answer"]["status"].as_u64().unwrap();
    let body = match &row.0["answer"]["body"] {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    answer(u16::try_from(status).unwrap(), &body)
}

/// Rows that make a request.
fn each_request(mut check: impl FnMut(&Subject, &Row)) {
    each("requests", |subject, row| {
        if row.0.get("request").is_some() {
            check(subject, row);
        }
    });
}

/// Sends a row's request to nowhere and yields it.
fn sent(subject: &Subject, row: &Row, parameters: &str) -> Result<Request, Error> {
    let lost = failure(TransportError::Redirected);
    let (mut script, result) = run(subject, row, parameters, 0, vec![lost]);
    match script.sent.pop() {
        Some(request) => Ok(request),
        None => Err(result.unwrap_err()),
    }
}

fn body_of(request: &Request) -> Value {
    let Some(body) = &request.body else {
        return Value::Null;
    };
    serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into())
}

mod operations {
    use super::*;

    #[test]
    fn each_one_makes_its_recorded_request_and_no_other_header() {
        each_request(|subject, row| {
            let request = sent(subject, row, &row.parameters()).unwrap();
            let expected = &row.0["request"];
            assert_eq!(request.method.as_str(), expected["method"], "{}", row.0);
            assert_eq!(request.url, expected["url"].as_str().unwrap());
            assert_eq!(body_of(&request), expected["body"], "{}", row.0);
            let mut headers = expected["headers"].as_object().unwrap().clone();
            for (name, value) in request.headers.iter() {
                match headers.remove(name) {
                    Some(Value::Bool(true)) => {}
                    recorded => assert_eq!(recorded, Some(value.into()), "{name}: {}", row.0),
                }
            }
            assert!(headers.is_empty(), "not sent: {headers:?}, {}", row.0);
        });
    }

    #[test]
    fn each_recorded_answer_has_its_result() {
        each("requests", |subject, row| {
            let answers = match row.0["answer"].is_object() {
                true => vec![recorded(row)],
                false if row.0.get("request").is_some() => return,
                false => Vec::new(),
            };
            let (_, result) = run(subject, row, &row.parameters(), 0, answers);
            let result = result.unwrap_or_else(|error| panic!("{error:?}: {}", row.0));
            assert_eq!(api_support::json(&result), row.0["result"], "{}", row.0);
        });
    }

    #[test]
    fn no_row_is_without_a_record() {
        for subject in Subject::all() {
            let rows = subject.rows("requests");
            for operation in subject.provider.dialect.rows() {
                let there = rows.iter().any(|row| row.operation() == operation.name);
                assert!(there, "{} {}", subject.provider.id, operation.name);
            }
        }
    }

    #[test]
    fn each_refusal_has_its_class_code_and_message() {
        each("refusals", |subject, row| {
            let (_, result) = run(subject, row, &row.parameters(), 0, vec![recorded(row)]);
            let error = result.expect_err(&row.0.to_string());
            assert_eq!(
                (subject.provider.class)(&error),
                row.text("class"),
                "{}",
                row.0
            );
            assert_eq!(error.code().as_str(), row.text("code"), "{}", row.0);
            if let Some(message) = row.0["message"].as_str() {
                assert_eq!(error.to_string(), message, "{}", row.0);
            }
            if let (Some(code), Error::Api(error)) = (row.0["providerCode"].as_str(), &error) {
                assert_eq!(error.provider_code.as_deref(), Some(code), "{}", row.0);
            }
        });
        for subject in Subject::all() {
            assert!(
                subject.rows("refusals").len() >= 8,
                "{}",
                subject.provider.id
            );
        }
    }
}

mod bad_input {
    use super::*;

    const IDS: [&str; 11] = [
        "", ".", "..", "../x", "x/..", "%2e%2e", "..%2fx", "..\\x", "a\0b", "a\r\nb", "%0d%0a",
    ];
    const ODD: [(&str, &str); 7] = [
        ("a/b", "a%2Fb"),
        ("?x", "%3Fx"),
        ("#x", "%23x"),
        ("%2f", "%252f"),
        (";", "%3B"),
        ("a b", "a%20b"),
        ("\\", "%5C"),
    ];

    fn config_error(result: Result<Request, Error>, what: &str) {
        let error = result.expect_err(what);
        assert_eq!(error.code().as_str(), "ERR_CONFIG_INVALID", "{what}");
    }

    #[test]
    fn no_id_leaves_its_segment() {
        each_request(|subject, row| {
            let places = operation(subject, row).parameters.iter();
            for parameter in places.filter(|parameter| parameter.place == Place::Path) {
                for id in IDS {
                    let refused = sent(subject, row, &row.parameters_with(parameter.name, id));
                    config_error(refused, &format!("{} {id:?}", row.operation()));
                }
                if subject.form_of(parameter.name).is_some() {
                    continue;
                }
                for (id, segment) in ODD {
                    let good = row.0["request"]["url"]
                        .as_str()
                        .unwrap()
                        .split('?')
                        .next()
                        .unwrap();
                    let url = sent(subject, row, &row.parameters_with(parameter.name, id))
                        .unwrap()
                        .url;
                    let path = url.split('?').next().unwrap();
                    assert!(path.split('/').any(|part| part == segment), "{id}: {url}");
                    assert_eq!(
                        path.split('/').count(),
                        good.split('/').count(),
                        "{id}: {url}"
                    );
                    assert!(!url.contains(['#', ' ', '\\']), "{id}: {url}");
                }
            }
        });
    }

    /// Ids that have a form: one of another form is named and not sent, wherever it would go.
    #[test]
    fn ids_are_checked_where_they_have_a_form() {
        let mut checked = Vec::new();
        each_request(|subject, row| {
            for Parameter { name, .. } in operation(subject, row).parameters {
                let Some(form) = subject.form_of(name) else {
                    continue;
                };
                let own = form.0["refused"].as_array().unwrap().iter();
                let own = own.map(|id| id.as_str().unwrap());
                let odd = ODD.iter().map(|(id, _)| *id);
                for id in own.chain(odd).chain(IDS) {
                    let error = sent(subject, row, &row.parameters_with(name, id)).unwrap_err();
                    assert_eq!(error.code().as_str(), "ERR_CONFIG_INVALID", "{id:?}");
                    let named = error.to_string().starts_with(name);
                    assert!(named, "{} {id:?}: {error}", row.operation());
                }
                for pair in form.0["sent"].as_array().unwrap() {
                    let good = sent(subject, row, &row.parameters_with(name, pair[0].clone()));
                    let request = good.unwrap();
                    let shown = format!("{} {}", request.url, body_of(&request));
                    let id = pair[1].as_str().unwrap();
                    assert!(shown.contains(id), "{} {id}: {shown}", row.operation());
                }
                checked.push((subject.provider.id, *name));
            }
        });
        each("ids", |subject, row| {
            let form = (subject.provider.id, row.text("parameter"));
            assert!(checked.contains(&form), "no operation has {form:?}");
        });
    }

    #[test]
    fn nothing_breaks_a_header_line() {
        each_request(|subject, row| {
            for parameter in operation(subject, row).parameters {
                if parameter.place == Place::Header {
                    let refused = sent(
                        subject,
                        row,
                        &row.parameters_with(parameter.name, "a\r\nx: y"),
                    );
                    config_error(refused, row.operation());
                }
            }
            for option in ["accessToken", "tenantId", "idempotencyKey"] {
                let mut broken = Row(row.0.clone());
                broken.0["options"][option] = "a\r\nx: y".into();
                config_error(sent(subject, &broken, &row.parameters()), row.operation());
            }
        });
    }

    /// Empty, huge or of any other type: an error that names the parameter, or a request whose
    /// target is the recorded one.
    #[test]
    fn odd_values_of_parameters_are_refused_or_sent_as_they_are() {
        let odd = [
            json!(""),
            json!("x".repeat(1 << 13)),
            json!(1e300),
            json!([[[]]]),
            json!({"\u{0}": null}),
            json!(null),
            json!("é\u{202e}\u{0}"),
        ];
        each_request(|subject, row| {
            let recorded = row.0["request"]["url"].as_str().unwrap();
            for parameter in operation(subject, row).parameters {
                for value in &odd {
                    match sent(
                        subject,
                        row,
                        &row.parameters_with(parameter.name, value.clone()),
                    ) {
                        Ok(request) if parameter.place == Place::Body => {
                            assert_eq!(request.url, recorded, "{}", row.operation());
                        }
                        Ok(request) => {
                            assert!(request.url.is_ascii() && !request.url.contains([' ', '#']))
                        }
                        Err(error) => assert_eq!(error.code().as_str(), "ERR_CONFIG_INVALID"),
                    }
                }
            }
            for parameters in ["[]", "1", "\"\"", "{", r#"{"no":1}"#, "\u{0}"] {
                config_error(sent(subject, row, parameters), parameters);
            }
        });
    }
}

mod bad_answers {
    use super::*;

    const BODIES: [&str; 9] = [
        "",
        "<html>",
        "null",
        "[]",
        "7",
        "\"text\"",
        r#"{"error":{"error":[]},"message":{},"code":1}"#,
        "{\"a\":",
        "\u{0}\u{1}",
    ];

    #[test]
    fn error_statuses_of_any_shape_are_typed_errors() {
        each_request(|subject, row| {
            for status in [
                400, 401, 402, 403, 404, 409, 418, 422, 429, 499, 500, 501, 502, 503, 599,
            ] {
                for body in BODIES {
                    let (script, result) = run(
                        subject,
                        row,
                        &row.parameters(),
                        0,
                        vec![answer(status, body)],
                    );
                    assert_eq!(script.sent.len(), 1);
                    if result.is_ok() && subject.yields(row.operation(), status) {
                        continue;
                    }
                    let error = result.expect_err(row.operation());
                    assert!(matches!(error, Error::Api(_)), "{status} {body}: {error:?}");
                    assert!(!(subject.provider.class)(&error).is_empty());
                    assert!(!error.to_string().is_empty(), "{status} {body}");
                }
            }
        });
    }

    #[test]
    fn a_success_that_is_no_json_is_unusable_where_json_is_due() {
        each_request(|subject, row| {
            let status = match operation(subject, row).success {
                countersign::api::Success::Only(statuses) => statuses[0],
                countersign::api::Success::Any => 200,
            };
            for body in ["<html>", "{\"a\":", "\u{0}"] {
                let (_, result) = run(
                    subject,
                    row,
                    &row.parameters(),
                    0,
                    vec![answer(status, body)],
                );
                match operation(subject, row).answer {
                    AnswerKind::Json | AnswerKind::JsonOrEmpty => {
                        let error = result.expect_err(row.operation());
                        assert_eq!(error.code().as_str(), "ERR_API_RESPONSE_INVALID");
                    }
                    _ => assert!(result.is_ok(), "{}", row.operation()),
                }
            }
        });
    }

    #[test]
    fn no_redirect_is_followed() {
        each_request(|subject, row| {
            for status in [301, 302, 303, 307, 308, 304] {
                let moved =
                    api_support::answer_with(status, "", &[("location", "https://evil.example/")]);
                let (script, result) = run(subject, row, &row.parameters(), 2, vec![moved]);
                assert_eq!(result.unwrap_err(), TransportError::Redirected.into());
                assert_eq!(script.sent.len(), 1, "{}", row.operation());
            }
        });
    }

    #[test]
    fn answers_have_a_ceiling_and_a_deadline() {
        each_request(|subject, row| {
            let request = sent(subject, row, &row.parameters()).unwrap();
            assert_eq!(request.max_response_bytes, 8 << 20);
            assert_eq!(request.timeout.as_secs(), 10);
            let (script, result) = run(
                subject,
                row,
                &row.parameters(),
                2,
                vec![failure(TransportError::TooLarge)],
            );
            assert_eq!(result.unwrap_err().code().as_str(), "ERR_TRANSPORT");
            assert_eq!(script.sent.len(), 1);
        });
    }

    /// RFC 9110 §9.2.2: what may have been carried out is sent again only where that is safe.
    #[test]
    fn a_call_that_is_not_idempotent_is_sent_once() {
        each_request(|subject, row| {
            let row_of = operation(subject, row);
            let request = sent(subject, row, &row.parameters()).unwrap();
            let keyed = request.headers.first("idempotency-key").is_some();
            let safe = match row_of.repeat {
                Repeat::Always => true,
                Repeat::Never => false,
                Repeat::ByMethod => {
                    row_of.method.is_idempotent() || (row_of.method == Method::Post && keyed)
                }
            };
            for outcome in [
                failure(TransportError::Failed),
                failure(TransportError::TimedOut),
                answer(500, ""),
                answer(503, ""),
            ] {
                let outcomes = vec![outcome.clone(), outcome];
                let (script, result) = run(subject, row, &row.parameters(), 1, outcomes);
                assert!(result.is_err());
                assert_eq!(
                    script.sent.len(),
                    if safe { 2 } else { 1 },
                    "{}",
                    row.operation()
                );
                if let [first, second] = script.sent.as_slice() {
                    assert!(first == second, "{}", row.operation());
                }
            }
        });
    }
}

mod secrecy {
    use super::*;

    const CANARY: &str = "canary/+=&%";

    /// What a server might throw back: everything it was sent.
    fn echo(request: &Request) -> String {
        let headers: Vec<_> = request
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        let sent = String::from_utf8_lossy(request.body.as_deref().unwrap_or_default());
        let all = format!("{} {headers:?} {sent}", request.url);
        json!({"message": all, "error": all, "code": all, "nested": {"body": sent, "list": headers, "url": request.url}}).to_string()
    }

    #[test]
    fn no_secret_shows_in_an_error_however_it_comes_back() {
        each_request(|subject, row| {
            let mut parameters = row.0["parameters"].clone();
            for parameter in operation(subject, row).parameters {
                if parameter.kind == Kind::Secret && parameter.place != Place::Header {
                    parameters[parameter.name] = CANARY.into();
                }
            }
            let parameters = parameters.to_string();
            let request = sent(subject, row, &parameters).unwrap();
            let echo = echo(&request);
            for status in [400, 401, 404, 429, 500] {
                for body in [echo.clone(), format!("<p>{echo}")] {
                    let (_, result) =
                        run(subject, row, &parameters, 0, vec![answer(status, &body)]);
                    if result.is_ok() && subject.yields(row.operation(), status) {
                        continue;
                    }
                    let error = result.unwrap_err();
                    let shown = format!(
                        "{error:?} {error} {request:?} {:?}",
                        subject.for_calls().client()
                    );
                    for secret in subject
                        .secrets()
                        .iter()
                        .map(String::as_str)
                        .chain(["canary"])
                    {
                        assert!(
                            !shown.contains(secret),
                            "{}: {secret} in {shown}",
                            row.operation()
                        );
                    }
                }
            }
        });
    }
}

/// The hand-written TypeScript types of the providers with a flat list of operations. HelloJohn's
/// groups have a test of their own.
mod types {
    use super::*;
    use std::fs;
    use std::path::Path;

    /// Methods by another name than their operation's.
    const RENAMED: &[(&str, &str)] = &[("verifyRemote", "verifyTokenRemote")];

    #[test]
    fn every_operation_is_a_method_and_every_class_is_declared() {
        for subject in Subject::all() {
            let rows: Vec<_> = subject.provider.dialect.rows().collect();
            if rows.iter().any(|row| row.name.contains('.')) {
                continue;
            }
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/providers");
            let types = fs::read_to_string(folder.join(subject.provider.id).join("api.d.ts"));
            let types = types.unwrap();
            for row in rows {
                let renamed = RENAMED.iter().find(|(name, _)| *name == row.name);
                let method = renamed.map_or(row.name, |(_, method)| method);
                assert!(types.contains(&format!("  {method}(")), "{method}");
            }
            for row in subject.rows("refusals") {
                let class = row.text("class");
                assert!(types.contains(&format!("export class {class} ")), "{class}");
            }
        }
    }
}
