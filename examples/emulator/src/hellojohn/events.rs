//! What happens is written to the audit log and told to the webhooks.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{HelloJohn, delivery, records::AuditEntry, store::Store};
use crate::world::rfc3339;

/// Something that happened in a tenant.
#[derive(Debug)]
pub(crate) struct Event<'a> {
    /// E.g. `user.created`.
    pub(crate) kind: &'a str,
    pub(crate) tenant_id: &'a str,
    pub(crate) actor: Actor<'a>,
    /// Type and id of what it happened to.
    pub(crate) resource: (&'a str, &'a str),
    /// `data` of the webhook.
    pub(crate) data: Value,
}

/// Who did it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Actor<'a> {
    /// A server, by the id of its key.
    Key(&'a str),
    /// The emulator itself.
    System,
    /// A user, by id.
    User(&'a str),
}

impl Actor<'_> {
    fn view(self, store: &Store) -> Value {
        match self {
            Actor::Key(id) => json!({"id": id, "email": null, "type": "api_key"}),
            Actor::System => json!({"id": "system", "email": null, "type": "system"}),
            Actor::User(id) => {
                let user = store.users.iter().find(|user| user.id == id);
                json!({"id": id, "email": user.map(|user| &user.email), "type": "user"})
            }
        }
    }
}

impl HelloJohn {
    /// Records an event and starts its deliveries.
    pub(crate) fn happened(self: &Arc<Self>, store: &mut Store, event: &Event<'_>) {
        self.audit(store, event, "success");
        self.tell(store, event.kind, event.tenant_id, &event.data);
    }

    /// Tells the webhooks of something that did not happen, for tests; how many.
    pub(crate) fn send_event(self: &Arc<Self>, kind: &str, tenant_id: &str, data: &Value) -> usize {
        self.tell(&mut self.store(), kind, tenant_id, data)
    }

    fn tell(
        self: &Arc<Self>,
        store: &mut Store,
        kind: &str,
        tenant_id: &str,
        data: &Value,
    ) -> usize {
        let now = self.world.clock.now_ms();
        let envelope = self.envelope(kind, tenant_id, data);
        let mut told = 0;
        for webhook in &mut store.webhooks {
            if webhook.tenant_id == tenant_id && webhook.wants(kind) {
                webhook.last_triggered_ms = Some(now);
                delivery::start(self, webhook, kind, envelope.clone());
                told += 1;
            }
        }
        told
    }

    /// Records an event that no webhook hears of, such as a failed sign-in.
    pub(crate) fn audit(&self, store: &mut Store, event: &Event<'_>, result: &str) {
        let now = self.world.clock.now_ms();
        let view = json!({
            "id": self.world.ids.next("evt_audit_"),
            "type": event.kind,
            "actor": event.actor.view(store),
            "resource": {"id": event.resource.1, "type": event.resource.0},
            "tenant_id": event.tenant_id,
            "organization_id": (event.resource.0 == "organization").then_some(event.resource.1),
            "ip_address": "127.0.0.1",
            "user_agent": null,
            "country": null,
            "result": result,
            "metadata": {},
            "created_at": rfc3339(now),
        });
        store.audit.push(AuditEntry {
            tenant_id: event.tenant_id.to_owned(),
            created_ms: now,
            view,
        });
    }

    /// The body of a webhook, as the bytes that are signed and sent.
    pub(crate) fn envelope(&self, kind: &str, tenant_id: &str, data: &Value) -> String {
        json!({
            "id": self.world.ids.next("evt_"),
            "type": kind,
            "created_at": rfc3339(self.world.clock.now_ms()),
            "tenant_id": tenant_id,
            "data": data,
        })
        .to_string()
    }
}
