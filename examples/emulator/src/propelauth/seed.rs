//! What is there at the start: three people, two organizations, a directory group.

use serde_json::{Map, Value, json};

use super::{
    accounts::new_user,
    organizations::new_org,
    roles::MULTI_ROLE,
    store::{Member, ScimGroup, Store, User, text, uuid},
};
use crate::world::World;

/// The password of every seeded user.
const PASSWORD: &str = "correct-horse-battery";

/// 2024-01-15T00:00:00Z: when the seeded users and organizations were created.
const EPOCH_S: i64 = 1_705_276_800;

/// Builds the first store.
pub(crate) fn sow(world: &World) -> Store {
    let mut store = Store::default();
    let acme = org(
        world,
        &mut store,
        "Acme Inc",
        json!({"plan_tier": "gold", "seat_count": 12}),
    );
    let beta = org(world, &mut store, "Beta LLC", json!({}));
    if let Ok(org) = store.org_mut(&beta) {
        org.insert("custom_role_mapping_name".into(), json!(MULTI_ROLE));
        org.insert("legacy_org_id".into(), json!("beta-7"));
    }
    let alice = person(world, &mut store, "alice", 0);
    let bob = person(world, &mut store, "bob", 1);
    let carol = person(world, &mut store, "carol", 2);
    for (user_id, org_id, role, further) in [
        (&alice, &acme, "Owner", &[][..]),
        (&alice, &beta, "Billing", &["Support"][..]),
        (&bob, &acme, "Member", &[]),
    ] {
        store.members.push(Member {
            user_id: user_id.clone(),
            org_id: org_id.clone(),
            role: role.to_owned(),
            additional_roles: further.iter().map(|role| (*role).to_owned()).collect(),
        });
    }
    store.scim_groups.push(ScimGroup {
        org_id: acme,
        group_id: uuid(world),
        display_name: "Engineering".to_owned(),
        members: vec![alice, bob],
    });
    if let Ok(user) = store.user_mut(&carol) {
        user.mfa = json!({"type": "Totp"});
    }
    store
}

fn org(world: &World, store: &mut Store, name: &str, metadata: Value) -> String {
    let mut org = new_org(uuid(world), name, EPOCH_S);
    org["metadata"] = metadata;
    let id = text(&org, "org_id").unwrap_or_default().to_owned();
    store.orgs.push(org);
    id
}

fn person(world: &World, store: &mut Store, name: &str, minute: i64) -> String {
    let id = uuid(world);
    let mut shown = new_user(&id, &format!("{name}@example.com"), EPOCH_S + minute * 60);
    shown["username"] = json!(name);
    shown["first_name"] = json!(name);
    shown["last_name"] = json!("Example");
    shown["email_confirmed"] = json!(true);
    shown["properties"] = json!({"favorite_color": "blue", "nested_obj": {"snake_key": true}});
    let token = json!({
        "access_token": format!("google-{name}"), "token_provider": "google",
        "refresh_token": null, "token_expiration": EPOCH_S, "authorized_scopes": ["email"],
    });
    store.users.push(User {
        shown,
        password: Some(PASSWORD.to_owned()),
        signup_query: Map::from_iter([("utm_source".to_owned(), json!("seed"))]),
        oauth_tokens: Map::from_iter([("google".to_owned(), token)]),
        mfa: Value::Null,
    });
    id
}
