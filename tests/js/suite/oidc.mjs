/** OpenID Connect: discovery, ID tokens, introspection and the vendors' factories. */
import { json, scripted, status } from './fetches.mjs';
import { AT_NOW, AUDIENCE, ISSUER, mint, publicPart } from './tokens.mjs';

const METADATA = { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks`, introspection_endpoint: 'https://auth.example/introspect' };

function client(t, changes = {}) {
  return t.oidc.oidc({ issuer: ISSUER, audience: AUDIENCE, clientId: 'c1', clientSecret: 's3cret', currentDate: AT_NOW, dangerouslyAllowBrowser: true, ...changes });
}

const keys = (t) => ({ keys: [publicPart(t.fixtures.keys.rsa)] });

export const cases = [
  {
    name: 'oidc, access tokens by discovery',
    async run(t) {
      const fetch = scripted(json(METADATA), json(keys(t)));
      const own = { client_id: 'c1', jti: 'j', scope: 'read write' };
      const token = await mint(t.fixtures, 'RS256', own, { typ: 'at+jwt' });
      const user = await t.verdict('a token of RFC 9068', 'ok', () => client(t, { fetch }).verifyAccessToken(token));
      t.equal([user.sub, user.clientId, user.scopes], ['user-1', 'c1', ['read', 'write']], 'user');
      t.equal(fetch.calls.map(({ url }) => url), [`${ISSUER}/.well-known/openid-configuration`, `${ISSUER}/jwks`], 'URLs');
      const local = client(t, { jwks: keys(t) });
      await t.verdict('another type', 'ERR_JWT_CLAIM_VALIDATION_FAILED typ mismatch', async () => local.verifyTokenSync(await mint(t.fixtures, 'RS256', own, { typ: 'JWT' })));
      const plain = client(t, { jwks: keys(t), profile: 'plain' });
      await t.verdict('a plain token', 'ok', async () => plain.verifyToken(await mint(t.fixtures, 'RS256')));
      const evil = scripted(json({ ...METADATA, issuer: 'https://evil.example' }));
      const error = await t.verdict("another issuer's metadata", 'ERR_JWKS_INVALID', () => client(t, { fetch: evil }).verifyToken(token));
      t.equal([error.name, error.status], ['OidcError', 503], "another issuer's metadata");
    },
  },
  {
    name: 'oidc, ID tokens',
    async run(t) {
      const op = client(t, { jwks: keys(t) });
      const id = (changes, header) => mint(t.fixtures, 'RS256', { aud: 'c1', nonce: 'n', ...changes }, header);
      const good = await id({});
      await t.verdict('the nonce that was sent', 'ok', () => op.verifyIdToken(good, { nonce: 'n' }));
      await t.verdict('none was sent', 'ok', () => op.verifyIdToken(good, { nonce: null }));
      await t.verdict('another nonce', 'ERR_JWT_CLAIM_VALIDATION_FAILED nonce mismatch', () => op.verifyIdToken(good, { nonce: 'm' }));
      await t.verdict('no nonce in it', 'ERR_JWT_CLAIM_VALIDATION_FAILED nonce missing', async () => op.verifyIdToken(await id({ nonce: undefined }), { nonce: 'n' }));
      await t.verdict('no word about the nonce', 'ERR_CONFIG_INVALID', () => op.verifyIdToken(good));
      await t.verdict('another party', 'ERR_JWT_CLAIM_VALIDATION_FAILED azp mismatch', async () => op.verifyIdToken(await id({ azp: 'c2' }), { nonce: 'n' }));
      await t.verdict('several audiences', 'ERR_JWT_CLAIM_VALIDATION_FAILED azp missing', async () => op.verifyIdToken(await id({ aud: ['c1', 'c2'] }), { nonce: 'n' }));
      await t.verdict('an access token', 'ERR_JWT_CLAIM_VALIDATION_FAILED typ mismatch', async () => op.verifyIdToken(await id({}, { typ: 'at+jwt' }), { nonce: 'n' }));
      await t.verdict('an ID token as an access token', 'ERR_JWT_CLAIM_VALIDATION_FAILED aud mismatch', () => op.verifyToken(good));
      await t.verdict('without a client id', 'ERR_CONFIG_INVALID', () => client(t, { clientId: undefined }).verifyIdToken(good, { nonce: 'n' }));
    },
  },
  {
    name: 'oidc, introspection',
    async run(t) {
      const fetch = scripted(json(METADATA), json({ active: true, sub: 'u' }), json({ active: false, sub: 'leak' }));
      const op = client(t, { fetch });
      t.equal(await op.introspect('opaque-1'), { active: true, sub: 'u' }, 'a live token');
      t.equal(await op.introspect('opaque-1'), { active: false }, 'a dead one');
      t.equal(fetch.calls.map(({ method, url }) => `${method} ${url}`), [`GET ${ISSUER}/.well-known/openid-configuration`, 'POST https://auth.example/introspect', 'POST https://auth.example/introspect'], 'requests');
      t.equal([fetch.calls[1].headers.authorization, fetch.calls[1].body], [`Basic ${btoa('c1:s3cret')}`, 'token=opaque-1&token_type_hint=access_token'], 'what is sent');
      const endpoint = { introspectionEndpoint: 'https://auth.example/i' };
      const once = scripted(json({ active: true }));
      const cached = client(t, { ...endpoint, introspectionCache: 30, fetch: once });
      await cached.introspect('a');
      await cached.introspect('a');
      t.equal(once.calls.length, 1, 'requests with a memory');
      const refused = client(t, { ...endpoint, fetch: scripted(json({ error: 'invalid_client' }, { status: 401 })) });
      const error = await t.verdict('a refused client', 'ERR_API_STATUS', () => refused.introspect('a'));
      t.equal([error.name, error.providerCode, error.providerStatus], ['OidcError', 'invalid_client', 401], 'a refused client');
      await t.verdict('no token', 'ERR_CONFIG_INVALID', () => op.introspect(''));
      await t.verdict('no secret', 'ERR_CONFIG_INVALID', () => client(t, { clientSecret: undefined }).introspect('a'));
      await t.verdict('an outage', 'ERR_API_STATUS', () => client(t, { ...endpoint, maxRetries: 0, fetch: scripted(status(503)) }).introspect('a'));
    },
  },
  {
    name: 'oidc, a factory for each preset',
    async run(t) {
      const { accepted, tokens, verifier } = t.fixtures.contracts.oidc;
      const rows = accepted.filter(({ options }) => options.preset !== undefined);
      t.equal([...new Set(rows.map(({ options }) => options.preset))].sort(), Object.keys(t.oidc.presets), 'presets');
      for (const { token, clock, options: { preset, ...options } } of rows) {
        const op = t.oidc.presets[preset]({ ...options, ...verifier, currentDate: new Date(clock * 1000) });
        await t.verdict(token, 'ok', () => op.verifyToken(tokens[token]));
      }
      await t.verdict('without its domain', 'ERR_CONFIG_INVALID', () => t.oidc.presets.auth0({ audience: 'a' }));
      await t.verdict('a domain that is more', 'ERR_CONFIG_INVALID', () => t.oidc.presets.okta({ domain: 'a.example/x' }));
      await t.verdict('nothing at all', 'ERR_CONFIG_INVALID', () => t.oidc.oidc());
    },
  },
];
