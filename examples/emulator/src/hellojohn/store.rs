//! The tables, and finding things in them.

use super::{
    errors::{ApiError, Outcome},
    records::{
        ApiKey, AuditEntry, Client, Factor, Invitation, Member, Organization, Role, Session,
        Tenant, Ticket, TicketKind, User, Webhook,
    },
};

/// Everything HelloJohn keeps. An emulator holds little, so tables are plain
/// vectors in the order of creation.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) tenants: Vec<Tenant>,
    pub(crate) users: Vec<User>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) factors: Vec<Factor>,
    pub(crate) organizations: Vec<Organization>,
    pub(crate) members: Vec<Member>,
    pub(crate) invitations: Vec<Invitation>,
    pub(crate) roles: Vec<Role>,
    pub(crate) api_keys: Vec<ApiKey>,
    pub(crate) webhooks: Vec<Webhook>,
    pub(crate) clients: Vec<Client>,
    pub(crate) audit: Vec<AuditEntry>,
    pub(crate) tickets: Vec<Ticket>,
}

impl Store {
    pub(crate) fn tenant(&self, id: &str) -> Outcome<&Tenant> {
        self.tenants
            .iter()
            .find(|tenant| tenant.id == id && tenant.status != "deleted")
            .ok_or_else(|| ApiError::not_found("tenant_not_found"))
    }

    pub(crate) fn tenant_mut(&mut self, id: &str) -> Outcome<&mut Tenant> {
        self.tenants
            .iter_mut()
            .find(|tenant| tenant.id == id && tenant.status != "deleted")
            .ok_or_else(|| ApiError::not_found("tenant_not_found"))
    }

    pub(crate) fn user(&self, tenant_id: &str, id: &str) -> Outcome<&User> {
        self.users
            .iter()
            .find(|user| user.tenant_id == tenant_id && user.id == id)
            .ok_or_else(|| ApiError::not_found("user_not_found"))
    }

    pub(crate) fn user_mut(&mut self, tenant_id: &str, id: &str) -> Outcome<&mut User> {
        self.users
            .iter_mut()
            .find(|user| user.tenant_id == tenant_id && user.id == id)
            .ok_or_else(|| ApiError::not_found("user_not_found"))
    }

    /// Addresses are compared without regard to case.
    pub(crate) fn user_by_email(&self, tenant_id: &str, email: &str) -> Option<&User> {
        self.users
            .iter()
            .find(|user| user.tenant_id == tenant_id && user.email.eq_ignore_ascii_case(email))
    }

    pub(crate) fn has_active_factor(&self, user_id: &str) -> bool {
        self.active_factors(user_id).next().is_some()
    }

    pub(crate) fn active_factors(&self, user_id: &str) -> impl Iterator<Item = &Factor> {
        self.factors
            .iter()
            .filter(move |factor| factor.user_id == user_id && factor.status == "active")
    }

    pub(crate) fn session(&self, tenant_id: &str, id: &str) -> Outcome<&Session> {
        self.sessions
            .iter()
            .find(|session| session.tenant_id == tenant_id && session.id == id)
            .ok_or_else(|| ApiError::not_found("session_not_found"))
    }

    /// Refuses a session that was revoked or has run out. One that was never
    /// kept passes: a minted token may name any.
    pub(crate) fn check_session_lives(&self, id: &str, now_ms: i64) -> Outcome<()> {
        let session = self.sessions.iter().find(|session| session.id == id);
        match session.map(|session| session.status(now_ms)) {
            Some("revoked") => Err(ApiError::unauthenticated(
                "session_revoked",
                "The session was revoked",
            )),
            Some("expired") => Err(ApiError::unauthenticated(
                "token_expired",
                "The session has expired",
            )),
            _ => Ok(()),
        }
    }

    pub(crate) fn organization(&self, tenant_id: &str, id: &str) -> Outcome<&Organization> {
        self.organizations
            .iter()
            .find(|organization| organization.tenant_id == tenant_id && organization.id == id)
            .ok_or_else(|| ApiError::not_found("organization_not_found"))
    }

    pub(crate) fn members_of(&self, organization_id: &str) -> impl Iterator<Item = &Member> {
        self.members
            .iter()
            .filter(move |member| member.organization_id == organization_id)
    }

    pub(crate) fn first_membership(&self, user_id: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.user_id == user_id)
    }

    /// The key of a credential, unless it is revoked or has run out.
    pub(crate) fn live_key(&self, value: &str, now_ms: i64) -> Option<&ApiKey> {
        self.api_keys
            .iter()
            .find(|key| key.value == value && !key.revoked)
            .filter(|key| key.expires_ms.is_none_or(|expires| now_ms < expires))
    }

    pub(crate) fn touch_key(&mut self, id: &str, now_ms: i64) {
        if let Some(key) = self.api_keys.iter_mut().find(|key| key.id == id) {
            key.last_used_ms = Some(now_ms);
        }
    }

    /// Uses up a one-time token.
    pub(crate) fn take_ticket(
        &mut self,
        kind: TicketKind,
        tenant_id: &str,
        token: &str,
        now_ms: i64,
    ) -> Outcome<Ticket> {
        let place = self.tickets.iter().position(|ticket| {
            ticket.kind == kind && ticket.tenant_id == tenant_id && ticket.token == token
        });
        let ticket = place
            .map(|place| self.tickets.remove(place))
            .ok_or_else(|| ApiError::unauthenticated("invalid_token", "The token is not valid"))?;
        if ticket.expires_ms <= now_ms {
            return Err(ApiError::unauthenticated(
                "token_expired",
                "The token has expired",
            ));
        }
        Ok(ticket)
    }
}
