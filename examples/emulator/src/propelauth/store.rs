//! Everything the emulated project knows. Users, organizations and API keys are kept as the
//! JSON objects that the API shows.

use serde_json::{Map, Value, json};

use super::{answers::Refusal, roles};
use crate::world::World;

/// The state.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) users: Vec<User>,
    pub(crate) orgs: Vec<Value>,
    pub(crate) members: Vec<Member>,
    pub(crate) invites: Vec<Value>,
    pub(crate) api_keys: Vec<ApiKey>,
    pub(crate) idps: Vec<String>,
    pub(crate) scim_groups: Vec<ScimGroup>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) grants: Vec<Grant>,
    pub(crate) challenges: Vec<Challenge>,
}

/// A user: what the API shows, and what it does not.
#[derive(Debug, Default)]
pub(crate) struct User {
    pub(crate) shown: Value,
    pub(crate) password: Option<String>,
    pub(crate) signup_query: Map<String, Value>,
    pub(crate) oauth_tokens: Map<String, Value>,
    pub(crate) mfa: Value,
}

/// A membership.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) user_id: String,
    pub(crate) org_id: String,
    pub(crate) role: String,
    pub(crate) additional_roles: Vec<String>,
}

/// An end user's API key.
#[derive(Debug)]
pub(crate) struct ApiKey {
    pub(crate) shown: Value,
    pub(crate) token: String,
    pub(crate) imported: bool,
    pub(crate) archived: bool,
    pub(crate) uses: u64,
}

/// A group of a directory.
#[derive(Debug)]
pub(crate) struct ScimGroup {
    pub(crate) org_id: String,
    pub(crate) group_id: String,
    pub(crate) display_name: String,
    pub(crate) members: Vec<String>,
}

/// A signed-in browser.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) user_id: String,
    pub(crate) refresh_token: String,
}

/// A permission for one action.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) user_id: String,
    pub(crate) action: String,
    pub(crate) value: String,
    pub(crate) once: bool,
    pub(crate) expires_s: i64,
}

/// A code that was sent to a telephone.
#[derive(Debug)]
pub(crate) struct Challenge {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) action: String,
    pub(crate) once: bool,
    pub(crate) valid_for_s: i64,
}

/// A text member.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

/// The next id: a version 4 UUID (RFC 9562 §5.4).
pub(crate) fn uuid(world: &World) -> String {
    let hex = hex(world);
    let part = |from, to| hex.get(from..to).unwrap_or_default();
    format!(
        "{}-{}-4{}-8{}-{}",
        part(0, 8),
        part(8, 12),
        part(13, 16),
        part(17, 20),
        part(20, 32)
    )
}

/// 64 hexadecimal digits that were not there before.
pub(crate) fn hex(world: &World) -> String {
    let bytes = world.ids.next_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl User {
    pub(crate) fn id(&self) -> &str {
        text(&self.shown, "user_id").unwrap_or_default()
    }

    pub(crate) fn is(&self, member: &str, value: &str) -> bool {
        text(&self.shown, member).is_some_and(|own| own.eq_ignore_ascii_case(value))
    }

    pub(crate) fn set(&mut self, member: &str, value: Value) {
        if let Value::Object(members) = &mut self.shown {
            members.insert(member.to_owned(), value);
        }
    }
}

impl Store {
    pub(crate) fn user(&self, id: &str) -> Result<&User, Refusal> {
        let user = self.users.iter().find(|user| user.id() == id);
        user.ok_or_else(Refusal::not_found)
    }

    pub(crate) fn user_mut(&mut self, id: &str) -> Result<&mut User, Refusal> {
        let user = self.users.iter_mut().find(|user| user.id() == id);
        user.ok_or_else(Refusal::not_found)
    }

    /// The user of this id, address or user name.
    pub(crate) fn known_as(&self, name: &str) -> Option<&User> {
        let mut users = self.users.iter();
        users.find(|user| user.id() == name || user.is("email", name) || user.is("username", name))
    }

    pub(crate) fn org(&self, id: &str) -> Option<&Value> {
        self.orgs.iter().find(|org| org["org_id"] == id)
    }

    pub(crate) fn org_mut(&mut self, id: &str) -> Result<&mut Map<String, Value>, Refusal> {
        let org = self.orgs.iter_mut().find(|org| org["org_id"] == id);
        org.and_then(Value::as_object_mut)
            .ok_or_else(Refusal::not_found)
    }

    pub(crate) fn has_org(&self, id: &str) -> Result<&Value, Refusal> {
        self.org(id).ok_or_else(Refusal::not_found)
    }

    pub(crate) fn membership(&self, user_id: &str, org_id: &str) -> Option<&Member> {
        let mut members = self.members.iter();
        members.find(|member| member.user_id == user_id && member.org_id == org_id)
    }

    /// A user's memberships by organization, as tokens and users show them.
    pub(crate) fn member_infos(&self, user_id: &str) -> Map<String, Value> {
        let own = self
            .members
            .iter()
            .filter(|member| member.user_id == user_id);
        own.filter_map(|member| Some((member.org_id.clone(), roles::member_info(self, member)?)))
            .collect()
    }

    /// A user as the API shows it.
    pub(crate) fn shown(&self, user: &User, include_orgs: bool) -> Value {
        let mut shown = user.shown.clone();
        shown["has_password"] = json!(user.password.is_some());
        shown["mfa_enabled"] = json!(!user.mfa.is_null());
        if include_orgs {
            shown["org_id_to_org_info"] = Value::Object(self.member_infos(user.id()));
        }
        shown
    }

    /// The seeded people, for the ready line.
    pub(crate) fn people(&self) -> Value {
        let named = self.users.iter().filter_map(|user| {
            let name = text(&user.shown, "username")?;
            let person =
                json!({"id": user.id(), "email": user.shown["email"], "password": user.password});
            Some((name.to_owned(), person))
        });
        Value::Object(named.collect())
    }

    /// The seeded organizations' ids, for the ready line.
    pub(crate) fn orgs_by_name(&self) -> Value {
        let named = self.orgs.iter().filter_map(|org| {
            let name = text(org, "url_safe_org_slug")?;
            Some((name.to_owned(), org["org_id"].clone()))
        });
        Value::Object(named.collect())
    }
}
