//! HelloJohn behind the one type by which hosts know every provider.

use std::cell::RefCell;
use std::rc::Rc;

use super::{
    Event, HelloJohn, Refresh, RefreshState, RevokeAll, is_server_credential, require_org_role,
    require_role,
};
use crate::api::{Client, CredentialKind, Secret};
use crate::error::{Error, WebhookError};
use crate::json::{Json, Members};
use crate::jwk::KeySource;
use crate::jwt::Policy;
use crate::options::object;
use crate::providers::sharing::Sharing;
use crate::providers::{ApiFlow, Configured, no_question, prepared, settings};
use crate::webhook::{self, Webhook};

/// How many refresh tokens are remembered as sent. A client may serve many sessions.
const REFRESHES: usize = 256;

struct Hosted {
    config: HelloJohn,
    refreshes: RefCell<Vec<(Secret, SharedState)>>,
}

type SharedState = Rc<RefCell<RefreshState>>;

/// Reads the options.
///
/// # Errors
///
/// `ERR_CONFIG_INVALID` naming the option.
pub(super) fn configure(options: &str) -> Result<Box<dyn Configured>, Error> {
    Ok(Box::new(Hosted {
        config: HelloJohn::from_json(options)?,
        refreshes: RefCell::default(),
    }))
}

impl Configured for Hosted {
    fn client(&self) -> &Client {
        self.config.client()
    }

    fn issuer(&self) -> Result<(Policy, KeySource), Error> {
        self.config.issuer()
    }

    fn principal(&self, claims: Members) -> Json {
        self.config.principal(claims).into()
    }

    fn call(
        &self,
        operation: &str,
        parameters: &str,
        options: &str,
        entropy: u128,
    ) -> Result<ApiFlow, Error> {
        let client = self.config.client();
        match operation {
            "auth.refresh" => {
                let flow = Refresh::new(client, parameters, options)?;
                let state = self.refresh_state(flow.token());
                Ok(Box::new(Sharing { flow, state }))
            }
            "sessions.revokeAll" => {
                let parameters = object("parameters", parameters)?;
                let user = parameters.get("userId").and_then(Json::as_str);
                let flow = RevokeAll::new(client, user.unwrap_or_default(), options)?;
                Ok(Box::new(flow))
            }
            _ => Ok(prepared(client, operation, parameters, options, entropy)?),
        }
    }

    fn webhook(&self, secrets: Vec<webhook::Secret>) -> Result<Webhook, Error> {
        let scheme = self.config.webhook_format().scheme();
        settings::webhook(scheme, self.config.webhook_secrets(), secrets)
    }

    fn event(&self, body: &[u8]) -> Result<Json, WebhookError> {
        Ok(Event::parse(body)?.json())
    }

    fn judge(&self, question: &str, facts: &Members) -> Result<Json, Error> {
        let text = |name: &str| facts.get(name).and_then(Json::as_str);
        let wanted = text("wanted").unwrap_or_default();
        match question {
            "requireRole" => {
                let owner_passes = facts.get("ownerPasses") == Some(&Json::Bool(true));
                require_role(text("role"), wanted, owner_passes)?;
            }
            "requireOrgRole" => {
                require_org_role(text("orgId"), text("orgRole"), text("role"), wanted)?;
            }
            _ => return Err(no_question(question)),
        }
        Ok(Json::Null)
    }

    fn server_credential(&self) -> Option<&'static str> {
        let kinds = [
            CredentialKind::Secret,
            CredentialKind::Master,
            CredentialKind::ControlPlane,
        ];
        let held = |kind: &CredentialKind| {
            let credential = self.config.client().held(*kind);
            credential.is_some_and(|credential| is_server_credential(credential.expose()))
        };
        kinds.into_iter().find(held).map(CredentialKind::option)
    }
}

impl Hosted {
    /// The state of the session of this refresh token. Tokens that were sent longest ago are
    /// forgotten first, those of refreshes under way last of all.
    fn refresh_state(&self, token: &Secret) -> SharedState {
        let mut known = self.refreshes.borrow_mut();
        if let Some((_, state)) = known.iter().find(|(known, _)| known.is(token.expose())) {
            return state.clone();
        }
        if known.len() >= REFRESHES {
            let mut states = known.iter();
            let idle = states.position(|(_, state)| Rc::strong_count(state) == 1);
            known.remove(idle.unwrap_or_default());
        }
        let state = SharedState::default();
        known.push((token.clone(), state.clone()));
        state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_under_way_is_never_forgotten_for_later_ones() {
        let hosted = Hosted {
            config: HelloJohn::from_json("{}").unwrap(),
            refreshes: RefCell::default(),
        };
        let token = |number: usize| Secret::new(format!("rt_{number}"));
        let under_way = hosted.refresh_state(&token(0));
        for number in 1..=2 * REFRESHES {
            hosted.refresh_state(&token(number));
        }
        assert!(Rc::ptr_eq(&under_way, &hosted.refresh_state(&token(0))));
        assert_eq!(hosted.refreshes.borrow().len(), REFRESHES);
    }
}
