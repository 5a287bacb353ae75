/** PropelAuth's tokens: the contract's vectors, the user and its memberships, demands. */
import { json, scripted, status } from './fetches.mjs';

const at = (seconds) => new Date(seconds * 1000);

const O1 = '0c1f7a2e-8f41-4f0e-9a53-5d3c1b7e9a01';
const O2 = '9a7b5e10-3f7d-4b7c-8c52-2f6c0d4e8b02';
const CLAIM = 'ERR_JWT_CLAIM_VALIDATION_FAILED';
const CONFIG = 'ERR_CONFIG_INVALID';

/** A client whose key is at hand, at the moment of the vectors. */
function client(t, changes = {}) {
  const { clock, verifierKey, issuer } = t.fixtures.propelauth.tokens;
  const tokenVerificationMetadata = { verifierKey, issuer };
  return t.propelauth.propelauth({ authUrl: issuer, tokenVerificationMetadata, currentDate: at(clock), dangerouslyAllowBrowser: true, ...changes });
}

const header = (t, name) => `Bearer ${t.fixtures.propelauth.tokens.tokens[name]}`;

const user = (t, name) => client(t).validateAccessTokenAndGetUserSync(header(t, name));

/** Both ways to validate, which must agree. */
async function validated(t, label, expected, pa, value) {
  await t.verdict(`${label}, sync`, expected, () => pa.validateAccessTokenAndGetUserSync(value));
  return t.verdict(label, expected, () => pa.validateAccessTokenAndGetUser(value));
}

export const cases = [
  {
    name: "propelauth tokens, the contract's refusals",
    async run(t) {
      const pa = client(t);
      for (const { token, code, claim, reason } of t.fixtures.propelauth.tokens.refused) {
        const expected = [code, claim, reason].filter((part) => part !== undefined).join(' ');
        const error = await validated(t, token, expected, pa, header(t, token));
        t.equal([error.name, error.message, error.providerCode, error.status], ['UnauthorizedException', 'Invalid access token', 'invalid_access_token', 401], token);
        t.ok(error instanceof t.propelauth.UnauthorizedException && error instanceof t.propelauth.PropelAuthError && error instanceof t.countersign.CountersignError, `${token}: classes`);
      }
    },
  },
  {
    name: 'propelauth tokens, headers',
    async run(t) {
      const pa = client(t);
      const token = t.fixtures.propelauth.tokens.tokens['PA-3'];
      const rows = {
        empty: ['', 'ERR_TOKEN_MISSING', 'No authorization header found'],
        undefined: [undefined, 'ERR_TOKEN_MISSING', 'No authorization header found'],
        null: [null, 'ERR_TOKEN_MISSING', 'No authorization header found'],
        bare: [token, 'ERR_JWT_INVALID', 'Invalid authorization header. Expected: Bearer {accessToken}'],
        'another scheme': [`Token ${token}`, 'ERR_JWT_INVALID', 'Invalid authorization header. Expected: Bearer {accessToken}'],
        'two spaces': [`Bearer  ${token}`, 'ERR_JWT_INVALID', 'Invalid authorization header. Expected: Bearer {accessToken}'],
        'a tab': [`Bearer\t${token}`, 'ERR_JWT_INVALID', 'Invalid authorization header. Expected: Bearer {accessToken}'],
        padding: [`Bearer ${token}=`, 'ERR_JWT_INVALID', 'Invalid access token'],
        'a part more': [`Bearer ${token}.x`, 'ERR_JWT_INVALID', 'Invalid access token'],
      };
      for (const [label, [value, code, message]] of Object.entries(rows)) {
        const error = await validated(t, label, code, pa, value);
        t.equal([error.name, error.message], ['UnauthorizedException', message], label);
      }
      for (const scheme of ['Bearer', 'bearer', 'BEARER']) await validated(t, scheme, 'ok', pa, `${scheme} ${token}`);
    },
  },
  {
    name: 'propelauth tokens, times',
    async run(t) {
      const exp = 1_790_001_800;
      const rows = [[exp + 59, {}, 'ok'], [exp + 60, {}, 'ERR_JWT_EXPIRED'], [exp, { clockTolerance: 0 }, 'ERR_JWT_EXPIRED'], [exp - 1, { clockTolerance: 0 }, 'ok']];
      for (const [seconds, changes, expected] of rows) {
        await validated(t, `${seconds} ${JSON.stringify(changes)}`, expected, client(t, { currentDate: at(seconds), ...changes }), header(t, 'PA-3'));
      }
    },
  },
  {
    name: 'propelauth tokens, the user',
    async run(t) {
      const one = user(t, 'PA-1');
      t.ok(one instanceof t.propelauth.User, 'class of a user');
      t.equal([one.userId, one.email, one.firstName, one.lastName, one.username, one.legacyUserId], ['5b0e1c52-6f0b-4a39-9d0e-3a1a5f6f2c11', 'ada@acme-test.example', 'Ada', 'Lovelace', 'ada', 'old-42'], 'properties');
      t.equal(one.properties, { favorite_color: 'blue', nested_obj: { snake_key: true } }, 'own properties');
      t.equal([one.getUserProperty('favorite_color'), one.getUserProperty('nope'), one.getUserProperty('toString')], ['blue', null, null], 'one property');
      t.equal([one.activeOrgId, one.getActiveOrg(), one.getActiveOrgId(), one.isImpersonated(), one.isImpersonating()], [null, null, null, false, false], 'active');
      t.equal(one.loginMethod, { loginMethod: 'saml_sso', provider: 'Okta', orgId: O1 }, 'login method');
      t.equal([one.getOrgs().length, one.getOrg(O2).legacyOrgId, one.getOrg('x'), one.getOrg('__proto__'), one.getOrg('toString')], [2, 'beta-7', null, null, null], 'memberships');
      t.equal(['Acme Inc', 'acme-inc', 'ACME INC', 'nope'].map((name) => one.getOrgByName(name)?.orgId ?? null), [O1, O1, O1, null], 'by name');
      t.equal(one.raw.sub, one.userId, 'raw');
      t.ok(!JSON.stringify(one).includes('"iat"'), 'raw claims stay out of a log');
      const active = user(t, 'PA-2');
      t.equal([active.activeOrgId, active.getActiveOrg().orgId, active.getOrgs().length, active.getOrg(O2)], [O1, O1, 1, null], 'an active organization');
      const impersonated = user(t, 'PA-3');
      t.equal([impersonated.isImpersonated(), impersonated.impersonatorUserId, impersonated.orgIdToOrgMemberInfo, impersonated.getOrgs(), impersonated.firstName, impersonated.properties], [true, '7d0f3b7e-1c5a-4b52-8a34-6e2b9c4d5e03', null, [], null, null], 'impersonated');
      t.equal([impersonated.isRoleInOrg(O1, 'Owner'), impersonated.hasAllPermissionsInOrg(O1, [])], [false, false], 'no member');
      t.equal([user(t, 'PA-4').getOrgs().length, user(t, 'PA-4').loginMethod.loginMethod], [1, 'unknown'], 'an older token');
      t.equal([user(t, 'PA-5').loginMethod, user(t, 'PA-5').getOrgs()], [{ loginMethod: 'social_sso', provider: 'FutureIdP', orgId: null }, []], 'an unknown provider');
    },
  },
  {
    name: 'propelauth tokens, the member',
    async run(t) {
      const one = user(t, 'PA-1');
      const org = one.getOrg(O1);
      t.ok(org instanceof t.propelauth.OrgMemberInfo, 'class of a member');
      t.equal([org.orgName, org.urlSafeOrgName, org.orgMetadata, org.orgRoleStructure, org.assignedAdditionalRoles], ['Acme Inc', 'acme-inc', { plan_tier: 'gold', seat_count: 12 }, 'single_role_in_hierarchy', []], 'fields');
      t.equal([org.assignedRole, org.permissions, org.inheritedRolesPlusCurrentRole, org.userAssignedAdditionalRoles], [org.userAssignedRole, org.userPermissions, org.userInheritedRolesPlusCurrentRole, []], 'other names of fields');
      const roles = ['Admin', 'Member', 'Owner', 'admin'];
      t.equal(roles.map((role) => org.userIsRole(role)), [true, false, false, false], 'exact roles');
      t.equal(roles.map((role) => org.userIsAtLeastRole(role)), [true, true, false, false], 'least roles');
      t.equal(roles.map((role) => [org.isRole(role), org.isAtLeastRole(role), one.isRoleInOrg(O1, role), one.isAtLeastRole(O1, role)]), roles.map((role) => [org.userIsRole(role), org.userIsAtLeastRole(role), org.userIsRole(role), org.userIsAtLeastRole(role)]), 'the same by other names');
      t.equal(['ProductA::CanCreate', 'ReadOnly'].map((permission) => org.userHasPermission(permission)), [true, false], 'permissions');
      t.equal([[], ['can_view_billing'], ['can_view_billing', 'ReadOnly']].map((all) => [org.userHasAllPermissions(all), one.hasAllPermissionsInOrg(O1, all)]), [[true, true], [true, true], [false, false]], 'all permissions');
      const multi = user(t, 'PA-2').getActiveOrg();
      t.equal(['Billing', 'Support', 'Admin'].map((role) => [multi.userIsRole(role), multi.userIsAtLeastRole(role)]), [[true, true], [true, true], [false, false]], 'several roles');
      for (const [label, permissions] of Object.entries({ undefined, null: null, 'a string': 'can_view_billing', 'an object': {} })) {
        await t.verdict(`permissions that are ${label}`, CONFIG, () => org.userHasAllPermissions(permissions));
      }
    },
  },
  {
    name: 'propelauth tokens, demands',
    async run(t) {
      const pa = client(t);
      const one = user(t, 'PA-1');
      const met = [
        pa.validateOrgAccessAndGetOrg(one, O1),
        pa.validateExactOrgRoleAndGetOrg(one, O1, 'Admin'),
        pa.validateMinimumOrgRoleAndGetOrg(one, O1, 'Member'),
        pa.validatePermissionAndGetOrg(one, O1, 'can_view_billing'),
        pa.validateAllPermissionsAndGetOrg(one, O1, ['can_view_billing']),
        await pa.validateAccessTokenAndGetUserWithOrg(header(t, 'PA-1'), O1),
      ];
      for (const { user: found, orgMemberInfo } of met) t.equal([found.userId, orgMemberInfo.orgId], [one.userId, O1], 'a met demand');
      const denied = {
        'no organization': ['not_a_member', () => pa.validateOrgAccessAndGetOrg(one, undefined)],
        'another organization': ['not_a_member', () => pa.validateAccessTokenAndGetUserWithOrg(header(t, 'PA-1'), 'x')],
        'another exact role': ['role_missing', () => pa.validateAccessTokenAndGetUserWithOrgByExactRole(header(t, 'PA-1'), O1, 'Member')],
        'no exact role': ['role_missing', () => pa.validateExactOrgRoleAndGetOrg(one, O1, undefined)],
        'a higher role': ['role_missing', () => pa.validateAccessTokenAndGetUserWithOrgByMinimumRole(header(t, 'PA-1'), O1, 'Owner')],
        'no least role': ['role_missing', () => pa.validateMinimumOrgRoleAndGetOrg(one, O1, null)],
        'another permission': ['permission_missing', () => pa.validateAccessTokenAndGetUserWithOrgByPermission(header(t, 'PA-1'), O1, 'ReadOnly')],
        'no permission': ['permission_missing', () => pa.validatePermissionAndGetOrg(one, O1, undefined)],
        'one permission of two': ['permission_missing', () => pa.validateAccessTokenAndGetUserWithOrgByAllPermissions(header(t, 'PA-1'), O1, ['can_view_billing', 'ReadOnly'])],
      };
      for (const [label, [code, act]] of Object.entries(denied)) {
        const error = await t.verdict(label, 'ERR_FORBIDDEN', act);
        t.equal([error.name, error.providerCode, error.status, error.toResponse().status], ['ForbiddenException', code, 403, 403], label);
      }
      await t.verdict('permissions that are no list', CONFIG, () => pa.validateAllPermissionsAndGetOrg(one, O1, undefined));
      await t.verdict('a user that nobody awaited', CONFIG, () => pa.validateOrgAccessAndGetOrg(Promise.resolve(one), O1));
      await t.verdict('no user', CONFIG, () => pa.validateExactOrgRoleAndGetOrg(undefined, O1, 'Admin'));
    },
  },
  {
    name: 'propelauth tokens, keys',
    async run(t) {
      const { verifierKey, issuer, clock, tokens } = t.fixtures.propelauth.tokens;
      for (const [label, key] of Object.entries({ spaces: verifierKey.replaceAll('\n', ' '), nothing: verifierKey.replaceAll('\n', ''), 'a literal backslash n': verifierKey.replaceAll('\n', '\\n'), 'a list': [verifierKey] })) {
        await validated(t, `line ends: ${label}`, 'ok', client(t, { tokenVerificationMetadata: { verifierKey: key } }), header(t, 'PA-1'));
      }
      await t.verdict('a key that is none', 'ERR_JWK_INVALID', () => client(t, { tokenVerificationMetadata: { verifierKey: 'x' } }).validateAccessTokenAndGetUser(header(t, 'PA-1')));
      const fetch = scripted(json({ verifier_key_pem: verifierKey }));
      const fetched = t.propelauth.propelauth({ authUrl: issuer, apiKey: 'k', dangerouslyAllowBrowser: true, currentDate: at(clock), fetch });
      await t.verdict('a key not fetched yet', 'ERR_JWKS_UNAVAILABLE', () => fetched.validateAccessTokenAndGetUserSync(header(t, 'PA-1')));
      await Promise.all([1, 2, 3].map(() => fetched.validateAccessTokenAndGetUser(header(t, 'PA-1'))));
      await t.verdict('a key fetched before', 'ok', () => fetched.validateAccessTokenAndGetUserSync(header(t, 'PA-2')));
      t.equal(fetch.calls.map(({ url }) => url), ['https://propelauth-api.com/api/v1/token_verification_metadata'], 'requests for the key');
      t.equal([fetch.calls[0].headers.authorization, fetch.calls[0].headers['x-propelauth-url']], ['Bearer k', 'auth.acme-test.example'], 'their headers');
      const down = t.propelauth.propelauth({ authUrl: issuer, apiKey: 'k', dangerouslyAllowBrowser: true, currentDate: at(clock), fetch: scripted(status(401)) });
      const error = await t.verdict('a key that cannot be had', 'ERR_JWKS_UNAVAILABLE', () => down.validateAccessTokenAndGetUser(`Bearer ${tokens['PA-1']}`));
      t.equal([error.name, error.status], ['UnexpectedException', 503], 'class of a key that cannot be had');
      await t.verdict('neither key nor API key', CONFIG, () => t.propelauth.propelauth({ authUrl: issuer }).validateAccessTokenAndGetUser(header(t, 'PA-1')));
    },
  },
  {
    name: 'propelauth tokens, options',
    async run(t) {
      for (const [label, options] of Object.entries({
        none: {},
        'http': { authUrl: 'http://auth.example.com' },
        'user info': { authUrl: 'https://u@auth.example.com' },
        'a query': { authUrl: 'https://auth.example.com?x' },
        'an unknown name': { authUrl: 'https://auth.example.com', apikey: 'k' },
        'too wide a tolerance': { authUrl: 'https://auth.example.com', clockTolerance: 121 },
        'metadata without a key': { authUrl: 'https://auth.example.com', tokenVerificationMetadata: {} },
      })) {
        await t.verdict(label, CONFIG, () => t.propelauth.propelauth(options).verifier.keys);
      }
      await t.verdict('a URL object', 'ok', () => t.propelauth.propelauth({ authUrl: new URL('https://auth.example.com/'), apiKey: 'k', dangerouslyAllowBrowser: true }).verifier.keys);
    },
  },
];
