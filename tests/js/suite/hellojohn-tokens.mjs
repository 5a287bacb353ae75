/** HelloJohn's tokens: the contract's vectors, its options and its role helpers. */
import { asInPage } from './browser.mjs';
import { down, json, scripted, status } from './fetches.mjs';
import { claims, publicPart, sign } from './tokens.mjs';

const CONFIG = 'ERR_CONFIG_INVALID';

const at = (seconds) => new Date(seconds * 1000);

/** A client whose keys are at hand, at the moment of the vectors. */
function client(t, changes = {}) {
  const { clock, jwks } = t.fixtures.hellojohn.tokens;
  return t.hellojohn.hellojohn({ jwks, currentDate: at(clock), ...changes });
}

const TENANT = { tenantId: 'tnt_01TESTAAAA000001' };

/** Codes of the core behind those of the contract. */
const EXPECTED = {
  '2 audience': 'ERR_JWT_CLAIM_VALIDATION_FAILED aud mismatch',
  '2 issuer': 'ERR_JWT_CLAIM_VALIDATION_FAILED iss mismatch',
  '3 past leeway': 'ERR_JWT_EXPIRED',
  '4 past leeway': 'ERR_JWT_NOT_YET_VALID',
};

export const cases = [
  {
    name: "hellojohn tokens, the contract's cases",
    async run(t) {
      const { tokens, cases: rows, clock } = t.fixtures.hellojohn.tokens;
      for (const { name, token, options, clock: own, user, code } of rows) {
        const hj = client(t, { ...options, currentDate: at(own ?? clock) });
        const expected = code === undefined ? 'ok' : EXPECTED[name];
        const sync = await t.verdict(`${name}, sync`, expected, () => hj.verifyTokenSync(tokens[token]));
        const result = await t.verdict(name, expected, () => hj.verifyToken(tokens[token]));
        for (const one of [sync, result]) {
          if (code !== undefined) {
            t.equal([one.providerCode, one.name], [code, 'InvalidTokenError'], `${name}: code and class`);
            continue;
          }
          for (const [field, value] of Object.entries(user)) t.equal(one[field], value, `${name}: ${field}`);
          t.equal(one.raw.sub, one.sub, `${name}: raw`);
        }
      }
    },
  },
  {
    name: 'hellojohn tokens, forged ones',
    async run(t) {
      const { tokens } = t.fixtures.hellojohn.tokens;
      const hj = client(t, TENANT);
      const [header, payload, signature] = tokens.T1.split('.');
      const forged = {
        'another first letter': [`${header}.${payload}.e${signature.slice(1)}`, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
        'another last letter': [tokens.T1.slice(0, -1) + 'B', 'ERR_JWT_INVALID'],
        "another's payload": [`${header}.${tokens.T2.split('.')[1]}.${signature}`, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
        N1: [tokens.N1, 'ERR_JOSE_ALG_NOT_ALLOWED'],
        N2: [tokens.N2, 'ERR_JOSE_ALG_NOT_ALLOWED'],
        N3: [tokens.N3, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
        empty: ['', 'ERR_JWT_INVALID'],
        junk: ['x.y.z', 'ERR_JWT_INVALID'],
        'a number': [1, 'ERR_JWT_INVALID'],
        nothing: [undefined, 'ERR_TOKEN_MISSING'],
      };
      for (const [label, [token, expected]] of Object.entries(forged)) {
        for (const [way, verify] of Object.entries({ sync: 'verifyTokenSync', async: 'verifyToken' })) {
          const error = await t.verdict(`${label}, ${way}`, expected, () => hj[verify](token));
          t.ok(error instanceof t.hellojohn.HelloJohnError, `${label} is a HelloJohnError`);
          t.equal(error.providerCode, label === 'nothing' ? 'missing_token' : 'invalid_token', `${label}: code`);
        }
      }
      const headers = new Headers({ authorization: `Bearer ${tokens.T1}` });
      await t.verdict('Headers', 'ok', () => hj.verifyToken(headers));
      await t.verdict('a Request', 'ok', () => hj.verifyTokenSync(new Request('https://a.example/', { headers })));
      await t.verdict('the verifier itself', 'ok', () => hj.verifier.verifySync(tokens.T1));
      const refresh = await sign({ kty: 'OKP', crv: 'Ed25519', ...seed(t) }, { alg: 'EdDSA', kid: 'own' }, claims({ token_use: 'refresh' }));
      const own = client(t, { audience: 'api://orders', issuer: 'https://issuer.example', jwks: { keys: [{ ...publicPart(t.fixtures.keys.ed25519), kid: 'own' }] }, currentDate: at(1_700_000_000) });
      await t.verdict('a refresh token', 'ERR_JWT_CLAIM_VALIDATION_FAILED token_use mismatch', () => own.verifyTokenSync(refresh));
    },
  },
  {
    name: 'hellojohn tokens, keys from the network',
    async run(t) {
      const { tokens, jwks, clock } = t.fixtures.hellojohn.tokens;
      const make = (fetch, changes = {}) => t.hellojohn.hellojohn({ ...TENANT, currentDate: at(clock), fetch, ...changes });
      const first = scripted(json(jwks));
      await t.verdict('the first place', 'ok', () => make(first, { secretKey: 'sk_live_canary', dangerouslyAllowBrowser: true }).verifyToken(tokens.T1));
      t.equal(first.calls.map(({ url }) => url), ['https://api.hellojohn.dev/.well-known/jwks.json'], 'URL');
      t.ok(!JSON.stringify(first.calls).includes('canary'), 'keys are asked for without credentials');
      const second = scripted(status(404), json(jwks));
      const hj = make(second, { apiUrl: 'https://auth.example/v1/', issuer: 'https://api.hellojohn.dev' });
      await t.verdict('the second place', 'ok', () => hj.verifyToken(tokens.T1));
      t.equal(second.calls.map(({ url }) => url), ['https://auth.example/.well-known/jwks.json', 'https://auth.example/v1/jwks/tnt_01TESTAAAA000001'], 'URLs');
      const named = scripted(json(jwks));
      await t.verdict('a named place', 'ok', () => make(named, { jwksUrl: 'https://keys.example/k' }).verifyToken(tokens.T1));
      t.equal(named.calls[0].url, 'https://keys.example/k', 'named URL');
      const onlyA = scripted(json({ keys: [jwks.keys[0]] }));
      const unknown = await t.verdict('a set without the key', 'ERR_JWKS_NO_MATCHING_KEY', () => make(onlyA).verifyToken(tokens.T2));
      t.equal([unknown.providerCode, unknown.name], ['invalid_token', 'InvalidTokenError'], 'unknown key');
      t.ok(onlyA.calls.length <= 2, `${onlyA.calls.length} fetches for an unknown key`);
      const outage = await t.verdict('an outage', 'ERR_JWKS_UNAVAILABLE', () => make(scripted(down)).verifyToken(tokens.T1));
      t.equal(outage.status, 503, 'status of an outage');
      await t.verdict('one public key', 'ok', () => t.hellojohn.hellojohn({ ...TENANT, currentDate: at(clock), publicKey: jwks.keys[0] }).verifyTokenSync(tokens.T1));
    },
  },
  {
    name: 'hellojohn options',
    async run(t) {
      const { hellojohn } = t.hellojohn;
      const wrong = {
        undefined: undefined, null: null, text: 'x', 'a function': () => {},
        'an unknown name': { tenantID: 't' },
        'a publishable key as the secret': { tenantId: 't', secretKey: 'pk_live_x' },
        'a secret that is no text': { tenantId: 't', secretKey: new Uint8Array(8) },
        'an empty audience list': { tenantId: 't', audience: [] },
        'any tenant and one': { tenantId: 't', allowAnyTenant: true },
        'allowAnyTenant text': { allowAnyTenant: 'yes' },
        'an http URL': { tenantId: 't', apiUrl: 'http://api.example' },
        'a URL with a user': { tenantId: 't', apiUrl: 'https://a:b@api.example' },
        'a tolerance beyond the ceiling': { tenantId: 't', clockTolerance: 301 },
        'too many retries': { tenantId: 't', maxRetries: 11 },
        'fetch text': { tenantId: 't', fetch: 'x' },
        'a Date that is none': { tenantId: 't', currentDate: 1 },
        'a symbol': { tenantId: Symbol('t') },
        'a big integer': { tenantId: 1n },
        'two sources of keys': { tenantId: 't', jwks: t.fixtures.hellojohn.tokens.jwks, publicKey: t.fixtures.hellojohn.tokens.jwks.keys[0] },
      };
      for (const [label, options] of Object.entries(wrong)) {
        await t.verdict(label, CONFIG, () => {
          const made = hellojohn(options);
          return made.verifier;
        });
      }
      await t.verdict('no tenant at all', CONFIG, () => client(t).verifyTokenSync(t.fixtures.hellojohn.tokens.tokens.T1));
      await t.verdict('any tenant, on purpose', 'ok', () => client(t, { allowAnyTenant: true }).verifyTokenSync(t.fixtures.hellojohn.tokens.tokens.T1));
      await t.verdict('a loopback URL', 'ok', () => hellojohn({ tenantId: 't', apiUrl: 'http://localhost:3000' }));
    },
  },
  {
    name: 'hellojohn roles',
    async run(t) {
      const { tokens } = t.fixtures.hellojohn.tokens;
      const hj = client(t, TENANT);
      const [admin, none] = [hj.verifyTokenSync(tokens.T1), hj.verifyTokenSync(tokens.T2)];
      await t.verdict('admin', 'ok', () => hj.requireRole(admin, 'admin'));
      for (const [label, user, role] of [['another role', admin, 'owner'], ['another case', admin, 'Admin'], ['a beginning', admin, 'adm'], ['no role', none, 'admin'], ['empty', admin, '']]) {
        const error = await t.verdict(label, 'ERR_FORBIDDEN', () => hj.requireRole(user, role));
        t.equal([error.status, error.name, error.wwwAuthenticate?.startsWith('Bearer error="insufficient_scope"')], [403, 'PermissionError', true], `${label}: refusal`);
      }
      await t.verdict('an owner is no admin', 'ERR_FORBIDDEN', () => hj.requireRole({ role: 'owner' }, 'admin'));
      await t.verdict('unless that is wanted', 'ok', () => hj.requireRole({ role: 'owner' }, 'admin', { ownerPasses: true }));
      await t.verdict('an organization role', 'ok', () => hj.requireOrgRole(none, 'owner'));
      await t.verdict('another organization role', 'ERR_FORBIDDEN', () => hj.requireOrgRole(none, 'admin'));
      await t.verdict('the general role in an organization', 'ok', () => hj.requireOrgRole(admin, 'admin'));
      await t.verdict('no organization', 'ERR_FORBIDDEN', () => hj.requireOrgRole({ role: 'admin' }, 'admin'));
    },
  },
  {
    name: 'hellojohn, a secret key in a browser',
    async run(t) {
      const { hellojohn } = t.hellojohn;
      await asInPage(async () => {
        for (const name of ['secretKey', 'masterKey']) {
          const key = `${name === 'secretKey' ? 'sk' : 'mk'}_live_x`;
          const error = await t.verdict(name, CONFIG, () => hellojohn({ tenantId: 't', [name]: key }));
          t.ok(error?.message?.includes(name) && !error.message.includes(key), `${name}: message ${error?.message}`);
          await t.verdict(`${name}, insisted on`, 'ok', () => hellojohn({ tenantId: 't', [name]: key, dangerouslyAllowBrowser: true }));
        }
        await t.verdict('a publishable key', 'ok', () => hellojohn({ tenantId: 't', publishableKey: 'pk_live_x' }));
      });
    },
  },
];

/** The fixtures' Ed25519 key as the parts that WebCrypto signs with. */
function seed(t) {
  const { d, x } = t.fixtures.keys.ed25519;
  return { d, x };
}
