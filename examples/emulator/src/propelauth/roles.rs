//! What roles mean: a hierarchy by default, several at once where an organization has the
//! custom mapping.

use serde_json::{Value, json};

use super::store::{Member, Store, text};

/// The default roles, highest first.
const HIERARCHY: [&str; 3] = ["Owner", "Admin", "Member"];

/// The name of the role mapping in which a member may have several roles.
pub(crate) const MULTI_ROLE: &str = "Multi";

/// Roles of the custom mapping.
const SEVERAL: [&str; 2] = ["Billing", "Support"];

/// Whether an organization knows a role.
pub(crate) fn knows(org: &Value, role: &str) -> bool {
    if is_multi(org) {
        SEVERAL.contains(&role) || HIERARCHY.contains(&role)
    } else {
        HIERARCHY.contains(&role)
    }
}

fn is_multi(org: &Value) -> bool {
    org["custom_role_mapping_name"] == MULTI_ROLE
}

/// A membership as tokens and users show it.
pub(crate) fn member_info(store: &Store, member: &Member) -> Option<Value> {
    let org = store.org(&member.org_id)?;
    let multi = is_multi(org);
    let inherited: Vec<&str> = if multi {
        let further = member.additional_roles.iter().map(String::as_str);
        std::iter::once(member.role.as_str())
            .chain(further)
            .collect()
    } else {
        let below = HIERARCHY.iter().skip_while(|role| **role != member.role);
        below.copied().collect()
    };
    let mut permissions: Vec<&str> = inherited
        .iter()
        .flat_map(|role| permissions(role))
        .copied()
        .collect();
    permissions.dedup();
    let mut info = json!({
        "org_id": member.org_id,
        "org_name": org["name"],
        "org_metadata": org["metadata"],
        "url_safe_org_name": org["url_safe_org_slug"],
        "user_role": member.role,
        "inherited_user_roles_plus_current_role": inherited,
        "user_permissions": permissions,
        "org_role_structure": if multi { "multi_role" } else { "single_role_in_hierarchy" },
        "additional_roles": member.additional_roles,
    });
    if let Some(legacy) = text(org, "legacy_org_id") {
        info["legacy_org_id"] = json!(legacy);
    }
    Some(info)
}

fn permissions(role: &str) -> &'static [&'static str] {
    match role {
        "Owner" => &["propelauth::can_delete_org", "propelauth::can_setup_saml"],
        "Admin" => &["propelauth::can_invite", "ProductA::CanCreate"],
        "Billing" => &["can_view_billing"],
        _ => &["ReadOnly"],
    }
}
