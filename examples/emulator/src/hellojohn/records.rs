//! What HelloJohn keeps, and how clients see it.

use serde_json::{Value, json};

use crate::world::rfc3339;

fn time(unix_ms: Option<i64>) -> Option<String> {
    unix_ms.map(rfc3339)
}

/// A tenant and its settings; spans are in seconds.
#[derive(Clone, Debug)]
pub(crate) struct Tenant {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) slug: String,
    pub(crate) status: String,
    pub(crate) plan: String,
    pub(crate) owner_email: Option<String>,
    pub(crate) config: TenantConfig,
    pub(crate) public_metadata: Value,
    pub(crate) private_metadata: Value,
    pub(crate) created_ms: i64,
    pub(crate) updated_ms: i64,
}

/// A tenant's settings.
#[derive(Clone, Debug)]
pub(crate) struct TenantConfig {
    pub(crate) allowed_origins: Vec<String>,
    pub(crate) access_token_ttl_s: i64,
    pub(crate) session_duration_s: i64,
    pub(crate) idle_timeout_s: Option<i64>,
    pub(crate) mfa_required: bool,
    pub(crate) mfa_allowed_factors: Vec<String>,
    pub(crate) password_min_length: usize,
    pub(crate) hooks: Value,
}

impl TenantConfig {
    pub(crate) fn view(&self) -> Value {
        json!({
            "allowed_origins": self.allowed_origins,
            "access_token_ttl": self.access_token_ttl_s,
            "session_duration": self.session_duration_s,
            "idle_timeout": self.idle_timeout_s,
            "mfa_required": self.mfa_required,
            "mfa_allowed_factors": self.mfa_allowed_factors,
            "password_min_length": self.password_min_length,
            "hooks": self.hooks,
        })
    }
}

impl Tenant {
    pub(crate) fn view(&self, user_count: usize, org_count: usize) -> Value {
        json!({
            "id": self.id, "name": self.name, "slug": self.slug,
            "status": self.status, "plan": self.plan, "owner_email": self.owner_email,
            "user_count": user_count, "org_count": org_count,
            "auth_config": {
                "allowed_origins": self.config.allowed_origins,
                "session_duration": self.config.session_duration_s,
                "mfa_required": self.config.mfa_required,
                "password_min_length": self.config.password_min_length,
            },
            "public_metadata": self.public_metadata,
            "private_metadata": self.private_metadata,
            "created_at": rfc3339(self.created_ms),
            "updated_at": rfc3339(self.updated_ms),
        })
    }
}

/// A user.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) tenant_id: String,
    pub(crate) email: String,
    pub(crate) password: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) avatar_url: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) email_verified: bool,
    pub(crate) role: String,
    pub(crate) status: String,
    pub(crate) public_metadata: Value,
    pub(crate) private_metadata: Value,
    pub(crate) backup_codes: Vec<String>,
    pub(crate) connections: Vec<String>,
    pub(crate) created_ms: i64,
    pub(crate) updated_ms: i64,
    pub(crate) last_sign_in_ms: Option<i64>,
}

impl User {
    /// As servers with a secret key see it.
    pub(crate) fn view(&self, mfa_enabled: bool) -> Value {
        json!({
            "id": self.id, "email": self.email, "username": self.username,
            "name": self.name, "phone": self.phone, "avatar_url": self.avatar_url,
            "external_id": self.external_id,
            "email_verified": self.email_verified, "phone_verified": false,
            "role": self.role, "status": self.status, "mfa_enabled": mfa_enabled,
            "public_metadata": self.public_metadata,
            "private_metadata": self.private_metadata,
            "created_at": rfc3339(self.created_ms),
            "updated_at": rfc3339(self.updated_ms),
            "last_sign_in_at": time(self.last_sign_in_ms),
        })
    }

    /// As the user sees it at sign-in.
    pub(crate) fn own_view(&self) -> Value {
        json!({
            "id": self.id, "email": self.email, "name": self.name,
            "email_verified": self.email_verified,
            "created_at": rfc3339(self.created_ms),
        })
    }
}

/// A session and its refresh tokens.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) tenant_id: String,
    pub(crate) user_agent: Option<String>,
    pub(crate) mfa_verified: bool,
    pub(crate) refresh_token: String,
    pub(crate) spent_refresh_tokens: Vec<String>,
    pub(crate) created_ms: i64,
    pub(crate) last_active_ms: i64,
    pub(crate) expires_ms: i64,
    pub(crate) revoked_ms: Option<i64>,
}

impl Session {
    /// `active`, `expired` or `revoked`.
    pub(crate) fn status(&self, now_ms: i64) -> &'static str {
        match self.revoked_ms {
            Some(_) => "revoked",
            None if self.expires_ms <= now_ms => "expired",
            None => "active",
        }
    }

    pub(crate) fn view(&self, now_ms: i64) -> Value {
        json!({
            "id": self.id, "user_id": self.user_id, "tenant_id": self.tenant_id,
            "status": self.status(now_ms),
            "user_agent": self.user_agent, "ip_address": "127.0.0.1",
            "country": null, "device_type": "desktop",
            "created_at": rfc3339(self.created_ms),
            "last_active_at": rfc3339(self.last_active_ms),
            "expires_at": rfc3339(self.expires_ms),
            "revoked_at": time(self.revoked_ms),
        })
    }
}

/// A second factor.
#[derive(Clone, Debug)]
pub(crate) struct Factor {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) kind: String,
    pub(crate) name: Option<String>,
    pub(crate) status: &'static str,
    pub(crate) totp_secret: Vec<u8>,
    pub(crate) phone_number: Option<String>,
    /// The code that was sent and not yet used, for factors that send codes.
    pub(crate) sent_code: Option<String>,
    pub(crate) created_ms: i64,
    pub(crate) last_used_ms: Option<i64>,
}

impl Factor {
    pub(crate) fn view(&self) -> Value {
        json!({
            "id": self.id, "user_id": self.user_id, "type": self.kind,
            "name": self.name, "status": self.status,
            "created_at": rfc3339(self.created_ms),
            "last_used_at": time(self.last_used_ms),
        })
    }
}

/// An organization.
#[derive(Clone, Debug)]
pub(crate) struct Organization {
    pub(crate) id: String,
    pub(crate) tenant_id: String,
    pub(crate) name: String,
    pub(crate) slug: String,
    pub(crate) logo_url: Option<String>,
    pub(crate) public_metadata: Value,
    pub(crate) created_ms: i64,
    pub(crate) updated_ms: i64,
}

impl Organization {
    pub(crate) fn view(&self, member_count: usize) -> Value {
        json!({
            "id": self.id, "tenant_id": self.tenant_id,
            "name": self.name, "slug": self.slug, "logo_url": self.logo_url,
            "member_count": member_count,
            "public_metadata": self.public_metadata,
            "created_at": rfc3339(self.created_ms),
            "updated_at": rfc3339(self.updated_ms),
        })
    }
}

/// A user's place in an organization.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) organization_id: String,
    pub(crate) user_id: String,
    pub(crate) role: String,
    pub(crate) joined_ms: i64,
}

impl Member {
    pub(crate) fn view(&self, user: Option<&User>) -> Value {
        json!({
            "user_id": self.user_id, "organization_id": self.organization_id,
            "role": self.role, "joined_at": rfc3339(self.joined_ms),
            "user": user.map(|user| json!({
                "id": user.id, "email": user.email,
                "name": user.name, "avatar_url": user.avatar_url,
            })),
        })
    }
}

/// An invitation into an organization.
#[derive(Clone, Debug)]
pub(crate) struct Invitation {
    pub(crate) id: String,
    pub(crate) organization_id: String,
    pub(crate) email: String,
    pub(crate) role: String,
    pub(crate) token: String,
    pub(crate) accepted: bool,
    pub(crate) expires_ms: i64,
    pub(crate) created_ms: i64,
}

impl Invitation {
    pub(crate) fn view(&self, now_ms: i64) -> Value {
        let status = match self.accepted {
            true => "accepted",
            false if self.expires_ms <= now_ms => "expired",
            false => "pending",
        };
        json!({
            "id": self.id, "organization_id": self.organization_id,
            "email": self.email, "role": self.role, "status": status,
            "expires_at": rfc3339(self.expires_ms),
            "created_at": rfc3339(self.created_ms),
        })
    }
}

/// A role of an organization's own.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub(crate) id: String,
    pub(crate) organization_id: String,
    pub(crate) name: String,
    pub(crate) slug: String,
    pub(crate) permissions: Vec<String>,
    pub(crate) created_ms: i64,
}

impl Role {
    pub(crate) fn view(&self) -> Value {
        json!({
            "id": self.id, "name": self.name, "slug": self.slug,
            "permissions": self.permissions, "created_at": rfc3339(self.created_ms),
        })
    }
}

/// A secret or publishable key.
#[derive(Clone, Debug)]
pub(crate) struct ApiKey {
    pub(crate) id: String,
    pub(crate) tenant_id: String,
    pub(crate) name: String,
    /// `secret` or `publishable`.
    pub(crate) kind: String,
    pub(crate) value: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) revoked: bool,
    pub(crate) created_ms: i64,
    pub(crate) last_used_ms: Option<i64>,
    pub(crate) expires_ms: Option<i64>,
}

impl ApiKey {
    /// Whether its scopes cover `wanted` (`users:read`).
    pub(crate) fn allows(&self, wanted: &str) -> bool {
        let resource = wanted.split(':').next().unwrap_or_default();
        self.scopes.iter().any(|scope| {
            scope == "*" || scope == wanted || scope.strip_suffix(":*") == Some(resource)
        })
    }

    pub(crate) fn view(&self) -> Value {
        let prefix: String = self.value.chars().take(8).collect();
        let last_four = self.value.get(self.value.len().saturating_sub(4)..);
        json!({
            "id": self.id, "name": self.name, "type": self.kind,
            "prefix": prefix, "last_four": last_four, "scopes": self.scopes,
            "created_at": rfc3339(self.created_ms),
            "last_used_at": time(self.last_used_ms),
            "expires_at": time(self.expires_ms),
            "revoked": self.revoked,
        })
    }
}

/// A registered webhook endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Webhook {
    pub(crate) id: String,
    pub(crate) tenant_id: String,
    pub(crate) url: String,
    pub(crate) description: Option<String>,
    pub(crate) events: Vec<String>,
    pub(crate) status: String,
    pub(crate) signing_secret: String,
    pub(crate) created_ms: i64,
    pub(crate) last_triggered_ms: Option<i64>,
}

impl Webhook {
    /// Whether it asked for events of this type; `*` and `user.*` are wildcards.
    pub(crate) fn wants(&self, kind: &str) -> bool {
        self.status == "active" && self.events.iter().any(|pattern| matches(pattern, kind))
    }

    pub(crate) fn view(&self) -> Value {
        json!({
            "id": self.id, "url": self.url, "description": self.description,
            "events": self.events, "status": self.status,
            "created_at": rfc3339(self.created_ms),
            "last_triggered_at": time(self.last_triggered_ms),
        })
    }
}

/// Whether an event type fits a pattern such as `user.*`.
pub(crate) fn matches(pattern: &str, kind: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => kind.starts_with(start),
        None => pattern == kind,
    }
}

/// An application registered with the tenant.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) tenant_id: String,
    /// As the client sees it: it has no other side.
    pub(crate) view: Value,
}

/// One line of the audit log.
#[derive(Clone, Debug)]
pub(crate) struct AuditEntry {
    pub(crate) tenant_id: String,
    pub(crate) created_ms: i64,
    /// As the client sees it: nothing else reads it.
    pub(crate) view: Value,
}

/// What a one-time token is good for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TicketKind {
    MagicLink,
    MfaChallenge,
    OauthCode,
    PasswordReset,
}

/// A token that works once and not for long.
#[derive(Clone, Debug)]
pub(crate) struct Ticket {
    pub(crate) kind: TicketKind,
    pub(crate) token: String,
    pub(crate) tenant_id: String,
    pub(crate) user_id: String,
    pub(crate) expires_ms: i64,
    /// What must be sent again with it, e.g. the PKCE challenge.
    pub(crate) bound_to: Value,
}
