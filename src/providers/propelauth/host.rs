//! PropelAuth behind the one type by which hosts know every provider.

use super::access::met;
use super::member::of_org_named;
use super::user::{orgs, view};
use super::{Demand, Event, PropelAuth, token_of};
use crate::api::Client;
use crate::error::{ConfigError, Error, TokenError, WebhookError};
use crate::json::{Json, Members};
use crate::jwk::KeySource;
use crate::jwt::Policy;
use crate::providers::{ApiFlow, Configured, no_question, settings};
use crate::webhook::{Secret, Webhook};

/// Reads the options.
///
/// # Errors
///
/// `ERR_CONFIG_INVALID` naming the option.
pub(super) fn configure(options: &str) -> Result<Box<dyn Configured>, Error> {
    Ok(Box::new(PropelAuth::from_json(options)?))
}

impl Configured for PropelAuth {
    fn client(&self) -> &Client {
        self.client()
    }

    fn issuer(&self) -> Result<(Policy, KeySource), Error> {
        self.issuer()
    }

    fn principal(&self, claims: Members) -> Json {
        // The verifier's rule has read the same claims.
        view(claims).ok().into()
    }

    fn call(
        &self,
        operation: &str,
        parameters: &str,
        options: &str,
        entropy: u128,
    ) -> Result<ApiFlow, Error> {
        let call = self.call(operation, parameters, options, entropy)?;
        Ok(Box::new(call))
    }

    fn url(&self, operation: &str, parameters: &str) -> Result<String, Error> {
        self.url(operation, parameters)
    }

    fn webhook(&self, secrets: Vec<Secret>) -> Result<Webhook, Error> {
        settings::webhook("propelauth", self.webhook_secrets(), secrets)
    }

    fn event(&self, body: &[u8]) -> Result<Json, WebhookError> {
        Ok(Event::parse(body)?.json())
    }

    /// Questions: the token in a header; and, about the user of some claims, what it is to an
    /// organization. A demand that is not met is an error, a question has an answer.
    fn judge(&self, question: &str, facts: &Members) -> Result<Json, Error> {
        let text = |name: &str| facts.get(name).and_then(Json::as_str).unwrap_or_default();
        if question == "header" {
            return Ok(token_of(text("header"))?.into());
        }
        let none = Members::new();
        let claims = facts.get("claims").and_then(Json::as_object);
        let claims = claims.unwrap_or(&none);
        let members = orgs(claims)?;
        let (org_id, one) = (text("orgId"), text("wanted"));
        if question == "orgByName" {
            let found = of_org_named(&members, one);
            return Ok(found.map(|org| org.org_id.as_str()).into());
        }
        let mut questions = QUESTIONS.iter();
        let Some((_, asks, kind)) = questions.find(|(known, ..)| *known == question) else {
            return Err(no_question(question));
        };
        let all = match kind {
            // None at all would be met by everybody, so it must be said.
            Kind::AllPermissions => texts(facts.get("wanted"))?,
            _ => Vec::new(),
        };
        let demand = match kind {
            Kind::AllPermissions => Demand::AllPermissions(&all),
            Kind::ExactRole => Demand::ExactRole(one),
            Kind::Membership => Demand::Membership,
            Kind::MinimumRole => Demand::MinimumRole(one),
            Kind::Permission => Demand::Permission(one),
        };
        match met(&members, org_id, demand) {
            answer if *asks => Ok(answer.is_ok().into()),
            Ok(member) => Ok(member.org_id.as_str().into()),
            Err(denial) => Err(TokenError::from(denial).into()),
        }
    }

    fn server_credential(&self) -> Option<&'static str> {
        self.has_api_key().then_some("apiKey")
    }
}

/// What a question is about: each is a [`Demand`].
enum Kind {
    AllPermissions,
    ExactRole,
    Membership,
    MinimumRole,
    Permission,
}

/// Every question about a member, whether it has an answer or is a demand, and its kind.
const QUESTIONS: &[(&str, bool, Kind)] = &[
    ("allPermissions", false, Kind::AllPermissions),
    ("exactRole", false, Kind::ExactRole),
    ("hasAllPermissions", true, Kind::AllPermissions),
    ("hasPermission", true, Kind::Permission),
    ("isAtLeastRole", true, Kind::MinimumRole),
    ("isRole", true, Kind::ExactRole),
    ("membership", false, Kind::Membership),
    ("minimumRole", false, Kind::MinimumRole),
    ("permission", false, Kind::Permission),
];

/// The permissions that are asked about; what is no text is one that nobody holds.
fn texts(wanted: Option<&Json>) -> Result<Vec<&str>, ConfigError> {
    let wanted = wanted.and_then(Json::as_array);
    let wanted = wanted.ok_or_else(|| ConfigError::new("permissions", "must be an array"))?;
    let text = |item| Json::as_str(item).unwrap_or_default();
    Ok(wanted.iter().map(text).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    const TOKENS: &str = include_str!("fixtures/tokens.json");
    const O1: &str = "0c1f7a2e-8f41-4f0e-9a53-5d3c1b7e9a01";

    fn hosted() -> Box<dyn Configured> {
        configure(r#"{"authUrl":"https://a.example","webhookSecret":"whsec_YzWLHJGfEMDRiRkxH37yQLaPd85Nh9oj"}"#).unwrap()
    }

    /// The claims of the first test vector, which are asked about after it was verified.
    fn claims() -> Json {
        let tokens = Json::parse(TOKENS).unwrap();
        claims_of(tokens["tokens"]["PA-1"].as_str().unwrap())
    }

    fn claims_of(token: &str) -> Json {
        let payload = token.split('.').nth(1).unwrap();
        let payload = crate::encoding::Base64::Url.decode(payload.as_bytes());
        Json::parse(payload.unwrap()).unwrap()
    }

    fn ask(question: &str, org_id: &str, wanted: Json) -> Result<Json, Error> {
        let facts = [
            ("claims", claims()),
            ("orgId", org_id.into()),
            ("wanted", wanted),
        ];
        hosted().judge(question, Json::object(facts).as_object().unwrap())
    }

    #[test]
    fn the_principal_is_the_user_as_json() {
        let tokens = Json::parse(TOKENS).unwrap();
        for name in ["PA-1", "PA-2", "PA-3", "PA-4", "PA-5"] {
            let claims = claims_of(tokens["tokens"][name].as_str().unwrap());
            let claims = claims.as_object().unwrap();
            let user = crate::providers::propelauth::User::from_claims(claims.clone()).unwrap();
            let principal = hosted().principal(claims.clone());
            assert_eq!(principal.to_string(), user.json().to_string(), "{name}");
        }
    }

    #[test]
    fn questions_about_a_member_have_answers() {
        for (question, wanted, answer) in [
            ("isRole", json!("Admin"), json!(true)),
            ("isRole", json!("Member"), json!(false)),
            ("isRole", json!(null), json!(false)),
            ("isAtLeastRole", json!("Member"), json!(true)),
            ("hasPermission", json!("can_view_billing"), json!(true)),
            ("hasPermission", json!(["can_view_billing"]), json!(false)),
            ("hasAllPermissions", json!([]), json!(true)),
            (
                "hasAllPermissions",
                json!(["can_view_billing", 7]),
                json!(false),
            ),
            ("orgByName", json!("ACME INC"), json!(O1)),
            ("orgByName", json!("nope"), json!(null)),
        ] {
            assert_eq!(
                ask(question, O1, wanted.clone()).unwrap(),
                answer,
                "{question} {wanted}"
            );
        }
        assert_eq!(
            ask("hasAllPermissions", "else", json!([])).unwrap(),
            json!(false)
        );
    }

    #[test]
    fn demands_give_the_organization_or_refuse() {
        for (question, wanted) in [
            ("membership", json!(null)),
            ("exactRole", json!("Admin")),
            ("minimumRole", json!("Member")),
            ("permission", json!("can_view_billing")),
            ("allPermissions", json!(["can_view_billing"])),
        ] {
            assert_eq!(ask(question, O1, wanted).unwrap(), json!(O1), "{question}");
        }
        for (question, org_id, wanted) in [
            ("membership", "", json!(null)),
            ("membership", "else", json!(null)),
            ("exactRole", O1, json!("Member")),
            ("exactRole", O1, json!(null)),
            ("minimumRole", O1, json!(null)),
            ("permission", O1, json!(null)),
            ("allPermissions", O1, json!(["can_view_billing", "x"])),
        ] {
            let error = ask(question, org_id, wanted.clone()).unwrap_err();
            assert_eq!(
                error.code().as_str(),
                "ERR_FORBIDDEN",
                "{question} {wanted}"
            );
        }
    }

    #[test]
    fn a_list_of_permissions_must_be_one() {
        for question in ["allPermissions", "hasAllPermissions"] {
            for wanted in [json!(null), json!("can_view_billing"), json!({})] {
                let error = ask(question, O1, wanted.clone()).unwrap_err();
                assert_eq!(error.to_string(), "permissions: must be an array");
            }
        }
        let error = ask("nope", O1, json!(null)).unwrap_err();
        assert_eq!(error.to_string(), "nope: is no question");
    }

    #[test]
    fn a_server_credential_and_webhook_secrets_are_known() {
        assert_eq!(hosted().server_credential(), None);
        let with_key = configure(r#"{"authUrl":"https://a.example","apiKey":"k"}"#).unwrap();
        assert_eq!(with_key.server_credential(), Some("apiKey"));
        assert!(hosted().webhook(Vec::new()).is_ok());
        let error = with_key.webhook(Vec::new()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "webhookSecret: is needed to verify webhooks"
        );
    }
}
