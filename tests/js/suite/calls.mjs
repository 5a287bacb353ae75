/** What one call may bring, what it may not, and what of the surroundings must not reach it. */
import { drip, json, scripted, sleep, until } from './fetches.mjs';
import { AT_NOW, AUDIENCE, ISSUER, mint, NOW, options, publicPart } from './tokens.mjs';

const CONFIG = 'ERR_CONFIG_INVALID';
const SAMPLE = 'https://hooks.example/';

const jwks = (t) => ({ keys: [{ ...publicPart(t.fixtures.keys.ed25519), kid: 'k' }] });
const remote = (t, changes) => t.countersign.createVerifier({ issuer: ISSUER, audience: AUDIENCE, jwksUri: `${ISSUER}/jwks`, currentDate: AT_NOW, ...changes });
const aborted = () => AbortSignal.abort(new RangeError('enough'));

/** Runs `body` while `Object.prototype` holds `members`, as after an attack on a careless merge. */
export async function polluted(members, body) {
  for (const [name, value] of Object.entries(members)) Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true, enumerable: false });
  try {
    return await body();
  } finally {
    for (const name of Object.keys(members)) delete Object.prototype[name];
  }
}

/** A client whose server is scripted. */
export const hellojohn = (t, changes = {}) =>
  t.hellojohn.hellojohn({ tenantId: 'tnt_1', secretKey: 'sk_live_1', apiUrl: 'https://a.example', currentDate: AT_NOW, maxRetries: 0, dangerouslyAllowBrowser: true, ...changes });

/** A call that gives a promise must refuse by it. */
export const rejects = async (call) => {
  let promise;
  try {
    promise = call();
  } catch (error) {
    throw new EvalError(`thrown, not rejected: ${error.code ?? error}`);
  }
  await promise;
};

export const cases = [
  {
    name: 'what stands on Object.prototype is no option of a call',
    async run(t) {
      const { currentDate: _, ...noClock } = options(t.fixtures, 'EdDSA');
      const verifier = t.countersign.createVerifier(noClock);
      const old = await mint(t.fixtures, 'EdDSA');
      for (const call of [undefined, {}]) {
        const verdict = () => verifier.verifySync(old, call);
        await polluted({ currentDate: AT_NOW }, () => t.verdict(`currentDate, call ${JSON.stringify(call)}`, 'ERR_JWT_EXPIRED', verdict));
      }
      const good = t.countersign.createVerifier(options(t.fixtures, 'EdDSA'));
      await polluted({ currentDate: 'x', signal: 'x', waitUntil: 'x' }, () => t.token('values that are none', 'ok', good, old));
      const fetch = scripted(json(jwks(t)));
      const others = scripted(json({ keys: [] }));
      const token = await mint(t.fixtures, 'EdDSA', {}, { kid: 'k' });
      await polluted({ fetch: others }, () => t.verdict('fetch', 'ok', () => remote(t, { fetch }).verify(token)));
      const [sample] = t.fixtures.vendors.deliveries;
      const webhooks = t.countersign.createWebhookVerifier({ scheme: sample.scheme, secrets: sample.secrets });
      await polluted({ currentDate: new Date(sample.clock * 1000) }, () =>
        t.verdict('currentDate, a webhook', 'ERR_WEBHOOK_TIMESTAMP_EXPIRED', () => webhooks.verifySync(sample.body, sample.headers)),
      );
      const api = scripted(json({ id: 'u' }));
      await polluted({ fetch: others }, () => t.verdict('fetch, an API', 'ok', () => hellojohn(t, { fetch: api }).users.get('u')));
      t.equal(others.calls.length, 0, 'calls of the other fetch');
      const { tokens, verifier: row } = t.fixtures.contracts.nicelogin;
      const local = t.nicelogin.NiceLoginJWKS(row.jwks, { currentDate: new Date(1_790_000_600_000) });
      const forged = `${tokens['NL-1'].slice(0, -20)}${'A'.repeat(20)}`;
      await polluted({ verify: false }, () => t.verdict('verify', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', () => local.unpack(forged)));
    },
  },
  {
    name: 'a signal is one, and counts before anything else',
    async run(t) {
      const verifier = t.countersign.createVerifier(options(t.fixtures, 'EdDSA'));
      const token = await mint(t.fixtures, 'EdDSA');
      const [sample] = t.fixtures.vendors.deliveries;
      const webhooks = t.countersign.createWebhookVerifier({ scheme: sample.scheme, secrets: sample.secrets, currentDate: new Date(sample.clock * 1000) });
      const request = () => new Request(SAMPLE, { method: 'POST', headers: sample.headers, body: sample.body });
      const ways = {
        verify: (call) => verifier.verify(token, call),
        verifySync: (call) => verifier.verifySync(token, call),
        preload: (call) => verifier.preload(call),
        'webhook verify': (call) => webhooks.verify(request(), call),
        'webhook verifySync': (call) => webhooks.verifySync(sample.body, sample.headers, call),
        'webhook stream': (call) => webhooks.stream(sample.headers, call),
        'an API call': (call) => hellojohn(t, { fetch: scripted(json({ id: 'u' })) }).users.get('u', {}, call),
      };
      for (const [way, run] of Object.entries(ways)) {
        for (const signal of [{}, 'x', 7, true]) await t.verdict(`${way}: ${JSON.stringify(signal)}`, CONFIG, () => run({ signal }));
        await t.verdict(`${way}: aborted`, 'UNTYPED RangeError', () => run({ signal: aborted() }));
        await t.verdict(`${way}: one that waits`, 'ok', () => run({ signal: new AbortController().signal }));
      }
    },
  },
  {
    name: 'a waitUntil that throws changes no verdict',
    async run(t) {
      const { now } = Date;
      const fetch = scripted(json(jwks(t)));
      const verifier = remote(t, { fetch });
      const token = await mint(t.fixtures, 'EdDSA', {}, { kid: 'k' });
      await verifier.preload();
      Date.now = () => now.call(Date) + 560_000;
      let asked = 0;
      const waitUntil = () => {
        asked += 1;
        throw new TypeError('Illegal invocation');
      };
      try {
        await t.verdict('verifySync', 'ok', () => verifier.verifySync(token, { waitUntil }));
        await until(() => fetch.calls.length === 2 && !verifier.keys.reloading);
        Date.now = () => now.call(Date) + 2 * 560_000;
        await t.verdict('verify', 'ok', () => verifier.verify(token, { waitUntil }));
        await until(() => fetch.calls.length === 3);
      } finally {
        Date.now = now;
      }
      t.equal([asked, fetch.calls.length], [2, 3], 'handed over, fetched');
    },
  },
  {
    name: 'several issuers have one clock and one way out',
    async run(t) {
      const one = (issuer, own) => ({ issuer, audience: AUDIENCE, key: publicPart(t.fixtures.keys.ed25519), ...own });
      const [A, B] = ['https://a.example', 'fetchedAt'];
      const { createVerifier } = t.countersign;
      const fetch = scripted(json(jwks(t)));
      for (const [name, value] of Object.entries({ fetch, currentDate: AT_NOW })) {
        const error = await t.verdict(`${name} in the second`, CONFIG, () => createVerifier([one(A), one(B, { [name]: value })]));
        t.ok(error.message.includes(name) && error.message.includes('first entry'), error.message);
        await t.verdict(`${name} in both`, 'ok', () => createVerifier([one(A, { [name]: value }), one(B, { [name]: value })]));
      }
      const { keys } = createVerifier([one(A), one(B)]);
      t.equal(keys[B], { fresh: true, coolingDown: false, reloading: false, count: 1 }, 'the keys of an issuer named fetchedAt');
    },
  },
  {
    name: 'optional forgives no missing token of a check or a token',
    async run(t) {
      const verifier = t.countersign.createVerifier(options(t.fixtures, 'EdDSA'));
      const token = await mint(t.fixtures, 'EdDSA');
      const request = () => new Request('https://api.example/', { headers: { authorization: `Bearer ${token}` } });
      const another = () => verifier.verifySync(new Headers());
      for (const demand of ['check', 'token']) {
        const guarded = t.workers.protect(verifier, { optional: true, [demand]: another })(() => new Response('in'));
        const answer = await t.verdict(demand, 'ok', () => guarded(request(), {}, { waitUntil() {} }));
        t.equal(answer.status, 401, `status for ${demand}`);
      }
    },
  },
  {
    name: 'an answer that nobody waits for is given up',
    async run(t) {
      const token = await mint(t.fixtures, 'EdDSA', {}, { kid: 'k' });
      const late = drip();
      const slow = async () => (await sleep(60), late());
      await t.verdict('late', 'ERR_JWKS_TIMEOUT', () => remote(t, { fetch: slow, timeoutDuration: 20 }).verify(token));
      t.ok(await until(() => late.cancelled), 'the late body is read on');
      const moved = drip();
      const redirected = async () => Object.defineProperty(moved(), 'redirected', { value: true });
      const error = await remote(t, { fetch: redirected }).verify(token).catch((thrown) => thrown);
      t.ok(error.status === 503, `redirected: ${error.code}`);
      t.ok(await until(() => moved.cancelled), 'the body of a redirected answer is left open');
    },
  },
  {
    name: 'a wait longer than timers can be set to does not end at once',
    async run(t) {
      const token = await mint(t.fixtures, 'EdDSA', {}, { kid: 'k' });
      const slow = async () => (await sleep(30), json(jwks(t))());
      for (const timeoutDuration of [2 ** 31, 3e9]) {
        await t.verdict(String(timeoutDuration), 'ok', () => remote(t, { fetch: slow, timeoutDuration }).verify(token));
      }
    },
  },
  {
    name: 'calls that give promises refuse by them',
    async run(t) {
      const client = hellojohn(t, { fetch: scripted(json({})) });
      const circle = {};
      circle.self = circle;
      const calls = {
        'options text': () => client.users.get('id', {}, 'x'),
        'a BigInt': () => client.users.create({ email: 'x', size: 1n }),
        'a circle': () => client.users.create(circle),
        'a list with a BigInt': () => client.users.list({ limit: 1n }),
        'a list of a number': () => client.users.list(5),
        'a BigInt as an option': () => client.users.get('id', {}, { timeout: 1n }),
        'fetch a number': () => client.users.get('id', {}, { fetch: 5 }),
        'many requests behind one': () => client.sessions.revokeAll(1n),
      };
      for (const [label, call] of Object.entries(calls)) await t.verdict(label, CONFIG, () => rejects(call));
      await t.verdict('a list that is walked', CONFIG, async () => {
        for await (const _ of client.users.list(5)) t.fail('an item');
      });
    },
  },
  {
    name: 'a request whose body is locked is refused by name',
    async run(t) {
      const webhooks = t.countersign.createWebhookVerifier({ scheme: 'stripe', secrets: 'whsec_x', currentDate: AT_NOW });
      const request = new Request(SAMPLE, { method: 'POST', body: '{}', headers: { 'stripe-signature': `t=${NOW},v1=00` } });
      request.body.getReader();
      await t.verdict('locked', CONFIG, () => webhooks.verify(request));
    },
  },
];
