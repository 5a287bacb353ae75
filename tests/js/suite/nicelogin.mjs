/** NiceLogin: what the rows of its contract cannot say. */
import { asInPage } from './browser.mjs';
import { down, json, scripted, status } from './fetches.mjs';

const AT = new Date(1_790_000_600_000);

/** A client with its secret, also where the cases run in a page. */
function client(t, changes = {}) {
  const { options } = t.fixtures.contracts.nicelogin;
  return t.nicelogin.nicelogin({ ...options, currentDate: AT, dangerouslyAllowBrowser: true, ...changes });
}

export const cases = [
  {
    name: 'nicelogin, verifyToken is a plain yes or no',
    async run(t) {
      const { tokens, verifier, refused } = t.fixtures.contracts.nicelogin;
      const local = new t.nicelogin.NiceLoginJWKS(verifier.jwks, { currentDate: AT });
      t.equal(local.verifyToken(tokens['NL-1']), true, 'a good token');
      for (const row of refused.filter(({ options, clock }) => options === undefined && clock === 1_790_000_600)) {
        t.equal(local.verifyToken(tokens[row.token]), false, row.token);
      }
      const several = new Headers({ authorization: 'Bearer a.b.c, Bearer d.e.f' });
      for (const odd of [undefined, null, 7, '', {}, new Headers(), several]) t.equal(local.verifyToken(odd), false, String(odd));
      const called = t.nicelogin.NiceLoginJWKS(verifier.jwks, { currentDate: AT });
      t.ok(called instanceof t.nicelogin.NiceLoginJWKS && called.verifyToken(tokens['NL-2']), 'without new');
      const remote = client(t, { fetch: scripted(json(verifier.jwks)) });
      const missing = await t.verdict('keys that are not there', 'ERR_JWKS_UNAVAILABLE', () => remote.verifyToken(tokens['NL-1']));
      t.ok(missing instanceof t.nicelogin.NiceLoginError && missing.retryable, 'missing keys');
      await t.verdict('ready', 'ok', () => remote.ready());
      t.equal(remote.verifyToken(tokens['NL-1']), true, 'once the keys are there');
      await t.verdict('ready without a network', 'ERR_JWKS_UNAVAILABLE', () => client(t, { fetch: scripted(down) }).ready());
    },
  },
  {
    name: 'nicelogin, unpack',
    async run(t) {
      const { tokens, verifier } = t.fixtures.contracts.nicelogin;
      const local = t.nicelogin.NiceLoginJWKS(verifier.jwks, { currentDate: AT });
      t.equal(local.unpack(tokens['NL-1']).jti, 'nl-jti-0001', 'verified claims');
      await t.verdict('an expired token', 'ERR_JWT_EXPIRED', () => local.unpack(tokens['NL-N6']));
      await t.verdict('verify: true', 'ERR_JWT_EXPIRED', () => local.unpack(tokens['NL-N6'], { verify: true }));
      const raw = local.unpack(tokens['NL-N6'], { verify: false });
      t.equal([raw.unverified, raw.claims.jti, raw.sub], [true, 'nl-jti-0001', undefined], 'unverified claims');
      const pinned = t.nicelogin.NiceLoginJWKS(verifier.jwks, { currentDate: AT, companyId: 'other' });
      await t.verdict('another company', 'ERR_JWT_CLAIM_VALIDATION_FAILED company_id mismatch', () => pinned.unpack(tokens['NL-1']));
    },
  },
  {
    name: 'nicelogin, passwords',
    async run(t) {
      const twice = scripted(json({ reset_token: 'RT' }), json({ success: true }));
      const changed = await t.verdict('a change', 'ok', () => client(t, { fetch: twice }).changePassword('a@b', 'old', 'new'));
      t.equal([changed, twice.calls.length, JSON.parse(twice.calls[1].body).reset_token], [true, 2, 'RT'], 'a change');
      const first = scripted(json({ error: 'User not found' }, { status: 404 }));
      const error = await t.verdict('a first call that fails', 'ERR_API_STATUS', () => client(t, { fetch: first }).changePassword('a@b', 'old', 'new'));
      t.equal([first.calls.length, error.status, error.message, error.toResponse().status], [1, 404, 'User not found', 502], 'a first call that fails');
      const none = scripted(down);
      await t.verdict('no address', 'ERR_CONFIG_INVALID', () => client(t, { fetch: none }).changePassword('', 'old', 'new'));
      t.equal(none.calls.length, 0, 'requests');
      const lost = await t.verdict('a lost connection', 'ERR_TRANSPORT', () => client(t, { fetch: none }).requestPasswordReset('a@b'));
      t.equal([lost.status, lost.toResponse().status, none.calls.length], [0, 502, 1], 'a lost connection');
    },
  },
  {
    name: 'nicelogin, activating users',
    async run(t) {
      const fetch = scripted(json({ is_active: true }));
      const id = '550e8400-e29b-41d4-a716-446655440000';
      t.equal(await client(t, { fetch }).activateUser(id), true, 'activated');
      const none = scripted(status(500));
      const publicOne = t.nicelogin.nicelogin({ apiKey: 'nicelogin_x', fetch: none });
      const error = await t.verdict('without the secret', 'ERR_API_STATUS', () => publicOne.deactivateUser(id));
      t.equal([error.status, error.message], [401, 'api_secret required for user status operations'], 'without the secret');
      await t.verdict('an id that is no UUID', 'ERR_CONFIG_INVALID', () => client(t, { fetch: none }).activateUser('../x'));
      t.equal(none.calls.length, 0, 'requests');
    },
  },
  {
    name: 'nicelogin, the secret in a browser',
    async run(t) {
      await asInPage(async () => {
        await t.verdict('apiSecret', 'ERR_CONFIG_INVALID', () => client(t, { dangerouslyAllowBrowser: false }));
        await t.verdict('apiSecret, insisted on', 'ok', () => client(t));
        await t.verdict('the public key alone', 'ok', () => t.nicelogin.nicelogin({ apiKey: 'nicelogin_x' }));
      });
    },
  },
];
