//! API keys that a product's own users and organizations hold.

use super::{LIST, PAGE_NUMBER, PAGE_SIZE, done, post, read};
use crate::api::{Kind, Operation, Parameter};

const ID: Parameter = Parameter::path("apiKeyId");
const OF_ORG: Parameter = Parameter::query("orgId").sent_as("org_id");
const OF_USER: Parameter = Parameter::query("userId").sent_as("user_id");
const FILTERS: &[Parameter] = &[
    OF_ORG,
    OF_USER,
    Parameter::query("userEmail").sent_as("user_email"),
    PAGE_SIZE,
    PAGE_NUMBER,
    Parameter::query("apiKeyType").sent_as("api_key_type"),
];
const EXPIRES: Parameter = Parameter::integer("expiresAtSeconds").sent_as("expires_at_seconds");
const FOR_ORG: Parameter = Parameter::text("orgId").sent_as("org_id");
const FOR_USER: Parameter = Parameter::text("userId").sent_as("user_id");
const LABEL: Parameter = Parameter::text("displayName").sent_as("display_name");
const METADATA: Parameter = Parameter::object("metadata");
const TOKEN: &[Parameter] = &[Parameter::secret("apiKeyToken")
    .sent_as("api_key_token")
    .required()];

pub(super) const OPERATIONS: &[Operation] = &[
    read("fetchApiKey", "/end_user_api_keys/{apiKeyId}").with(&[ID]),
    read("fetchCurrentApiKeys", "/end_user_api_keys")
        .with(FILTERS)
        .paged(&LIST),
    read("fetchArchivedApiKeys", "/end_user_api_keys/archived")
        .with(FILTERS)
        .paged(&LIST),
    post("createApiKey", "/end_user_api_keys").with(&[FOR_ORG, FOR_USER, EXPIRES, METADATA, LABEL]),
    done(Operation::patch(
        "updateApiKey",
        "/end_user_api_keys/{apiKeyId}",
    ))
    .with(&[
        ID,
        EXPIRES,
        METADATA,
        Parameter::flag("setToNeverExpire").sent_as("set_to_never_expire"),
    ]),
    done(Operation::delete(
        "deleteApiKey",
        "/end_user_api_keys/{apiKeyId}",
    ))
    .with(&[ID]),
    post("importApiKey", "/end_user_api_keys/import").with(&[
        Parameter::secret("importedApiKey")
            .sent_as("imported_api_key")
            .required(),
        FOR_ORG,
        FOR_USER,
        EXPIRES,
        METADATA,
        LABEL,
    ]),
    post("validateApiKey", "/end_user_api_keys/validate").with(TOKEN),
    post(
        "validateImportedApiKey",
        "/end_user_api_keys/validate_imported",
    )
    .with(TOKEN),
    post("validatePersonalApiKey", "/end_user_api_keys/validate").with(TOKEN),
    post("validateOrgApiKey", "/end_user_api_keys/validate").with(TOKEN),
    read("fetchApiKeyUsage", "/end_user_api_keys/usage").with(&[
        Parameter::query("date").required(),
        OF_ORG,
        OF_USER,
        Parameter::query("apiKeyId")
            .sent_as("api_key_id")
            .of(Kind::Text),
    ]),
];
