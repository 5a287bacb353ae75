/** Tokens to order, and which SDK takes them for what. */

const MISSING = (name) => ({ claims: { [name]: null } });

const NO_ACTIVE = 'it knows no active organization';

/** `accepts` names the SDKs that take a token which ours refuses, `refuses` the other way round. */
export const tokens = [
  { name: 'of all organizations', order: {} },
  { name: 'of an active organization', order: { active_org_id: 'acme-inc' }, differs: { worker: NO_ACTIVE } },
  { name: 'of an active organization with several roles', order: { active_org_id: 'beta-llc' }, differs: { worker: NO_ACTIVE } },
  { name: 'of a member', order: { user: 'bob' } },
  { name: 'of nobody in particular', order: { user: 'carol' } },
  { name: 'of an impersonated user', order: { claims: { impersonator_user_id: '7d0f3b7e-1c5a-4b52-8a34-6e2b9c4d5e03' } } },
  { name: 'by single sign-on', order: { claims: { login_method: { login_method: 'social_sso', provider: 'Google' } } } },
  { name: 'expired an hour ago', order: { expires_in: -3600 } },
  { name: 'of another issuer', order: { claims: { iss: 'https://auth.evil-test.example' } } },
  { name: 'not valid yet', order: { claims: { nbf: 4_000_000_000 } } },
  { name: 'without issuer', order: MISSING('iss'), accepts: {} },
  { name: 'without exp', order: MISSING('exp'), accepts: { node: 2, worker: 2 } },
  { name: 'without iat', order: MISSING('iat'), accepts: { node: 2, worker: 2 } },
  { name: 'without user_id', order: MISSING('user_id'), accepts: { node: 2, worker: 2 } },
  { name: 'from the future', order: { claims: { iat: 4_000_000_000, exp: 4_000_001_800 } }, accepts: { node: 2, worker: 2 } },
  { name: 'of a user that is not its subject', order: { claims: { sub: 'x' } }, accepts: { node: 5, worker: 5, python: 5 } },
  { name: 'of a user whose id is a number', order: { claims: { user_id: 7, sub: null } }, accepts: { node: 5, worker: 5, python: 5 } },
  { name: 'of an identity provider of the future', order: { claims: { login_method: { login_method: 'social_sso', provider: 'FutureIdP' } } }, refuses: { python: 4 } },
  { name: 'with a login method of null', order: { claims: { login_method: { login_method: null } } }, sameUser: false },
  { name: 'with another signature', order: { tamper: 'signature' } },
  { name: 'of another key', order: { tamper: 'wrong_key' } },
  { name: 'with alg none', order: { tamper: 'alg_none' } },
  { name: 'with the public key as a secret', order: { tamper: 'hs256' } },
  { name: 'of another algorithm', order: { tamper: 'rs512' } },
];

/** What is compared of a user; the Workers' SDK knows less. */
export const FIELDS = {
  all: ['user_id', 'email', 'first_name', 'last_name', 'username', 'legacy_user_id', 'impersonator_user_id', 'properties', 'active_org_id', 'orgs_of_user'],
  worker: ['user_id', 'legacy_user_id', 'orgs_of_user'],
};

/** What is compared of a membership. */
export const MEMBER_FIELDS = ['org_id', 'org_name', 'url_safe_org_name', 'role', 'inherited_roles', 'permissions'];

/** Headers around a good token, and whether they are taken. */
export const headers = (token) => [
  ['Bearer', `Bearer ${token}`, {}],
  ['bearer', `bearer ${token}`, {}],
  ['BEARER', `BEARER ${token}`, {}],
  ['two spaces', `Bearer  ${token}`, {}],
  ['another scheme', `Token ${token}`, {}],
  ['no scheme', token, {}],
  ['nothing', '', {}],
  ['a part more', `Bearer ${token}.x`, {}],
];
