//! What an SDK for PropelAuth must do, as its published reference lists it: validating,
//! the user, the member, organization checks. Every test vector is here; initialising is in
//! `propelauth_options`.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod propelauth_support;

use countersign::error::{Error, TokenError};
use countersign::providers::propelauth::{
    Demand, Denial, PropelAuth, RoleStructure, User, class, provider_code, token_of,
};
use propelauth_support::{
    AUTH_URL, T, fixtures, header, members, options, refused, user, validate, value,
};
use serde_json::{Value, json};

const O1: &str = "0c1f7a2e-8f41-4f0e-9a53-5d3c1b7e9a01";
const O2: &str = "9a7b5e10-3f7d-4b7c-8c52-2f6c0d4e8b02";
const USER: &str = "5b0e1c52-6f0b-4a39-9d0e-3a1a5f6f2c11";

mod validating {
    use super::*;

    #[test]
    fn every_refused_vector_has_its_code() {
        let fixtures = fixtures();
        let cases = fixtures["refused"].as_array().unwrap();
        assert_eq!(cases.len(), 14);
        for case in cases {
            let name = case["token"].as_str().unwrap();
            let error = refused(name);
            assert_eq!(error.code().as_str(), case["code"], "{name}");
            assert_eq!(error.code().status(), 401, "{name}");
            assert_eq!(class(&error), "UnauthorizedException", "{name}");
            assert_eq!(
                provider_code(&error),
                Some("invalid_access_token"),
                "{name}"
            );
            if let Error::Token(TokenError::Claim { claim, reason }) = &error {
                assert_eq!(case["claim"], claim.as_ref(), "{name}");
                assert_eq!(case["reason"], reason.as_str(), "{name}");
            } else {
                assert_eq!(case["claim"], Value::Null, "{name}");
            }
        }
    }

    #[test]
    fn every_accepted_vector_is_accepted() {
        for name in ["PA-1", "PA-2", "PA-3", "PA-4", "PA-5"] {
            assert_eq!(user(name).user_id, USER);
        }
    }

    #[test]
    fn the_header_cases_have_their_outcome() {
        let token = fixtures()["tokens"]["PA-3"].as_str().unwrap().to_owned();
        for (header, code) in [
            (String::new(), Some("no_authorization_header")),
            (token.clone(), Some("invalid_authorization_header")),
            (
                format!("Token {token}"),
                Some("invalid_authorization_header"),
            ),
            (
                format!("Bearer  {token}"),
                Some("invalid_authorization_header"),
            ),
            (
                format!("Bearer\t{token}"),
                Some("invalid_authorization_header"),
            ),
            (
                format!("Bearer {token} x"),
                Some("invalid_authorization_header"),
            ),
            (format!("Bearer {token}="), Some("invalid_access_token")),
            (format!("Bearer {token}.x"), Some("invalid_access_token")),
            (format!("Bearer {token}"), None),
            (format!("bearer {token}"), None),
            (format!("BEARER {token}"), None),
        ] {
            let outcome = validate(&options(), &header, T);
            let seen = outcome.as_ref().err().and_then(provider_code);
            assert_eq!(seen, code, "{header}");
        }
        assert_eq!(token_of(""), Err(TokenError::Missing));
    }

    #[test]
    fn a_token_ends_when_its_leeway_does() {
        let exp = 1_790_001_800;
        let at = |options: &Value, now| validate(options, &header("PA-3"), now).is_ok();
        assert!(at(&options(), exp + 59));
        assert!(!at(&options(), exp + 60));
        let mut exact = options();
        exact["clockTolerance"] = 0.into();
        assert!(at(&exact, exp - 1));
        assert!(!at(&exact, exp));
        let mut wide = options();
        wide["clockTolerance"] = "120s".into();
        assert!(at(&wide, exp + 119));
        assert!(!at(&wide, exp + 120));
    }

    #[test]
    fn nothing_is_requested_when_the_metadata_is_given() {
        use countersign::flow::{Flow, Step, Tick};
        use countersign::jwt::Verifier;
        use countersign::time::UnixMillis;
        let propelauth = PropelAuth::from_json(&options().to_string()).unwrap();
        let (verifier, mut keyring) = Verifier::new(vec![propelauth.issuer().unwrap()]).unwrap();
        let value = header("PA-1");
        let token = token_of(&value).unwrap();
        let now = UnixMillis::from_secs(T);
        let mut flow = verifier.verify_flow(token.as_bytes(), None, None);
        let step = flow.step(&mut keyring, Tick { now, entropy: 0 });
        assert!(matches!(step, Step::Done(Ok(_))), "{step:?}");
    }

    #[test]
    fn no_message_shows_a_token_or_a_key() {
        let fixtures = fixtures();
        for case in fixtures["refused"].as_array().unwrap() {
            let name = case["token"].as_str().unwrap();
            let token = fixtures["tokens"][name].as_str().unwrap();
            let shown = format!("{0} {0:?}", refused(name));
            for part in token.split('.').filter(|part| !part.is_empty()) {
                assert!(!shown.contains(part), "{name}");
            }
        }
        let options = json!({"authUrl": AUTH_URL, "apiKey": "canary", "webhookSecret": "canary"});
        let propelauth = PropelAuth::from_json(&options.to_string()).unwrap();
        assert!(!format!("{propelauth:?} {:?}", propelauth.issuer()).contains("canary"));
    }
}

mod the_user {
    use super::*;

    fn json_of(user: &User) -> Value {
        value(user.json())
    }

    #[test]
    fn of_two_organizations_has_every_property() {
        let user = user("PA-1");
        assert_eq!(user.email.as_deref(), Some("ada@acme-test.example"));
        assert_eq!(user.first_name.as_deref(), Some("Ada"));
        assert_eq!(user.last_name.as_deref(), Some("Lovelace"));
        assert_eq!(user.username.as_deref(), Some("ada"));
        assert_eq!(user.legacy_user_id.as_deref(), Some("old-42"));
        assert_eq!(user.impersonator_user_id, None);
        assert!(!user.is_impersonated());
        assert_eq!(value(user.user_property("favorite_color").unwrap()), "blue");
        assert_eq!(
            value(user.user_property("nested_obj").unwrap()),
            json!({"snake_key": true})
        );
        assert_eq!(user.user_property("nope"), None);
        assert_eq!(
            (user.active_org_id.as_deref(), user.active_org()),
            (None, None)
        );
        assert_eq!(user.login_method.login_method, "saml_sso");
        assert_eq!(user.login_method.provider.as_deref(), Some("Okta"));
        assert_eq!(user.login_method.org_id.as_deref(), Some(O1));
        assert_eq!(user.orgs().len(), 2);
        assert_eq!(
            user.org(O2).unwrap().legacy_org_id.as_deref(),
            Some("beta-7")
        );
        assert_eq!(value(&user.raw)["sub"], USER);
        let seen = json_of(&user);
        assert_eq!(
            seen["properties"],
            json!({"favorite_color": "blue", "nested_obj": {"snake_key": true}})
        );
        assert_eq!(
            seen["loginMethod"],
            json!({"loginMethod": "saml_sso", "provider": "Okta", "orgId": O1})
        );
        assert_eq!(seen["orgIdToOrgMemberInfo"][O2]["legacyOrgId"], "beta-7");
        assert_eq!(seen["firstName"], "Ada");
    }

    #[test]
    fn organizations_are_found_by_name() {
        let user = user("PA-1");
        let found = |name: &str| user.org_by_name(name).map(|org| org.org_id.clone());
        for name in ["Acme Inc", "acme-inc", "ACME INC"] {
            assert_eq!(found(name).as_deref(), Some(O1), "{name}");
        }
        for name in ["nope", "", "Acme  Inc", "Acme"] {
            assert_eq!(found(name), None, "{name}");
        }
    }

    #[test]
    fn a_name_that_two_organizations_have_finds_neither() {
        let mut claims = value(user("PA-1").raw);
        claims["org_id_to_org_member_info"][O2]["org_name"] = "Acme Inc".into();
        let twins = User::from_claims(members(&claims)).unwrap();
        assert_eq!(twins.org_by_name("Acme Inc"), None);
        assert_eq!(twins.org_by_name("beta-llc").unwrap().org_id, O2);
        claims["org_id_to_org_member_info"][O2]["org_name"] = "acme-inc".into();
        let first = User::from_claims(members(&claims)).unwrap();
        assert_eq!(first.org_by_name("acme-inc").unwrap().org_id, O2);
    }

    #[test]
    fn with_an_active_organization_is_a_member_of_that_one_alone() {
        let user = user("PA-2");
        assert_eq!(user.active_org_id.as_deref(), Some(O1));
        assert_eq!(user.active_org().unwrap().org_id, O1);
        assert_eq!(user.orgs().len(), 1);
        assert_eq!(user.org(O2), None);
        assert_eq!(user.login_method.login_method, "social_sso");
        assert_eq!(user.login_method.provider.as_deref(), Some("Google"));
    }

    #[test]
    fn who_is_impersonated_says_by_whom() {
        let user = user("PA-3");
        assert!(user.is_impersonated());
        assert_eq!(
            user.impersonator_user_id.as_deref(),
            Some("7d0f3b7e-1c5a-4b52-8a34-6e2b9c4d5e03")
        );
        assert_eq!(
            (&user.first_name, &user.username, &user.properties),
            (&None, &None, &None)
        );
        assert_eq!(user.members, None);
        assert!(user.orgs().is_empty());
        assert_eq!(user.login_method.login_method, "impersonation");
        assert!(!user.is_role_in_org(O1, "Owner"));
        assert!(!user.is_at_least_role_in_org(O1, "Member"));
        assert!(!user.has_permission_in_org(O1, "x"));
        assert!(!user.has_all_permissions_in_org::<&str>(O1, &[]));
        let seen = json_of(&user);
        assert_eq!(
            (&seen["orgIdToOrgMemberInfo"], &seen["firstName"]),
            (&Value::Null, &Value::Null)
        );
    }

    #[test]
    fn of_an_older_token_is_read_and_a_membership_without_role_left_out() {
        let user = user("PA-4");
        assert_eq!(user.orgs().len(), 1);
        let org = user.org(O1).unwrap();
        assert_eq!(org.org_role_structure, RoleStructure::SingleRoleInHierarchy);
        assert!(org.assigned_additional_roles.is_empty());
        assert!(org.user_is_at_least_role("Owner") && org.user_is_at_least_role("Member"));
        assert!(!org.user_is_role("Owner"));
        assert_eq!(user.login_method.login_method, "unknown");
    }

    #[test]
    fn an_identity_provider_that_nobody_knows_yet_is_kept() {
        let user = user("PA-5");
        assert_eq!(user.login_method.login_method, "social_sso");
        assert_eq!(user.login_method.provider.as_deref(), Some("FutureIdP"));
        assert_eq!(user.members, Some(Vec::new()));
        assert_eq!(user.active_org_id, None);
    }

    #[test]
    fn a_way_to_sign_in_that_is_not_known_is_unknown() {
        for method in [
            json!(null),
            json!({}),
            json!({"login_method": null}),
            json!({"login_method": "telepathy"}),
            json!("password"),
        ] {
            let mut claims = value(user("PA-3").raw);
            claims["login_method"] = method.clone();
            let user = User::from_claims(members(&claims)).unwrap();
            assert_eq!(user.login_method.login_method, "unknown", "{method}");
        }
    }

    /// A payload that passes, for the rules to be broken one by one.
    fn broken(name: &str, change: impl Fn(&mut Value)) -> Option<(String, &'static str)> {
        let mut claims = value(user(name).raw);
        change(&mut claims);
        match User::from_claims(members(&claims)) {
            Ok(_) => None,
            Err(TokenError::Claim { claim, reason }) => Some((claim.into_owned(), reason.as_str())),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_id_is_a_text_that_is_not_empty_and_the_subjects() {
        for (value, reason) in [
            (json!(""), "invalid"),
            (json!(7), "invalid"),
            (json!(null), "missing"),
            (json!("x"), "mismatch"),
        ] {
            let seen = broken("PA-3", |claims| claims["user_id"] = value.clone());
            assert_eq!(seen, Some(("user_id".to_owned(), reason)), "{value}");
        }
        let seen = broken("PA-3", |claims| claims["sub"] = json!(1));
        assert_eq!(seen, Some(("user_id".to_owned(), "mismatch")));
        let seen = broken("PA-3", |claims| {
            drop(claims.as_object_mut().unwrap().remove("sub"))
        });
        assert_eq!(seen, None);
    }

    #[test]
    fn a_membership_that_is_not_whole_refuses_the_token() {
        const MAP: &str = "org_id_to_org_member_info";
        for member in [
            "org_id",
            "org_name",
            "org_metadata",
            "url_safe_org_name",
            "user_role",
            "inherited_user_roles_plus_current_role",
            "user_permissions",
        ] {
            let without = |at: &mut Value| drop(at.as_object_mut().unwrap().remove(member));
            let seen = broken("PA-1", |claims| without(&mut claims[MAP][O1]));
            assert_eq!(seen, Some((MAP.to_owned(), "invalid")), "{member}");
            let seen = broken("PA-2", |claims| without(&mut claims["org_member_info"]));
            assert_eq!(
                seen,
                Some(("org_member_info".to_owned(), "invalid")),
                "{member}"
            );
            let seen = broken("PA-1", |claims| claims[MAP][O1][member] = json!(7));
            assert_eq!(seen, Some((MAP.to_owned(), "invalid")), "{member}");
        }
        for value in [json!([]), json!("x"), json!({"x": 1})] {
            let seen = broken("PA-1", |claims| claims[MAP] = value.clone());
            assert_eq!(seen, Some((MAP.to_owned(), "invalid")), "{value}");
        }
        for member in ["org_role_structure", "additional_roles", "legacy_org_id"] {
            let seen = broken("PA-1", |claims| claims[MAP][O1][member] = Value::Null);
            assert_eq!(seen, None, "{member}");
        }
        let seen = broken("PA-1", |claims| claims[MAP] = Value::Null);
        assert_eq!(seen, None);
    }

    #[test]
    fn an_active_organization_without_a_role_leaves_no_membership() {
        let mut claims = value(user("PA-2").raw);
        claims["org_member_info"]["user_role"] = Value::Null;
        let user = User::from_claims(members(&claims)).unwrap();
        assert_eq!(user.active_org_id.as_deref(), Some(O1));
        assert_eq!(user.active_org(), None);
        assert!(user.orgs().is_empty());
    }

    #[test]
    fn an_empty_active_organization_is_none() {
        for empty in [json!({}), json!(null)] {
            let mut claims = value(user("PA-2").raw);
            claims["org_member_info"] = empty;
            let user = User::from_claims(members(&claims)).unwrap();
            assert_eq!(user.active_org_id, None);
            assert_eq!(user.orgs()[0].org_id, O2);
        }
    }
}

mod the_member {
    use super::*;

    #[test]
    fn with_one_role_in_a_hierarchy_has_what_it_contains() {
        let user = user("PA-1");
        let org = user.org(O1).unwrap();
        assert_eq!(org.org_name, "Acme Inc");
        assert_eq!(org.url_safe_org_name, "acme-inc");
        assert_eq!(
            value(&org.org_metadata),
            json!({"plan_tier": "gold", "seat_count": 12})
        );
        assert_eq!(org.user_assigned_role, "Admin");
        assert_eq!(
            org.user_inherited_roles_plus_current_role,
            ["Admin", "Member"]
        );
        assert_eq!(
            org.user_permissions,
            [
                "propelauth::can_invite",
                "can_view_billing",
                "ProductA::CanCreate"
            ]
        );
        assert_eq!(org.org_role_structure, RoleStructure::SingleRoleInHierarchy);
        assert!(org.assigned_additional_roles.is_empty());
        assert_eq!(
            ["Admin", "Member", "Owner"].map(|role| org.user_is_role(role)),
            [true, false, false]
        );
        assert_eq!(
            ["Admin", "Member", "Owner"].map(|role| org.user_is_at_least_role(role)),
            [true, true, false]
        );
        assert_eq!(
            ["ProductA::CanCreate", "ReadOnly"].map(|p| org.user_has_permission(p)),
            [true, false]
        );
        assert!(org.user_has_all_permissions::<&str>(&[]));
        assert!(org.user_has_all_permissions(&["can_view_billing", "propelauth::can_invite"]));
        assert!(!org.user_has_all_permissions(&["can_view_billing", "ReadOnly"]));
    }

    #[test]
    fn with_several_roles_has_each_and_none_contains_another() {
        let user = user("PA-2");
        let org = user.org(O1).unwrap();
        assert_eq!(org.org_role_structure, RoleStructure::MultiRole);
        assert_eq!(org.assigned_additional_roles, ["Support"]);
        assert_eq!(
            ["Billing", "Support", "Admin"].map(|role| org.user_is_role(role)),
            [true, true, false]
        );
        assert_eq!(
            ["Billing", "Support", "Admin"].map(|role| org.user_is_at_least_role(role)),
            [true, true, false]
        );
        assert!(org.user_has_permission("can_view_billing"));
        let mut claims = value(&user.raw);
        claims["org_member_info"]["inherited_user_roles_plus_current_role"] =
            json!(["Billing", "Admin"]);
        let other = User::from_claims(members(&claims)).unwrap();
        assert!(!other.active_org().unwrap().user_is_at_least_role("Admin"));
    }

    #[test]
    fn names_compare_exactly() {
        let user = user("PA-1");
        for role in ["admin", "Admin ", "ADMIN", ""] {
            assert!(!user.is_role_in_org(O1, role), "{role}");
            assert!(!user.is_at_least_role_in_org(O1, role), "{role}");
        }
        assert!(!user.has_permission_in_org(O1, "productA::cancreate"));
        assert!(!user.is_role_in_org(&O1.to_uppercase(), "Admin"));
    }

    #[test]
    fn additional_roles_count_only_where_there_may_be_several() {
        let mut claims = value(user("PA-2").raw);
        claims["org_member_info"]["org_role_structure"] = json!("of_the_future");
        let user = User::from_claims(members(&claims)).unwrap();
        let org = user.active_org().unwrap();
        assert_eq!(org.org_role_structure, RoleStructure::SingleRoleInHierarchy);
        assert!(!org.user_is_role("Support"));
        assert!(org.user_is_at_least_role("Support"));
    }
}

mod demands {
    use super::*;

    #[test]
    fn a_member_that_meets_the_demand_passes() {
        let user = user("PA-1");
        for demand in [
            Demand::Membership,
            Demand::ExactRole("Admin"),
            Demand::MinimumRole("Member"),
            Demand::Permission("can_view_billing"),
            Demand::AllPermissions(&["can_view_billing", "ProductA::CanCreate"]),
            Demand::AllPermissions(&[]),
        ] {
            let met = user.demand(O1, demand).unwrap();
            assert_eq!(met.user.user_id, USER);
            assert_eq!(met.org_member_info.org_id, O1);
        }
    }

    #[test]
    fn everybody_else_is_forbidden() {
        let user = user("PA-1");
        for (org, demand, denial) in [
            ("", Demand::Membership, Denial::OrgUnspecified),
            (USER, Demand::Membership, Denial::NotAMember),
            (USER, Demand::AllPermissions(&[]), Denial::NotAMember),
            (O1, Demand::ExactRole("Member"), Denial::Role),
            (O1, Demand::ExactRole(""), Denial::Role),
            (O1, Demand::MinimumRole("Owner"), Denial::Role),
            (O1, Demand::MinimumRole(""), Denial::Role),
            (O1, Demand::Permission("ReadOnly"), Denial::Permission),
            (O1, Demand::Permission(""), Denial::Permission),
            (
                O1,
                Demand::AllPermissions(&["can_view_billing", "ReadOnly"]),
                Denial::Permission,
            ),
        ] {
            assert_eq!(user.demand(org, demand), Err(denial), "{demand:?}");
            let error = Error::from(TokenError::from(denial));
            assert_eq!(error.code().as_str(), "ERR_FORBIDDEN");
            assert_eq!(error.code().status(), 403);
            assert_eq!(class(&error), "ForbiddenException");
        }
    }

    #[test]
    fn a_denial_says_what_is_missing() {
        for (denial, code, message) in [
            (
                Denial::OrgUnspecified,
                "org_unspecified",
                "Required org is unspecified",
            ),
            (
                Denial::NotAMember,
                "not_a_member",
                "User is not a member of the required org",
            ),
            (
                Denial::Role,
                "role_missing",
                "User doesn't have required role",
            ),
            (
                Denial::Permission,
                "permission_missing",
                "User doesn't have required permission",
            ),
        ] {
            assert_eq!((denial.code(), denial.message()), (code, message));
        }
    }
}
