//! Vendors as rows. What a row says holds where the caller's options say nothing.
//!
//! A new vendor is one more row, and one more entry in `fixtures/contract.json`.

/// What is known about a vendor's tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Its name.
    pub id: &'static str,
    /// Options that fill the braces below, with the value of those that may be left out.
    pub inputs: &'static [(&'static str, &'static str)],
    /// The issuer.
    pub issuer: &'static str,
    /// Other spellings of `iss` that the vendor uses for the same issuer.
    pub aliases: &'static [&'static str],
    /// The key set, where the issuer's metadata does not lead to it.
    pub jwks: &'static str,
    /// The algorithms that the vendor signs with.
    pub algorithms: &'static [&'static str],
    /// The claim that plays the audience; empty where the keys themselves do, being one
    /// client's own.
    pub audience_claim: &'static str,
    /// The audience where none is given; empty where it must be given.
    pub audience: &'static str,
    /// Claims that tell access tokens from others, with their value.
    pub access: &'static [(&'static str, &'static str)],
    /// Claims that tell ID tokens from others, with their value.
    pub id_token: &'static [(&'static str, &'static str)],
    /// Where the roles stand.
    pub roles: &'static [&'static str],
    /// Where the permissions stand.
    pub permissions: &'static [&'static str],
    /// Where the scopes stand.
    pub scopes: &'static [&'static str],
    /// Where the id of the organization stands that the token is for; its roles are those in it.
    pub organization: &'static [&'static str],
}

/// What most vendors do; a row says where it differs.
const COMMON: Preset = Preset {
    id: "",
    inputs: &[],
    issuer: "",
    aliases: &[],
    jwks: "",
    algorithms: &["RS256"],
    audience_claim: "aud",
    audience: "",
    access: &[],
    id_token: &[],
    roles: &[],
    permissions: &[],
    scopes: &[],
    organization: &[],
};

/// Every vendor.
pub const PRESETS: &[Preset] = &[
    // The issuer ends in a slash; an API's permissions are a claim where RBAC is switched on.
    Preset {
        id: "auth0",
        inputs: &[("domain", "")],
        issuer: "https://{domain}/",
        permissions: &["permissions"],
        scopes: &["scope"],
        organization: &["org_id"],
        ..COMMON
    },
    // Session tokens have no audience; `azp` is the origin of the page that asked. Roles stand
    // in `o` since version 2 of the tokens.
    Preset {
        id: "clerk",
        inputs: &[("domain", "")],
        issuer: "https://{domain}",
        audience_claim: "azp",
        roles: &["o.rol", "org_role"],
        permissions: &["org_permissions"],
        organization: &["o.id", "org_id"],
        ..COMMON
    },
    // Access tokens name their client instead of an audience.
    Preset {
        id: "cognito",
        inputs: &[("region", ""), ("userPoolId", "")],
        issuer: "https://cognito-idp.{region}.amazonaws.com/{userPoolId}",
        audience_claim: "client_id",
        access: &[("token_use", "access")],
        id_token: &[("token_use", "id")],
        roles: &["cognito:groups"],
        scopes: &["scope"],
        ..COMMON
    },
    // Tokens of version 2, whose audience is the API's client id; `common` and the like are no
    // issuers.
    Preset {
        id: "entra",
        inputs: &[("tenantId", "")],
        issuer: "https://login.microsoftonline.com/{tenantId}/v2.0",
        access: &[("ver", "2.0")],
        roles: &["roles"],
        scopes: &["scp"],
        ..COMMON
    },
    // ID tokens that serve as session tokens; custom claims have names of the caller's own.
    Preset {
        id: "firebase",
        inputs: &[("projectId", "")],
        issuer: "https://securetoken.google.com/{projectId}",
        jwks: "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
        audience: "{projectId}",
        ..COMMON
    },
    // ID tokens; access tokens are opaque.
    Preset {
        id: "google",
        issuer: "https://accounts.google.com",
        aliases: &["accounts.google.com"],
        ..COMMON
    },
    // `typ` of the payload tells the kinds of token apart; the audience comes from a mapper.
    Preset {
        id: "keycloak",
        inputs: &[("url", ""), ("realm", "")],
        issuer: "{url}/realms/{realm}",
        algorithms: &["RS256", "PS256", "ES256", "EdDSA"],
        access: &[("typ", "Bearer")],
        id_token: &[("typ", "ID")],
        roles: &["realm_access.roles"],
        scopes: &["scope"],
        ..COMMON
    },
    // A custom authorization server; the org's own access tokens are opaque to others.
    Preset {
        id: "okta",
        inputs: &[("domain", ""), ("authorizationServerId", "default")],
        issuer: "https://{domain}/oauth2/{authorizationServerId}",
        audience: "api://default",
        roles: &["groups"],
        scopes: &["scp"],
        ..COMMON
    },
    // Asymmetric signing keys only: a project that still signs with its shared secret must
    // move to them.
    Preset {
        id: "supabase",
        inputs: &[("projectRef", "")],
        issuer: "https://{projectRef}.supabase.co/auth/v1",
        jwks: "https://{projectRef}.supabase.co/auth/v1/.well-known/jwks.json",
        algorithms: &["ES256", "RS256", "EdDSA"],
        audience: "authenticated",
        roles: &["role"],
        ..COMMON
    },
    // No audience: the keys are one client's own.
    Preset {
        id: "workos",
        inputs: &[("clientId", "")],
        issuer: "https://api.workos.com/user_management/{clientId}",
        aliases: &["https://api.workos.com"],
        jwks: "https://api.workos.com/sso/jwks/{clientId}",
        audience_claim: "",
        roles: &["roles", "role"],
        permissions: &["permissions"],
        organization: &["org_id"],
        ..COMMON
    },
];

impl Preset {
    /// The vendor of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.id == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_brace_has_its_input_and_every_algorithm_exists() {
        for (at, row) in PRESETS.iter().enumerate() {
            assert!(PRESETS.iter().skip(at + 1).all(|other| other.id != row.id));
            for template in [row.issuer, row.jwks, row.audience] {
                for brace in template.split('{').skip(1) {
                    let name = brace.split('}').next().unwrap();
                    assert!(
                        row.inputs.iter().any(|(input, _)| *input == name),
                        "{}",
                        row.id
                    );
                }
            }
            for name in row.algorithms {
                let algorithm = crate::crypto::by_name(name).unwrap();
                assert!(!algorithm.id().is_symmetric(), "{}", row.id);
            }
        }
    }

    #[test]
    fn presets_stand_in_order() {
        let ids: Vec<_> = PRESETS.iter().map(|preset| preset.id).collect();
        let names = [
            "auth0", "clerk", "cognito", "entra", "firebase", "google", "keycloak", "okta",
            "supabase", "workos",
        ];
        assert_eq!(ids, names);
        assert!(Preset::named("okta").is_some() && Preset::named("Okta").is_none());
    }
}
