/**
 * The calls, in an order in which each finds what those before it have made. `ours`, `node` and
 * `worker` spell a call for an SDK, `python` names its method and arguments; an SDK that has no
 * such call is left out. `keep` remembers parts of a result for later calls. `differs` says for
 * which SDK the result is another one, and why.
 */

const PASSWORD = 'correct-horse-battery-2';
const NOBODY = '00000000-0000-4000-8000-000000000000';

/** A call that all SDKs name alike: path parameters first, an object of the others. */
const alike = (name, parameters, python, besides = {}) => ({
  name,
  parameters,
  ours: (client, { path = [], others }) => client[name](...path, ...(others === undefined ? [] : [others])),
  node: (client, { path = [], others }) => client[name](...path, ...(others === undefined ? [] : [others])),
  python,
  ...besides,
});

/** A call about one id. */
const ofId = (name, id, python, besides) => alike(name, (known) => ({ path: [id(known)] }), [python, (known) => ({ args: [id(known)] })], besides);

const alice = (known) => known.users.alice.id;
const bob = (known) => known.users.bob.id;
const carol = (known) => known.users.carol.id;
const acme = (known) => known.orgs['acme-inc'];
const fresh = (known) => known.newUser;
const freshOrg = (known) => known.newOrg;
const nobody = () => NOBODY;

const include = { includeOrgs: true };

/** The Workers' SDK is older: what it knows, it names as Node's does. */
const asNode = (step) => ({ ...step, worker: step.node });

const WRONG_CLASS = 'the SDK gives an error of no class for it';

export const cases = [
  // Reading users.
  asNode({
    name: 'fetchUserMetadataByUserId',
    parameters: (known) => ({ id: alice(known) }),
    ours: (client, { id }) => client.fetchUserMetadataByUserId(id, include),
    node: (client, { id }) => client.fetchUserMetadataByUserId(id, true),
    python: ['fetch_user_metadata_by_user_id', ({ users }) => ({ args: [users.alice.id, true] })],
  }),
  asNode({
    name: 'fetchUserMetadataByEmail',
    parameters: () => ({}),
    ours: (client) => client.fetchUserMetadataByEmail({ email: 'bob@example.com' }),
    node: (client) => client.fetchUserMetadataByEmail('bob@example.com'),
    python: ['fetch_user_metadata_by_email', () => ({ args: ['bob@example.com'] })],
  }),
  asNode({
    name: 'fetchUserMetadataByUsername, nobody',
    parameters: () => ({}),
    ours: (client) => client.fetchUserMetadataByUsername({ username: 'nobody' }),
    node: (client) => client.fetchUserMetadataByUsername('nobody'),
    python: ['fetch_user_metadata_by_username', () => ({ args: ['nobody'] })],
  }),
  ofId('fetchUserSignupQueryParams', alice, 'fetch_user_signup_query_params_by_user_id'),
  ofId('fetchUserMfaMethods', carol, 'fetch_user_mfa_methods'),
  ofId('fetchUserMfaMethods', alice, 'fetch_user_mfa_methods'),
  ofId('fetchUserOAuthTokens', alice, 'fetch_user_oauth_tokens'),
  asNode({
    name: 'fetchBatchUserMetadataByUserIds',
    parameters: (known) => ({ userIds: [alice(known), NOBODY, bob(known)] }),
    ours: (client, { userIds }) => client.fetchBatchUserMetadataByUserIds({ userIds, ...include }),
    node: (client, { userIds }) => client.fetchBatchUserMetadataByUserIds(userIds, true),
    python: ['fetch_batch_user_metadata_by_user_ids', (known) => ({ args: [[alice(known), NOBODY, bob(known)], true] })],
  }),
  asNode({
    name: 'fetchBatchUserMetadataByEmails',
    parameters: () => ({}),
    ours: (client) => client.fetchBatchUserMetadataByEmails({ emails: ['alice@example.com', 'x@example.com'] }),
    node: (client) => client.fetchBatchUserMetadataByEmails(['alice@example.com', 'x@example.com']),
    python: ['fetch_batch_user_metadata_by_emails', () => ({ args: [['alice@example.com', 'x@example.com']] })],
  }),
  asNode({
    name: 'fetchBatchUserMetadataByUsernames',
    parameters: () => ({}),
    ours: (client) => client.fetchBatchUserMetadataByUsernames({ usernames: ['carol'] }),
    node: (client) => client.fetchBatchUserMetadataByUsernames(['carol']),
    python: ['fetch_batch_user_metadata_by_usernames', () => ({ args: [['carol']] })],
  }),
  asNode(alike('fetchUsersByQuery', () => ({ others: {} }), ['fetch_users_by_query', () => ({})])),
  asNode(alike('fetchUsersByQuery', () => ({ others: { pageSize: 1, pageNumber: 1, orderBy: 'CREATED_AT_DESC' } }), ['fetch_users_by_query', () => ({ kwargs: { page_size: 1, page_number: 1, order_by: 'CREATED_AT_DESC' } })], {
    title: 'fetchUsersByQuery, the second page',
    // There the order must be a member of an enumeration, which no line of JSON can name.
    skips: ['python'],
  })),
  asNode({
    name: 'fetchUsersInOrg',
    parameters: (known) => ({ orgId: acme(known) }),
    ours: (client, { orgId }) => client.fetchUsersInOrg(orgId, include),
    node: (client, { orgId }) => client.fetchUsersInOrg({ orgId, ...include }),
    python: ['fetch_users_in_org', (known) => ({ kwargs: { org_id: acme(known), include_orgs: true } })],
  }),

  // Writing users.
  asNode(alike('createUser', () => ({ others: { email: 'dave@example.com', password: PASSWORD, firstName: 'Dave', properties: { favorite_color: 'red' } } }), ['create_user', () => ({ kwargs: { email: 'dave@example.com', password: PASSWORD, first_name: 'Dave', properties: { favorite_color: 'red' } } })], { keep: (result) => ({ newUser: result.userId ?? result.user_id }) })),
  asNode(alike('createUser', () => ({ others: { email: 'bad', password: PASSWORD } }), ['create_user', () => ({ kwargs: { email: 'bad', password: PASSWORD } })], { title: 'createUser, refused' })),
  asNode(alike('updateUserMetadata', (known) => ({ path: [fresh(known)], others: { lastName: 'Doe', properties: { nested: { a_b: 1 } } } }), ['update_user_metadata', (known) => ({ args: [fresh(known)], kwargs: { last_name: 'Doe', properties: { nested: { a_b: 1 } } } })])),
  asNode(alike('updateUserMetadata', (known) => ({ path: [fresh(known)], others: { username: 'alice' } }), ['update_user_metadata', (known) => ({ args: [fresh(known)], kwargs: { username: 'alice' } })], { title: 'updateUserMetadata, refused' })),
  asNode(alike('updateUserMetadata', () => ({ path: [NOBODY], others: { lastName: 'Doe' } }), ['update_user_metadata', () => ({ args: [NOBODY], kwargs: { last_name: 'Doe' } })], { title: 'updateUserMetadata, nobody' })),
  asNode(alike('updateUserEmail', (known) => ({ path: [fresh(known)], others: { newEmail: 'dd@example.com', requireEmailConfirmation: false } }), ['update_user_email', (known) => ({ args: [fresh(known), 'dd@example.com', false] })])),
  asNode(alike('updateUserPassword', (known) => ({ path: [fresh(known)], others: { password: 'short' } }), ['update_user_password', (known) => ({ args: [fresh(known), 'short'] })], { title: 'updateUserPassword, refused' })),
  asNode(alike('updateUserPassword', (known) => ({ path: [fresh(known)], others: { password: PASSWORD } }), ['update_user_password', (known) => ({ args: [fresh(known), PASSWORD] })])),
  ofId('clearUserPassword', fresh, 'clear_user_password'),
  asNode(ofId('disableUser', fresh, 'disable_user')),
  asNode(ofId('enableUser', fresh, 'enable_user')),
  asNode(ofId('disableUser2fa', fresh, 'disable_user_2fa')),
  asNode(ofId('disableUser', nobody, 'disable_user', { title: 'disableUser, nobody' })),
  ofId('enableUserCanCreateOrgs', fresh, 'enable_user_can_create_orgs'),
  ofId('disableUserCanCreateOrgs', fresh, 'disable_user_can_create_orgs'),
  ofId('logoutAllUserSessions', fresh, 'logout_all_user_sessions'),
  {
    name: 'resendEmailConfirmation',
    parameters: (known) => ({ userId: fresh(known) }),
    ours: (client, { userId }) => client.resendEmailConfirmation({ userId }),
    node: (client, { userId }) => client.resendEmailConfirmation(userId),
    python: ['resend_email_confirmation', (known) => ({ args: [fresh(known)] })],
  },
  asNode({
    name: 'fetchUserMetadataByUserId, after all that',
    parameters: (known) => ({ id: fresh(known) }),
    ours: (client, { id }) => client.fetchUserMetadataByUserId(id),
    node: (client, { id }) => client.fetchUserMetadataByUserId(id),
    python: ['fetch_user_metadata_by_user_id', (known) => ({ args: [fresh(known)] })],
    timed: ['created_at', 'last_active_at'],
    differs: { worker: 'it loses what properties hold' },
  }),
  asNode(alike('createMagicLink', () => ({ others: { email: 'dd@example.com' } }), ['create_magic_link', () => ({ kwargs: { email: 'dd@example.com' } })])),
  asNode(alike('createMagicLink', () => ({ others: { email: 'bad' } }), ['create_magic_link', () => ({ kwargs: { email: 'bad' } })], { title: 'createMagicLink, refused' })),
  alike('createAccessToken', () => ({ others: { userId: NOBODY, durationInMinutes: 5 } }), ['create_access_token', () => ({ args: [NOBODY, 5] })], { title: 'createAccessToken, nobody' }),
  alike('createAccessToken', (known) => ({ others: { userId: alice(known), durationInMinutes: 0 } }), ['create_access_token', (known) => ({ args: [alice(known), 0] })], { title: 'createAccessToken, refused' }),
  asNode(alike('migrateUserFromExternalSource', () => ({ others: { email: 'erin@example.com', emailConfirmed: true, existingUserId: 'old-1' } }), ['migrate_user_from_external_source', () => ({ kwargs: { email: 'erin@example.com', email_confirmed: true, existing_user_id: 'old-1' } })])),
  alike('migrateUserPassword', (known) => ({ others: { userId: fresh(known), passwordHash: 'hash' } }), ['migrate_user_password', (known) => ({ kwargs: { user_id: fresh(known), password_hash: 'hash' } })], { differs: { node: 'it hands on the body of an answer that says only that it is done' } }),
  ofId('fetchEmployeeById', carol, 'fetch_employee_by_id'),
  ofId('fetchEmployeeById', alice, 'fetch_employee_by_id', { title: 'fetchEmployeeById, none' }),
  asNode(ofId('deleteUser', fresh, 'delete_user')),
  asNode(ofId('deleteUser', fresh, 'delete_user', { title: 'deleteUser, gone' })),

  // Organizations.
  asNode(ofId('fetchOrg', acme, 'fetch_org')),
  asNode(ofId('fetchOrg', nobody, 'fetch_org', { title: 'fetchOrg, none' })),
  asNode(alike('fetchOrgByQuery', () => ({ others: {} }), ['fetch_org_by_query', () => ({})], { differs: { worker: 'it cannot: it puts a body into a GET' } })),
  alike('fetchOrgByQuery', () => ({ others: { name: 'beta' } }), ['fetch_org_by_query', () => ({ kwargs: { name: 'beta' } })], { title: 'fetchOrgByQuery, by name' }),
  alike('createOrg', () => ({ others: { name: 'Gamma', domain: 'gamma.example' } }), ['create_org', () => ({ kwargs: { name: 'Gamma', domain: 'gamma.example' } })], { keep: (result) => ({ newOrg: result.orgId ?? result.org_id }) }),
  {
    name: 'updateOrg',
    parameters: (known) => ({ orgId: freshOrg(known) }),
    ours: (client, { orgId }) => client.updateOrg(orgId, { name: 'Gamma 2', metadata: { a_b: 1 }, canJoinOnEmailDomainMatch: true }),
    node: (client, { orgId }) => client.updateOrg({ orgId, name: 'Gamma 2', metadata: { a_b: 1 }, canJoinOnEmailDomainMatch: true }),
    python: ['update_org_metadata', (known) => ({ args: [freshOrg(known)], kwargs: { name: 'Gamma 2', metadata: { a_b: 1 }, can_join_on_email_domain_match: true } })],
  },
  ofId('fetchOrg', freshOrg, 'fetch_org', { title: 'fetchOrg, changed' }),
  {
    name: 'subscribeOrgToRoleMapping',
    parameters: (known) => ({ orgId: freshOrg(known) }),
    ours: (client, { orgId }) => client.subscribeOrgToRoleMapping(orgId, { customRoleMappingName: 'Multi' }),
    node: (client, { orgId }) => client.subscribeOrgToRoleMapping(orgId, 'Multi'),
    python: ['subscribe_org_to_role_mapping', (known) => ({ args: [freshOrg(known), 'Multi'] })],
  },
  alike('fetchCustomRoleMappings', () => ({}), ['fetch_custom_role_mappings', () => ({})]),
  ...['addUserToOrg', 'changeUserRoleInOrg'].map((name) =>
    asNode(alike(name, (known) => ({ others: { userId: bob(known), orgId: freshOrg(known), role: 'Billing', additionalRoles: ['Support'] } }), [name === 'addUserToOrg' ? 'add_user_to_org' : 'change_user_role_in_org', (known) => ({ kwargs: { user_id: bob(known), org_id: freshOrg(known), role: 'Billing', additional_roles: ['Support'] } })], { skips: ['worker'] }))),
  alike('addUserToOrg', (known) => ({ others: { userId: bob(known), orgId: freshOrg(known), role: 'Nope' } }), ['add_user_to_org', (known) => ({ kwargs: { user_id: bob(known), org_id: freshOrg(known), role: 'Nope' } })], { title: 'addUserToOrg, refused' }),
  alike('addUserToOrg', (known) => ({ others: { userId: NOBODY, orgId: freshOrg(known), role: 'Billing' } }), ['add_user_to_org', (known) => ({ kwargs: { user_id: NOBODY, org_id: freshOrg(known), role: 'Billing' } })], { title: 'addUserToOrg, nobody' }),
  {
    name: 'fetchUsersInOrg, several roles',
    parameters: (known) => ({ orgId: freshOrg(known) }),
    ours: (client, { orgId }) => client.fetchUsersInOrg(orgId, include),
    node: (client, { orgId }) => client.fetchUsersInOrg({ orgId, ...include }),
    python: ['fetch_users_in_org', (known) => ({ kwargs: { org_id: freshOrg(known), include_orgs: true } })],
  },
  alike('removeUserFromOrg', (known) => ({ others: { userId: bob(known), orgId: freshOrg(known) } }), ['remove_user_from_org', (known) => ({ kwargs: { user_id: bob(known), org_id: freshOrg(known) } })]),
  alike('removeUserFromOrg', (known) => ({ others: { userId: bob(known), orgId: freshOrg(known) } }), ['remove_user_from_org', (known) => ({ kwargs: { user_id: bob(known), org_id: freshOrg(known) } })], { title: 'removeUserFromOrg, no member' }),
  alike('inviteUserToOrg', (known) => ({ others: { email: 'x@example.com', orgId: acme(known), role: 'Admin' } }), ['invite_user_to_org', (known) => ({ kwargs: { email: 'x@example.com', org_id: acme(known), role: 'Admin' } })]),
  alike('inviteUserToOrg', (known) => ({ others: { email: 'bad', orgId: acme(known), role: 'Admin' } }), ['invite_user_to_org', (known) => ({ kwargs: { email: 'bad', org_id: acme(known), role: 'Admin' } })], { title: 'inviteUserToOrg, refused' }),
  alike('inviteUserToOrgByUserId', (known) => ({ others: { userId: carol(known), orgId: acme(known), role: 'Member' } }), ['invite_user_to_org_by_user_id', (known) => ({ kwargs: { user_id: carol(known), org_id: acme(known), role: 'Member' } })]),
  alike('fetchPendingInvites', (known) => ({ others: { orgId: acme(known) } }), ['fetch_pending_invites', (known) => ({ kwargs: { org_id: acme(known) } })], { timed: ['created_at', 'expires_at'] }),
  alike('revokePendingOrgInvite', (known) => ({ others: { orgId: acme(known), inviteeEmail: 'x@example.com' } }), ['revoke_pending_org_invite', (known) => ({ kwargs: { org_id: acme(known), invitee_email: 'x@example.com' } })], { differs: { python: 'it hands on the body of an answer that says only that it is done' } }),
  ofId('deleteOrg', freshOrg, 'delete_org'),
  ofId('deleteOrg', freshOrg, 'delete_org', { title: 'deleteOrg, gone' }),

  // Single sign-on, SCIM.
  asNode(ofId('allowOrgToSetupSamlConnection', acme, 'allow_org_to_setup_saml_connection')),
  asNode(ofId('disallowOrgToSetupSamlConnection', acme, 'disallow_org_to_setup_saml_connection')),
  ofId('createOrgSamlConnectionLink', acme, 'create_org_saml_connection_link'),
  ofId('fetchSamlSpMetadata', acme, 'fetch_saml_sp_metadata'),
  ofId('fetchSamlSpMetadata', nobody, 'fetch_saml_sp_metadata', { title: 'fetchSamlSpMetadata, none', differs: { node: WRONG_CLASS } }),
  ofId('samlGoLive', acme, 'saml_go_live', { title: 'samlGoLive, refused', differs: { node: WRONG_CLASS } }),
  ofId('deleteSamlConnection', acme, 'delete_saml_connection'),
  {
    name: 'fetchOrgScimGroups',
    parameters: (known) => ({ orgId: acme(known) }),
    ours: (client, { orgId }) => client.fetchOrgScimGroups(orgId),
    node: (client, { orgId }) => client.fetchOrgScimGroups({ orgId }),
    python: ['fetch_org_scim_groups', (known) => ({ kwargs: { org_id: acme(known) } })],
    keep: (result) => ({ group: (result.groups[0].groupId ?? result.groups[0].group_id) }),
  },
  {
    name: 'fetchScimGroup',
    parameters: (known) => ({ orgId: acme(known), groupId: known.group }),
    ours: (client, { orgId, groupId }) => client.fetchScimGroup(orgId, groupId),
    node: (client, { orgId, groupId }) => client.fetchScimGroup({ orgId, groupId }),
    python: ['fetch_scim_group', (known) => ({ kwargs: { org_id: acme(known), group_id: known.group } })],
  },

  // API keys of users and organizations.
  alike('createApiKey', (known) => ({ others: { userId: alice(known), metadata: { a_b: 1 }, displayName: 'mine' } }), ['create_api_key', (known) => ({ kwargs: { user_id: alice(known), metadata: { a_b: 1 }, display_name: 'mine' } })], { keep: (result) => ({ keyId: result.apiKeyId ?? result.api_key_id, key: result.apiKeyToken ?? result.api_key_token }) }),
  alike('createApiKey', () => ({ others: { userId: NOBODY } }), ['create_api_key', () => ({ kwargs: { user_id: NOBODY } })], { title: 'createApiKey, refused' }),
  ofId('fetchApiKey', (known) => known.keyId, 'fetch_api_key', { timed: ['created_at'] }),
  ...['validateApiKey', 'validatePersonalApiKey', 'validateOrgApiKey'].map((name) => ({
    name,
    parameters: (known) => ({ key: known.key }),
    ours: (client, { key }) => client[name]({ apiKeyToken: `Bearer ${key}` }),
    node: (client, { key }) => client[name](`Bearer ${key}`),
    python: [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), (known) => ({ args: [`Bearer ${known.key}`] })],
    ...(name === 'validateApiKey' && { differs: { python: 'it leaves out the ids beside the user' } }),
  })),
  {
    name: 'validateApiKey, refused',
    parameters: () => ({}),
    ours: (client) => client.validateApiKey({ apiKeyToken: 'nope' }),
    node: (client) => client.validateApiKey('nope'),
    python: ['validate_api_key', () => ({ args: ['nope'] })],
  },
  alike('fetchCurrentApiKeys', (known) => ({ others: { userId: alice(known) } }), ['fetch_current_api_keys', (known) => ({ kwargs: { user_id: alice(known) } })], { timed: ['created_at'] }),
  alike('updateApiKey', (known) => ({ path: [known.keyId], others: { setToNeverExpire: true } }), ['update_api_key', (known) => ({ args: [known.keyId], kwargs: { set_to_never_expire: true } })]),
  alike('fetchApiKeyUsage', (known) => ({ others: { date: '2026-01-02', userId: alice(known) } }), ['fetch_api_key_usage', (known) => ({ kwargs: { date: '2026-01-02', user_id: alice(known) } })], { differs: { python: 'it fails on its own arguments' } }),
  alike('importApiKey', (known) => ({ others: { importedApiKey: 'Bearer old', userId: alice(known) } }), ['import_api_key', (known) => ({ kwargs: { api_key_token: 'Bearer old', user_id: alice(known) } })]),
  ofId('deleteApiKey', (known) => known.keyId, 'delete_api_key'),
  alike('fetchArchivedApiKeys', () => ({ others: {} }), ['fetch_archived_api_keys', () => ({})], { timed: ['created_at'] }),

  // Step-up authentication.
  ...[[carol, '123456', ''], [carol, '000000', ', a wrong code'], [alice, '123456', ', no MFA'], [nobody, '123456', ', nobody']].map(([who, code, title]) =>
    alike('verifyStepUpTotpChallenge', (known) => ({ others: { actionType: 'A', userId: who(known), code, grantType: 'ONE_TIME_USE', validForSeconds: 60 } }), ['verify_step_up_totp_challenge', (known) => ({ kwargs: { action_type: 'A', user_id: who(known), code, grant_type: 'ONE_TIME_USE', valid_for_seconds: 60 } })], {
      title: `verifyStepUpTotpChallenge${title}`,
      skips: ['python'],
      ...(title === '' && { keep: (result) => ({ grant: result.stepUpGrant }) }),
    })),
  {
    name: 'verifyStepUpGrant',
    parameters: (known) => ({ actionType: 'A', userId: carol(known), grant: known.grant ?? 'gone' }),
    ours: async (client, parameters) => ({ success: await client.verifyStepUpGrant(parameters) }),
    node: (client, parameters) => client.verifyStepUpGrant(parameters),
  },
  {
    name: 'verifyStepUpGrant, spent',
    parameters: (known) => ({ actionType: 'A', userId: carol(known), grant: known.grant ?? 'gone' }),
    ours: async (client, parameters) => ({ success: await client.verifyStepUpGrant(parameters) }),
    node: (client, parameters) => client.verifyStepUpGrant(parameters),
  },

  // Insights.
  ...['fetchUserTopInviterReport', 'fetchUserChampionReport', 'fetchUserReengagementReport', 'fetchUserChurnReport', 'fetchOrgReengagementReport', 'fetchOrgChurnReport', 'fetchOrgGrowthReport', 'fetchOrgAttritionReport'].map((name) =>
    alike(name, () => ({}), [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), () => ({})], { timed: ['user_created_at', 'org_created_at', 'last_active_at'] })),
];
