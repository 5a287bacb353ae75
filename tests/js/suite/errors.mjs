/** The codes and what each means to a caller and to HTTP; the classes across entries. */
import { down, scripted } from './fetches.mjs';
import { AUDIENCE, ISSUER, mint, NOW, options, tampered } from './tokens.mjs';

const TOKEN = [401, false, 'invalid_token', 'TokenError'];
const HOOK = [400, false, undefined, 'WebhookError'];

/** Every code that tokens, keys, options and webhooks reach: status, retryable, challenge, class. */
const REACHED = {
  ERR_CONFIG_INVALID: [500, false, undefined, 'ConfigError'],
  ERR_JWK_INVALID: [500, false, undefined, 'KeyError'],
  ERR_TOKEN_MISSING: [401, false, 'Bearer', 'TokenError'],
  ERR_TOKEN_AMBIGUOUS: [400, false, 'invalid_request', 'TokenError'],
  ERR_TOKEN_TOO_LARGE: TOKEN,
  ERR_JWT_INVALID: TOKEN,
  ERR_JOSE_NOT_SUPPORTED: TOKEN,
  ERR_JOSE_ALG_NOT_ALLOWED: TOKEN,
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: TOKEN,
  ERR_JWT_EXPIRED: TOKEN,
  ERR_JWT_NOT_YET_VALID: TOKEN,
  ERR_JWT_CLAIM_VALIDATION_FAILED: TOKEN,
  ERR_JWKS_NO_MATCHING_KEY: [401, false, 'invalid_token', 'KeyError'],
  ERR_JWKS_UNAVAILABLE: [503, true, undefined, 'KeyError'],
  ERR_JWKS_INVALID: [503, true, undefined, 'KeyError'],
  ERR_JWKS_TIMEOUT: [503, true, undefined, 'KeyError'],
  ERR_FORBIDDEN: [403, false, 'insufficient_scope', 'TokenError'],
  ERR_WEBHOOK_HEADER_MISSING: HOOK,
  ERR_WEBHOOK_HEADER_INVALID: HOOK,
  ERR_WEBHOOK_HEADER_DUPLICATE: HOOK,
  ERR_WEBHOOK_TIMESTAMP_INVALID: HOOK,
  ERR_WEBHOOK_TIMESTAMP_EXPIRED: HOOK,
  ERR_WEBHOOK_TIMESTAMP_FUTURE: HOOK,
  ERR_WEBHOOK_SIGNATURE_INVALID: HOOK,
  ERR_WEBHOOK_TOO_MANY_SIGNATURES: HOOK,
  ERR_WEBHOOK_PAYLOAD_INVALID: HOOK,
  ERR_WEBHOOK_TOO_LARGE: [413, false, undefined, 'WebhookError'],
  ERR_WEBHOOK_REPLAYED: [409, false, undefined, 'WebhookError'],
};

/** For each code one thing to do that ends in it. */
async function failures(t) {
  const { createVerifier } = t.countersign;
  const verifier = createVerifier(options(t.fixtures));
  const token = await mint(t.fixtures, 'EdDSA');
  const minted = (...changes) => mint(t.fixtures, 'EdDSA', ...changes);
  const remote = (fetch, changes) => createVerifier({ issuer: ISSUER, audience: AUDIENCE, jwksUri: `${ISSUER}/jwks`, fetch, ...changes });
  const [critical, expired, early, foreign] = await Promise.all([minted({}, { crit: ['x'] }), minted({ exp: NOW }), minted({ nbf: NOW + 9 }), minted({ aud: 'x' })]);
  const keyed = await minted({}, { kid: 'other' });
  const local = createVerifier(options(t.fixtures, 'EdDSA', { key: undefined, jwks: { keys: [{ ...t.fixtures.keys.ed25519, d: undefined, kid: 'k' }] } }));
  return {
    ERR_CONFIG_INVALID: () => createVerifier({}),
    ERR_JWK_INVALID: () => createVerifier({ audience: AUDIENCE, key: {} }),
    ERR_TOKEN_MISSING: () => verifier.verifySync(new Headers()),
    ERR_TOKEN_AMBIGUOUS: () => verifier.verifySync(new Headers([['authorization', 'Bearer a'], ['authorization', 'Bearer b']])),
    ERR_TOKEN_TOO_LARGE: () => verifier.verifySync('a'.repeat(20_000)),
    ERR_JWT_INVALID: () => verifier.verifySync('a'),
    ERR_JOSE_NOT_SUPPORTED: () => verifier.verifySync(critical),
    ERR_JOSE_ALG_NOT_ALLOWED: () => createVerifier(options(t.fixtures, 'ES256')).verifySync(token),
    ERR_JWS_SIGNATURE_VERIFICATION_FAILED: () => verifier.verifySync(tampered(token, 2)),
    ERR_JWT_EXPIRED: () => verifier.verifySync(expired),
    ERR_JWT_NOT_YET_VALID: () => verifier.verifySync(early),
    ERR_JWT_CLAIM_VALIDATION_FAILED: () => verifier.verifySync(foreign),
    ERR_JWKS_NO_MATCHING_KEY: () => local.verifySync(keyed),
    ERR_JWKS_UNAVAILABLE: () => remote(scripted(down)).verify(token),
    ERR_JWKS_INVALID: () => remote(scripted(() => new Response('x'))).verify(token),
    ERR_JWKS_TIMEOUT: () => remote(() => new Promise(() => {}), { timeoutDuration: 20 }).verify(token),
    ERR_FORBIDDEN: () => t.hellojohn.hellojohn({ tenantId: 't' }).requireRole({ role: 'member' }, 'admin'),
    ...webhookFailures(t),
  };
}

function webhookFailures(t) {
  const { createWebhookVerifier, memoryReplayStore } = t.countersign;
  const sample = t.fixtures.vendors.deliveries[0];
  const at = (seconds) => ({ currentDate: new Date(seconds * 1000) });
  const standard = (changes = {}) => createWebhookVerifier({ scheme: 'standard', secrets: sample.secrets, ...changes });
  const verify = (headers, { body = sample.body, clock = sample.clock, ...changes } = {}) => standard(changes).verifySync(body, { ...sample.headers, ...headers }, at(clock));
  const hook = t.fixtures.hellojohn.webhooks;
  const empty = { 'x-hellojohn-signature': `t=${hook.clock},v1=${hook.signatures.S6}` };
  return {
    ERR_WEBHOOK_HEADER_MISSING: () => verify({ 'webhook-id': undefined }),
    ERR_WEBHOOK_HEADER_INVALID: () => verify({ 'webhook-signature': 'v1,short' }),
    ERR_WEBHOOK_HEADER_DUPLICATE: () => verify({ 'webhook-id': ['a', 'b'] }),
    ERR_WEBHOOK_TIMESTAMP_INVALID: () => verify({ 'webhook-timestamp': '1e9' }),
    ERR_WEBHOOK_TIMESTAMP_EXPIRED: () => verify({}, { clock: sample.clock + 301 }),
    ERR_WEBHOOK_TIMESTAMP_FUTURE: () => verify({}, { clock: sample.clock - 301 }),
    ERR_WEBHOOK_SIGNATURE_INVALID: () => verify({}, { body: '{}' }),
    ERR_WEBHOOK_TOO_MANY_SIGNATURES: () => verify({ 'webhook-signature': Array(17).fill(sample.headers['webhook-signature']).join(' ') }),
    ERR_WEBHOOK_PAYLOAD_INVALID: () => createWebhookVerifier({ scheme: 'hellojohn', secrets: hook.secrets[1] }).verifySync('', empty, at(hook.clock)),
    ERR_WEBHOOK_TOO_LARGE: () => verify({}, { maxBodyBytes: 4 }),
    ERR_WEBHOOK_REPLAYED: () => {
      const replayStore = memoryReplayStore();
      verify({}, { replayStore });
      verify({}, { replayStore });
    },
  };
}

export const cases = [
  {
    name: 'errors, every code with its status, challenge and class',
    async run(t) {
      const { countersign } = t;
      const made = await failures(t);
      t.equal(Object.keys(made).sort(), Object.keys(REACHED).sort(), 'codes');
      for (const [code, [status, retryable, challenge, className]] of Object.entries(REACHED)) {
        const error = await t.verdict(code, code + (code.includes('CLAIM_VALIDATION') ? ' aud mismatch' : ''), made[code]);
        if (!(error instanceof Error)) continue;
        t.ok(error instanceof countersign[className], `${code} is no ${className}`);
        t.ok(error.name === className || code === 'ERR_FORBIDDEN', `${code} is named ${error.name}`);
        for (const other of ['ApiError', 'ConfigError', 'KeyError', 'TokenError', 'TransportError', 'WebhookError']) {
          t.equal(error instanceof countersign[other], other === className, `${code} instanceof ${other}`);
        }
        t.equal([error.status, error.retryable], [status, retryable], `${code}: status and retryable`);
        const expected = challenge === undefined || challenge === 'Bearer' ? challenge : `Bearer error="${challenge}", error_description="${error.message.replaceAll('"', "'")}"`;
        t.equal(error.wwwAuthenticate, expected, `${code}: challenge`);
        await checkResponse(t, error);
        checkJson(t, error);
      }
    },
  },
  {
    name: 'errors are what instanceof says, in every entry',
    async run(t) {
      const { CountersignError, TokenError, KeyError, ConfigError } = t.countersign;
      const { HelloJohnError, InvalidTokenError, PermissionError } = t.hellojohn;
      const verifier = t.countersign.createVerifier(options(t.fixtures));
      const error = await t.verdict('a refused token', 'ERR_JWT_INVALID', () => verifier.verifySync('x'));
      t.ok(error instanceof CountersignError && error instanceof TokenError && error instanceof Error, 'its own classes');
      t.ok(!(error instanceof KeyError) && !(error instanceof HelloJohnError), 'no other classes');
      for (const value of [undefined, null, 1, 'x', {}, new Error('x'), { code: 'ERR_JWT_INVALID' }, () => {}, Object.create(null)]) {
        t.ok(!(value instanceof CountersignError), `${typeof value} is no CountersignError`);
      }
      class Own extends CountersignError {}
      t.ok(!(error instanceof Own), 'no error of a class of somebody else');
      const client = t.hellojohn.hellojohn({ tenantId: 't', jwks: t.fixtures.hellojohn.tokens.jwks });
      const provider = await t.verdict("a provider's", 'ERR_JWT_INVALID', () => client.verifyTokenSync('x'));
      t.ok(provider instanceof HelloJohnError && provider instanceof InvalidTokenError && provider instanceof CountersignError && provider instanceof TokenError, "the provider's classes");
      t.ok(!(provider instanceof PermissionError), "none of the provider's other classes");
      const config = await t.verdict("a provider's option", 'ERR_CONFIG_INVALID', () => t.hellojohn.hellojohn({ tenantID: 't' }));
      t.ok(config instanceof ConfigError, 'a wrong option is a ConfigError');
    },
  },
  {
    name: 'errors hold nothing secret',
    async run(t) {
      const secret = 'canary-'.repeat(10);
      const claims = { canary: 'canary-claim', exp: NOW - 1 };
      const verifier = t.countersign.createVerifier(options(t.fixtures, 'EdDSA'));
      const token = await mint(t.fixtures, 'EdDSA', claims);
      const actions = {
        expired: () => verifier.verifySync(token),
        'a bad signature': () => verifier.verifySync(tampered(token, 2)),
        'a token in the wrong place': () => t.countersign.createVerifier({ audience: AUDIENCE, secret: 'canary-short' }),
        'a secret with bad algorithms': () => t.countersign.createVerifier({ audience: AUDIENCE, secret, algorithms: ['RS256'] }),
        'a webhook secret': () => t.countersign.createWebhookVerifier({ scheme: 'standard', secrets: secret }),
        'a client': () => t.hellojohn.hellojohn({ tenantId: 't', secretKey: `pk_${secret}` }),
      };
      for (const [label, action] of Object.entries(actions)) {
        let error;
        try {
          action();
        } catch (thrown) {
          error = thrown;
        }
        const texts = [error?.message, JSON.stringify(error), error?.wwwAuthenticate, await error?.toResponse().text(), String(error?.cause)].join('\n');
        t.ok(error !== undefined, `${label}: nothing was thrown`);
        t.ok(!texts.includes('canary') && !texts.includes(token.split('.')[1]), `${label}: ${texts}`);
      }
    },
  },
];

async function checkResponse(t, error) {
  const response = error.toResponse();
  const body = await response.json();
  t.equal([response.status, response.headers.get('content-type'), response.headers.get('cache-control')], [error.status, 'application/json', 'no-store'], `${error.code}: response`);
  t.equal(response.headers.get('www-authenticate') ?? undefined, error.wwwAuthenticate, `${error.code}: challenge of the response`);
  t.equal(body.code, error.code, `${error.code}: code of the response`);
  t.ok(error.status === 500 ? !body.message.includes(error.message) : body.message === error.message, `${error.code}: message of the response`);
  t.equal(response.headers.get('retry-after') !== null, error.status === 503, `${error.code}: Retry-After`);
}

function checkJson(t, error) {
  const json = JSON.parse(JSON.stringify(error));
  t.equal([json.name, json.code, json.status, json.retryable, json.message], [error.name, error.code, error.status, error.retryable, error.message], `${error.code}: JSON`);
  t.ok(!('stack' in json) && !('body' in json), `${error.code}: JSON with a stack`);
}
