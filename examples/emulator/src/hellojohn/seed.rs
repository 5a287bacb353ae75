//! What is there at the start: one tenant, its keys, its people.

use serde_json::{Value, json};

use super::{
    Options,
    records::{ApiKey, Factor, Member, Organization, Tenant, TenantConfig, User, Webhook},
    store::Store,
    totp,
    users::{self, NewUser},
};
use crate::world::World;

/// The password of every seeded user.
const PASSWORD: &str = "correct-horse-battery";

/// The control plane's administrator.
pub(crate) const ADMIN_EMAIL: &str = "root@example.com";

/// Their password.
pub(crate) const ADMIN_PASSWORD: &str = "correct-horse-control-plane";

/// 2024-01-15T00:00:00Z: when the seeded users were created, so that lists
/// sorted by time are the same in every run.
const EPOCH_MS: i64 = 1_705_276_800_000;

/// Credentials and ids that the ready line tells.
#[derive(Clone, Debug)]
pub(crate) struct Seeded {
    pub(crate) tenant_id: String,
    pub(crate) secret_key: String,
    pub(crate) publishable_key: String,
    pub(crate) webhook_secret: String,
    organization_id: String,
    alice: String,
    bob: String,
    carol: String,
    carol_totp: String,
}

impl Seeded {
    /// The people, as the ready line shows them.
    pub(crate) fn people(&self) -> Value {
        let person = |id: &str, name: &str, role: &str| json!({"id": id, "email": format!("{name}@example.com"), "password": PASSWORD, "role": role});
        let mut carol = person(&self.carol, "carol", "member");
        carol["totp_secret"] = json!(self.carol_totp);
        json!({
            "alice": person(&self.alice, "alice", "admin"),
            "bob": person(&self.bob, "bob", "member"),
            "carol": carol,
        })
    }

    /// The seeded organization.
    pub(crate) fn organization_id(&self) -> &str {
        &self.organization_id
    }
}

/// Builds the first store; what is seeded sends no webhooks.
pub(crate) fn sow(world: &World, options: &Options) -> (Store, Seeded) {
    let mut store = Store::default();
    let tenant = tenant(world, options, "Acme", EPOCH_MS);
    let tenant_id = tenant.id.clone();
    store.tenants.push(tenant);
    let (secret_key, publishable_key) = sow_keys(world, &mut store, &tenant_id, EPOCH_MS);
    let alice = person(
        world,
        &mut store,
        &tenant_id,
        ("alice", "Alice Example", "admin", 0),
    );
    let bob = person(
        world,
        &mut store,
        &tenant_id,
        ("bob", "Bob Example", "member", 1),
    );
    let carol = person(
        world,
        &mut store,
        &tenant_id,
        ("carol", "Carol Example", "member", 2),
    );
    let carol_totp = second_factor(world, &mut store, &carol);
    for number in 1..=options.users {
        let name = format!("user{number:03}");
        let shown = format!("User {number:03}");
        let minute = i64::try_from(number).unwrap_or(0) + 2;
        person(
            world,
            &mut store,
            &tenant_id,
            (&name, &shown, "member", minute),
        );
    }
    let organization_id = organization(
        world,
        &mut store,
        &tenant_id,
        &[(&alice, "owner"), (&bob, "member")],
    );
    let webhook_secret = options
        .webhook_secret
        .clone()
        .unwrap_or_else(|| world.ids.named_secret("whsec_", "webhook"));
    if let Some(url) = &options.webhook_url {
        store
            .webhooks
            .push(webhook(world, &tenant_id, url, &webhook_secret));
    }
    let seeded = Seeded {
        tenant_id,
        secret_key,
        publishable_key,
        webhook_secret,
        organization_id,
        alice,
        bob,
        carol,
        carol_totp,
    };
    (store, seeded)
}

/// A tenant with default settings.
pub(crate) fn tenant(world: &World, options: &Options, name: &str, now_ms: i64) -> Tenant {
    let slug = name.to_lowercase().replace(' ', "-");
    Tenant {
        id: world.ids.next("tnt_"),
        name: name.to_owned(),
        slug,
        status: "active".to_owned(),
        plan: "free".to_owned(),
        owner_email: None,
        config: TenantConfig {
            allowed_origins: Vec::new(),
            access_token_ttl_s: options.access_token_ttl,
            session_duration_s: options.session_duration,
            idle_timeout_s: None,
            mfa_required: false,
            mfa_allowed_factors: ["totp", "sms", "email_otp", "webauthn"]
                .map(str::to_owned)
                .to_vec(),
            password_min_length: 8,
            hooks: json!({}),
        },
        public_metadata: json!({}),
        private_metadata: json!({}),
        created_ms: now_ms,
        updated_ms: now_ms,
    }
}

/// A secret and a publishable key for a tenant.
pub(crate) fn sow_keys(
    world: &World,
    store: &mut Store,
    tenant_id: &str,
    now_ms: i64,
) -> (String, String) {
    let mut value = |kind: &str, prefix: &str| {
        let value = world.ids.next_secret(prefix);
        store.api_keys.push(ApiKey {
            id: world.ids.next("key_"),
            tenant_id: tenant_id.to_owned(),
            name: format!("Default {kind} key"),
            kind: kind.to_owned(),
            value: value.clone(),
            scopes: vec!["*".to_owned()],
            revoked: false,
            created_ms: now_ms,
            last_used_ms: None,
            expires_ms: None,
        });
        value
    };
    (
        value("secret", "sk_test_"),
        value("publishable", "pk_test_"),
    )
}

fn person(
    world: &World,
    store: &mut Store,
    tenant_id: &str,
    (name, shown, role, minute): (&str, &str, &str, i64),
) -> String {
    let metadata = match name {
        "alice" => json!({"plan": "pro", "seats": 42}),
        _ => json!({}),
    };
    let new = NewUser {
        email: format!("{name}@example.com"),
        password: Some(PASSWORD.to_owned()),
        username: Some(name.to_owned()),
        name: Some(shown.to_owned()),
        email_verified: true,
        role: role.to_owned(),
        public_metadata: Some(metadata),
        ..NewUser::default()
    };
    let user: User = users::build(&world.ids, tenant_id, new, EPOCH_MS + minute * 60_000);
    let id = user.id.clone();
    store.users.push(user);
    id
}

/// An authenticator app for a user; its secret in base 32.
fn second_factor(world: &World, store: &mut Store, user_id: &str) -> String {
    let secret: Vec<u8> = world.ids.next_bytes().into_iter().take(20).collect();
    let shown = totp::base32(&secret);
    store.factors.push(Factor {
        id: world.ids.next("fac_"),
        user_id: user_id.to_owned(),
        kind: "totp".to_owned(),
        name: Some("Authenticator".to_owned()),
        status: "active",
        totp_secret: secret,
        phone_number: None,
        sent_code: None,
        created_ms: EPOCH_MS,
        last_used_ms: None,
    });
    shown
}

fn organization(
    world: &World,
    store: &mut Store,
    tenant_id: &str,
    members: &[(&String, &str)],
) -> String {
    let id = world.ids.next("org_");
    store.organizations.push(Organization {
        id: id.clone(),
        tenant_id: tenant_id.to_owned(),
        name: "Acme Engineering".to_owned(),
        slug: "acme-engineering".to_owned(),
        logo_url: None,
        public_metadata: json!({}),
        created_ms: EPOCH_MS,
        updated_ms: EPOCH_MS,
    });
    store
        .members
        .extend(members.iter().map(|(user_id, role)| Member {
            organization_id: id.clone(),
            user_id: (*user_id).clone(),
            role: (*role).to_owned(),
            joined_ms: EPOCH_MS,
        }));
    id
}

fn webhook(world: &World, tenant_id: &str, url: &str, secret: &str) -> Webhook {
    Webhook {
        id: world.ids.next("wh_"),
        tenant_id: tenant_id.to_owned(),
        url: url.to_owned(),
        description: Some("From the command line".to_owned()),
        events: vec!["*".to_owned()],
        status: "active".to_owned(),
        signing_secret: secret.to_owned(),
        created_ms: EPOCH_MS,
        last_triggered_ms: None,
    }
}
