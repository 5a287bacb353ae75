//! API keys, webhooks, clients, audit logs, tenants and the control plane.

use super::{CURSOR, ID, LIMIT, LIST, PRIVATE_METADATA, PUBLIC_METADATA};
use crate::api::{
    AnswerKind, CredentialKind, Fixed, FixedValue, Kind, Operation, Parameter, Place,
};

const DESCRIPTION: Parameter = Parameter::text("description");
const EVENTS: Parameter = Parameter::list("events");
const EXPIRES_IN: Parameter = Parameter::text("expiresIn").sent_as("expires_in");
const FROM: Parameter = Parameter::query("from");
const NAME: Parameter = Parameter::text("name");
const PLAN: Parameter = Parameter::text("plan");
const SCOPES: Parameter = Parameter::list("scopes");
const SLUG: Parameter = Parameter::text("slug");
const STATUS: Parameter = Parameter::text("status");
const TO: Parameter = Parameter::query("to");
const TYPE: Parameter = Parameter::text("type").required();
const URL: Parameter = Parameter::text("url");

/// Audit logs take the tenant in the query; the header goes out as well.
const TENANT_IN_QUERY: &[Fixed] = &[Fixed {
    wire: "tenant_id",
    place: Place::Query,
    value: FixedValue::Tenant,
}];

const OWNER_EMAIL: Parameter = Parameter::text("ownerEmail").sent_as("owner_email");
const AUTH_CONFIG: Parameter = Parameter::fields("authConfig").sent_as("auth_config");

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("apiKeys.list", "/api-keys")
        .with(&[
            Parameter::query("type"),
            Parameter::query("revoked").of(Kind::Boolean),
        ])
        .paged(&LIST),
    Operation::post("apiKeys.create", "/api-keys").with(&[
        NAME.required(),
        TYPE,
        SCOPES,
        EXPIRES_IN,
    ]),
    Operation::delete("apiKeys.delete", "/api-keys/{id}").with(&[ID]),
    Operation::get("webhooks.list", "/webhooks").paged(&LIST),
    Operation::post("webhooks.create", "/webhooks").with(&[
        URL.required(),
        EVENTS.required(),
        DESCRIPTION,
    ]),
    Operation::patch("webhooks.update", "/webhooks/{id}").with(&[
        ID,
        URL,
        EVENTS,
        DESCRIPTION,
        STATUS,
    ]),
    Operation::delete("webhooks.delete", "/webhooks/{id}").with(&[ID]),
    Operation::post("webhooks.test", "/webhooks/{id}/test")
        .with(&[ID])
        .answering(AnswerKind::JsonOrEmpty),
    Operation::get("clients.list", "/clients").paged(&LIST),
    Operation::post("clients.create", "/clients").with(&[
        NAME.required(),
        TYPE,
        Parameter::list("redirectUris").sent_as("redirect_uris"),
        Parameter::list("allowedOrigins").sent_as("allowed_origins"),
        Parameter::list("grantTypes").sent_as("grant_types"),
        Parameter::list("postLogoutRedirectUris").sent_as("post_logout_redirect_uris"),
        SCOPES,
    ]),
    Operation::get("admin.stats", "/admin/stats"),
    Operation::patch("admin.config", "/admin/config").with(&[
        Parameter::text("idleTimeout")
            .sent_as("idle_timeout")
            .of(Kind::Any),
        Parameter::text("accessTokenTtl")
            .sent_as("access_token_ttl")
            .of(Kind::Any),
        Parameter::text("sessionDuration")
            .sent_as("session_duration")
            .of(Kind::Any),
        Parameter::list("mfaAllowedFactors").sent_as("mfa_allowed_factors"),
        Parameter::object("hooks"),
    ]),
    Operation::get("auditLogs.list", "/audit-logs")
        .with(&[
            Parameter::query("actorId").sent_as("actor_id"),
            Parameter::query("actorType").sent_as("actor_type"),
            Parameter::query("type"),
            Parameter::query("result"),
            Parameter::query("ipAddress").sent_as("ip_address"),
            Parameter::query("country"),
            FROM,
            TO,
            Parameter::query("resourceId").sent_as("resource_id"),
            Parameter::query("resourceType").sent_as("resource_type"),
            LIMIT,
            CURSOR,
        ])
        .sending(TENANT_IN_QUERY)
        .paged(&LIST),
    Operation::get("auditLogs.export", "/audit-logs/export")
        .with(&[Parameter::query("format"), FROM, TO])
        .sending(TENANT_IN_QUERY)
        .answering(AnswerKind::Bytes),
    Operation::get("tenants.list", "/tenants")
        .by(CredentialKind::Master)
        .without_tenant()
        .with(&[
            Parameter::query("q"),
            Parameter::query("status"),
            Parameter::query("plan"),
            LIMIT,
            CURSOR,
        ])
        .paged(&LIST),
    Operation::post("tenants.create", "/tenants")
        .by(CredentialKind::Master)
        .without_tenant()
        .with(&[
            NAME.required(),
            SLUG,
            PLAN,
            OWNER_EMAIL,
            AUTH_CONFIG,
            PUBLIC_METADATA,
            PRIVATE_METADATA,
        ]),
    Operation::get("tenants.get", "/tenants/{id}")
        .by(CredentialKind::Master)
        .without_tenant()
        .with(&[ID])
        .about("tenant"),
    Operation::patch("tenants.update", "/tenants/{id}")
        .by(CredentialKind::Master)
        .without_tenant()
        .with(&[
            ID,
            NAME,
            SLUG,
            PLAN,
            OWNER_EMAIL,
            AUTH_CONFIG,
            PUBLIC_METADATA,
            PRIVATE_METADATA,
        ])
        .about("tenant"),
    Operation::delete("tenants.delete", "/tenants/{id}")
        .by(CredentialKind::Master)
        .without_tenant()
        .with(&[ID])
        .about("tenant"),
    Operation::post("controlPlane.signIn", "/cp/v1/admin/sign-in")
        .at_origin()
        .by(CredentialKind::None)
        .without_tenant()
        .with(&[
            Parameter::text("email").required(),
            Parameter::secret("password").required(),
        ])
        .once(),
    Operation::patch("controlPlane.updateTenant", "/cp/v1/tenants/{id}")
        .at_origin()
        .by(CredentialKind::ControlPlane)
        .without_tenant()
        .with(&[
            ID,
            NAME,
            PLAN,
            STATUS,
            Parameter::list("allowedOrigins").sent_as("allowed_origins"),
        ])
        .about("tenant"),
];
