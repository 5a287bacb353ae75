/** Remote key sets: when they are fetched, what may go wrong, and that a good set is kept. */
import { deaf, down, drip, json, large, scripted, sleep, stall, status, until } from './fetches.mjs';
import { AT_NOW, AUDIENCE, ISSUER, mint, publicPart, sign } from './tokens.mjs';

const UNAVAILABLE = 'ERR_JWKS_UNAVAILABLE';
const INVALID = 'ERR_JWKS_INVALID';
const TIMEOUT = 'ERR_JWKS_TIMEOUT';
const NO_KEY = 'ERR_JWKS_NO_MATCHING_KEY';

const URI = `${ISSUER}/jwks.json`;

const jwk = (t, name, kid) => ({ ...publicPart(t.fixtures.keys[name]), kid });
const setOf = (...keys) => json({ keys });
const first = (t) => setOf(jwk(t, 'ed25519', 'k1'));
const second = (t) => setOf(jwk(t, 'ed25519', 'k1'), jwk(t, 'ed25519Other', 'k2'));

const remote = (t, fetch, changes = {}) =>
  t.countersign.createVerifier({ issuer: ISSUER, audience: AUDIENCE, jwksUri: URI, currentDate: AT_NOW, fetch, ...changes });

const withFirst = (t) => mint(t.fixtures, 'EdDSA', {}, { kid: 'k1' });
const withSecond = (t) => sign(t.fixtures.keys.ed25519Other, { alg: 'EdDSA', kid: 'k2' });

export const cases = [
  {
    name: 'keys are fetched once, and without credentials',
    async run(t) {
      const fetch = scripted(first(t));
      const verifier = remote(t, fetch, { headers: { 'x-trace': 'a' } });
      const token = await withFirst(t);
      await t.verdict('sync before', UNAVAILABLE, () => verifier.verifySync(token));
      t.equal(fetch.calls.length, 0, 'fetches by verifySync');
      t.equal(verifier.keys, { fresh: false, coolingDown: false, reloading: false, count: 0 }, 'keys before');
      await t.verdict('verify', 'ok', () => verifier.verify(token));
      await t.verdict('sync afterwards', 'ok', () => verifier.verifySync(token));
      await t.verdict('verify again', 'ok', () => verifier.verify(token));
      t.equal(fetch.calls.length, 1, 'fetches');
      const [{ url, method, redirect, headers, body }] = fetch.calls;
      t.equal({ url, method, redirect, body }, { url: URI, method: 'GET', redirect: 'manual', body: '' }, 'request');
      t.equal(headers['x-trace'], 'a', 'own header');
      t.ok(!('authorization' in headers) && !('cookie' in headers), 'the request carries credentials');
      const { fetchedAt, ...status } = verifier.keys;
      t.equal(status, { fresh: true, coolingDown: false, reloading: false, count: 1 }, 'keys afterwards');
      t.ok(fetchedAt instanceof Date && Math.abs(fetchedAt.getTime() - Date.now()) < 60_000, 'fetchedAt is a recent Date');
    },
  },
  {
    name: 'keys, refused tokens cause no fetch',
    async run(t) {
      const fetch = scripted(first(t));
      const verifier = remote(t, fetch);
      const [header, payload] = (await withFirst(t)).split('.');
      await t.verdict('malformed', 'ERR_JWT_INVALID', () => verifier.verify('a.b'));
      await t.verdict('none', 'ERR_JOSE_ALG_NOT_ALLOWED', () => verifier.verify(`${btoa('{"alg":"none"}').replaceAll('=', '')}.${payload}.`));
      await t.verdict('HS256', 'ERR_JOSE_ALG_NOT_ALLOWED', () => verifier.verify(`${btoa('{"alg":"HS256"}').replaceAll('=', '')}.${payload}.AAAA`));
      await t.verdict('nothing', 'ERR_TOKEN_MISSING', () => verifier.verify(new Headers()));
      await t.verdict('too large', 'ERR_TOKEN_TOO_LARGE', () => verifier.verify(`${header}.${'A'.repeat(20_000)}.AAAA`));
      t.equal(fetch.calls.length, 0, 'fetches');
    },
  },
  {
    name: 'keys, many cold verifications make one fetch',
    async run(t) {
      const fetch = scripted(async () => (await sleep(30), first(t)()));
      const verifier = remote(t, fetch);
      const token = await withFirst(t);
      const all = await Promise.allSettled([...Array.from({ length: 25 }, () => verifier.verify(token)), verifier.preload(), verifier.preload()]);
      await t.verdict('all', 'ok', () => {
        for (const { status, reason } of all) if (status === 'rejected') throw reason;
      });
      t.equal(fetch.calls.length, 1, 'fetches');
      const payloads = new Set(all.slice(0, 25).map(({ value }) => value.payload));
      t.equal(payloads.size, 25, 'different payload objects');
    },
  },
  {
    name: 'keys, a rotation is noticed',
    async run(t) {
      const fetch = scripted(first(t), second(t));
      const verifier = remote(t, fetch);
      await t.verdict('first key', 'ok', async () => verifier.verify(await withFirst(t)));
      await t.verdict('second key, sync', UNAVAILABLE, async () => verifier.verifySync(await withSecond(t)));
      await t.verdict('second key', 'ok', async () => verifier.verify(await withSecond(t)));
      await t.verdict('first key still', 'ok', async () => verifier.verifySync(await withFirst(t)));
      t.equal(fetch.calls.length, 2, 'fetches');
      t.equal(verifier.keys.count, 2, 'count');
    },
  },
  {
    name: 'keys, unknown ids do not flood the endpoint',
    async run(t) {
      const fetch = scripted(first(t));
      const verifier = remote(t, fetch);
      const unknown = await Promise.all(Array.from({ length: 40 }, (_, index) => sign(t.fixtures.keys.ed25519Other, { alg: 'EdDSA', kid: `x${index}` })));
      for (const [index, token] of unknown.entries()) await t.verdict(`unknown ${index}`, NO_KEY, () => verifier.verify(token));
      t.ok(fetch.calls.length <= 6, `40 unknown ids made ${fetch.calls.length} fetches`);
      await t.verdict('a refetched one, sync', NO_KEY, () => verifier.verifySync(unknown[0]));
      await t.verdict('the good one', 'ok', async () => verifier.verifySync(await withFirst(t)));
      t.equal(verifier.keys.coolingDown, true, 'coolingDown');
      const parallel = scripted(async () => (await sleep(20), first(t)()));
      const other = remote(t, parallel);
      await Promise.allSettled(unknown.slice(0, 20).map((token) => other.verify(token)));
      t.ok(parallel.calls.length <= 6, `20 unknown ids at once made ${parallel.calls.length} fetches`);
    },
  },
  {
    name: 'keys, an outage closes a cold verifier and spares a warm one',
    async run(t) {
      const token = await withFirst(t);
      const cold = remote(t, scripted(down));
      const error = await t.verdict('cold', UNAVAILABLE, () => cold.verify(token));
      t.equal([error.status, error.retryable, error.wwwAuthenticate], [503, true, undefined], 'status, retryable, challenge');
      t.ok(error.retryAfter >= 1, 'retryAfter');
      await t.verdict('cold, at once again', UNAVAILABLE, () => cold.verify(token));
      await t.verdict('cold, sync', UNAVAILABLE, () => cold.verifySync(token));
      await t.verdict('preload', UNAVAILABLE, () => cold.preload());
      const fetch = scripted(first(t), down);
      const warm = remote(t, fetch, { cacheMaxAge: 20, cooldownDuration: 10, staleWhileRevalidate: 0 });
      await t.verdict('warm', 'ok', () => warm.verify(token));
      await sleep(40);
      await t.verdict('past its end, endpoint down', 'ok', () => warm.verify(token));
      t.ok(fetch.calls.length >= 2, 'a newer set was asked for');
      await t.verdict('unknown key, endpoint down', UNAVAILABLE, async () => warm.verify(await withSecond(t)));
      const brief = remote(t, scripted(first(t), down), { cacheMaxAge: 10, cooldownDuration: 10, staleWhileRevalidate: 0, staleIfError: 0 });
      await t.verdict('no stale keys, warm', 'ok', () => brief.verify(token));
      await sleep(30);
      await t.verdict('no stale keys, endpoint down', UNAVAILABLE, () => brief.verify(token));
    },
  },
  {
    name: 'keys come back after an outage',
    async run(t) {
      const token = await withFirst(t);
      const verifier = remote(t, scripted(down, first(t)), { cooldownDuration: 20 });
      await t.verdict('down', UNAVAILABLE, () => verifier.verify(token));
      await sleep(400);
      await t.verdict('up again', 'ok', () => verifier.verify(token));
    },
  },
  {
    name: 'keys, answers that are unusable',
    async run(t) {
      const token = await withFirst(t);
      const tooLarge = large(4 << 20);
      const answers = {
        'no JSON': [status(200, '<html>'), INVALID],
        empty: [status(200, ''), INVALID],
        'no content': [status(204), UNAVAILABLE],
        'an array': [json([]), INVALID],
        'no keys member': [json({}), INVALID],
        'keys no array': [json({ keys: {} }), INVALID],
        'JSON cut short': [status(200, '{"keys":[{"kty":"OKP"'), INVALID],
        'not found': [status(404), UNAVAILABLE],
        forbidden: [status(403), UNAVAILABLE],
        'a server error': [status(500, '{"keys":[]}'), UNAVAILABLE],
        'a redirect': [status(302, null, { location: 'https://evil.example/jwks.json' }), INVALID],
        'a permanent redirect': [status(308, null, { location: '/other' }), INVALID],
        'too large': [tooLarge, INVALID],
        'too many keys': [setOf(...Array.from({ length: 200 }, (_, index) => jwk(t, 'ed25519', `x${index}`))), INVALID],
        'a fetch that throws': [() => { throw new TypeError('no'); }, UNAVAILABLE],
        'a fetch that gives nothing': [() => undefined, UNAVAILABLE],
        'a fetch that gives text': [() => 'x', UNAVAILABLE],
        'a body that breaks off': [() => new Response(new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) })), UNAVAILABLE],
      };
      for (const [label, [answer, expected]] of Object.entries(answers)) {
        const fetch = scripted(answer);
        const error = await t.verdict(label, expected, () => remote(t, fetch).verify(token));
        t.equal([error.status, error.retryable], [503, true], `${label}: status and retryable`);
        t.equal(fetch.calls.length, 1, `${label}: fetches`);
      }
      t.ok(tooLarge.sent < 1 << 20, `${tooLarge.sent} bytes of an oversize set were read`);
      const skipping = remote(t, scripted(setOf({ kty: 'oct', k: 'AAAA' }, { kty: 'AKP' }, 7, jwk(t, 'ed25519', 'k1'))));
      await t.verdict('bad keys beside a good one', 'ok', () => skipping.verify(token));
      const empty = remote(t, scripted(setOf()));
      await t.verdict('an empty set', NO_KEY, () => empty.verify(token));
    },
  },
  {
    name: 'keys, redirects are never followed',
    async run(t) {
      const token = await withFirst(t);
      const followed = () => Object.defineProperty(first(t)(), 'redirected', { value: true });
      await t.verdict('a fetch that followed one', INVALID, () => remote(t, scripted(followed)).verify(token));
      const opaque = () => Object.defineProperty(first(t)(), 'type', { value: 'opaqueredirect' });
      await t.verdict('an opaque redirect', INVALID, () => remote(t, scripted(opaque)).verify(token));
    },
  },
  {
    name: 'keys, slow answers end at the deadline',
    async run(t) {
      const token = await withFirst(t);
      const dripping = drip();
      for (const [label, answer] of Object.entries({ stalled: stall, deaf, dripping })) {
        const start = Date.now();
        const error = await t.verdict(label, TIMEOUT, () => remote(t, scripted(answer), { timeoutDuration: 150 }).verify(token));
        t.equal([error.status, error.retryable], [503, true], `${label}: status and retryable`);
        t.ok(Date.now() - start < 5000, `${label}: took ${Date.now() - start} ms`);
      }
      t.ok(await until(() => dripping.cancelled), 'the dripping body was not given up');
    },
  },
  {
    name: 'keys, a caller may give up',
    async run(t) {
      const token = await withFirst(t);
      for (const [label, answer] of Object.entries({ stalled: stall, deaf, dripping: drip() })) {
        const verifier = remote(t, scripted(answer, first(t)), { timeoutDuration: 800 });
        const controller = new AbortController();
        const reason = new RangeError('enough');
        setTimeout(() => controller.abort(reason), 20);
        const error = await t.verdict(label, 'UNTYPED RangeError', () => verifier.verify(token, { signal: controller.signal }));
        t.ok(error === reason, `${label}: the reason comes through`);
        await sleep(300);
        await t.verdict(`${label}, the next caller`, 'ok', () => verifier.verify(token));
      }
      const fetch = scripted(first(t));
      await t.verdict('before it began', 'UNTYPED AbortError', () => remote(t, fetch).verify(token, { signal: AbortSignal.abort() }));
      t.equal(fetch.calls.length, 0, 'fetches for an aborted call');
    },
  },
  {
    name: 'keys, one caller giving up leaves the others alone',
    async run(t) {
      const token = await withFirst(t);
      const fetch = scripted(async (_, init) => {
        await sleep(40);
        init?.signal?.throwIfAborted();
        return first(t)();
      });
      const verifier = remote(t, fetch, { cooldownDuration: 0 });
      const controller = new AbortController();
      const impatient = verifier.verify(token, { signal: controller.signal });
      const patient = verifier.verify(token);
      setTimeout(() => controller.abort(), 10);
      await t.verdict('impatient', 'UNTYPED AbortError', () => impatient);
      await t.verdict('patient', 'ok', () => patient);
    },
  },
  {
    name: 'keys, fetch of one call',
    async run(t) {
      const token = await withFirst(t);
      const [own, other] = [scripted(down), scripted(first(t))];
      await t.verdict('wins over the option', 'ok', () => remote(t, own).verify(token, { fetch: other }));
      t.equal([own.calls.length, other.calls.length], [0, 1], 'fetches');
    },
  },
  {
    name: 'keys are preloaded',
    async run(t) {
      const fetch = scripted(first(t));
      const verifier = remote(t, fetch);
      await t.verdict('preload', 'ok', () => verifier.preload());
      await t.verdict('sync', 'ok', async () => verifier.verifySync(await withFirst(t)));
      await t.verdict('preload again', 'ok', () => verifier.preload());
      t.equal(fetch.calls.length, 1, 'fetches');
      const local = t.countersign.createVerifier({ audience: AUDIENCE, jwks: { keys: [jwk(t, 'ed25519', 'k1')] } });
      await t.verdict('keys at hand', 'ok', () => local.preload());
    },
  },
  {
    name: 'keys are refreshed behind an answer',
    async run(t) {
      const token = await withFirst(t);
      const fetch = scripted(first(t), second(t));
      const soonDue = { cacheMaxAge: 2_000, staleWhileRevalidate: 1_000 };
      const verifier = remote(t, fetch, soonDue);
      await verifier.preload();
      await sleep(1_050);
      const left = [];
      await t.verdict('answer', 'ok', () => verifier.verify(token, { waitUntil: (promise) => left.push(promise) }));
      t.equal(left.length, 1, 'promises left with waitUntil');
      await Promise.all(left);
      t.equal(fetch.calls.length, 2, 'fetches');
      await t.verdict('the new key, sync', 'ok', async () => verifier.verifySync(await withSecond(t)));
      const failing = remote(t, scripted(first(t), down), soonDue);
      await failing.preload();
      await sleep(1_050);
      const kept = [];
      await t.verdict('endpoint down', 'ok', () => failing.verify(token, { waitUntil: (promise) => kept.push(promise) }));
      await t.verdict('the promise left behind', 'ok', () => Promise.all(kept));
    },
  },
  {
    name: 'keys, one call makes one fetch whatever the times are',
    async run(t) {
      const token = await withFirst(t);
      const times = {
        'refresh always due': { cacheMaxAge: 60_000, staleWhileRevalidate: 60_000 },
        'never fresh': { cacheMaxAge: 0 },
        'no cooldown': { cooldownDuration: 0 },
      };
      for (const [label, changes] of Object.entries(times)) {
        const fetch = scripted(first(t));
        const verifier = remote(t, fetch, { timeoutDuration: 200, ...changes });
        const left = [];
        await t.verdict(label, 'ok', () => verifier.verify(token, { waitUntil: (promise) => left.push(promise) }));
        await Promise.all(left);
        t.ok(fetch.calls.length <= 2, `${label}: one call made ${fetch.calls.length} fetches`);
      }
      const fetch = scripted(down);
      await t.verdict('no cooldown, endpoint down', UNAVAILABLE, () => remote(t, fetch, { timeoutDuration: 200, cooldownDuration: 0 }).verify(token));
      t.ok(fetch.calls.length <= 2, `no cooldown, endpoint down: one call made ${fetch.calls.length} fetches`);
    },
  },
  {
    name: 'keys as a snapshot',
    async run(t) {
      const token = await withFirst(t);
      const warm = remote(t, scripted(first(t)));
      await warm.preload();
      const snapshot = JSON.parse(JSON.stringify(warm.snapshot()));
      const fetch = scripted(down);
      const cold = remote(t, fetch);
      await t.verdict('restore', 'ok', () => cold.restore(snapshot));
      await t.verdict('sync from it', 'ok', () => cold.verifySync(token));
      t.equal(fetch.calls.length, 0, 'fetches');
      t.equal(cold.keys.fetchedAt?.getTime(), warm.keys.fetchedAt?.getTime(), 'fetchedAt');
      t.equal(cold.snapshot(), snapshot, 'snapshot of a snapshot');
      const elsewhere = remote(t, fetch, { jwksUri: `${ISSUER}/other.json` });
      await t.verdict('of another URI', 'ERR_CONFIG_INVALID', () => elsewhere.restore(snapshot));
      await t.verdict('of another URI, afterwards', UNAVAILABLE, () => elsewhere.verifySync(token));
      for (const [label, value] of Object.entries({ undefined: undefined, null: null, text: JSON.stringify(snapshot), 'a number': 1, 'an object': {}, 'an array': [], 'a key set': { keys: [] }, 'a Promise': Promise.resolve(snapshot) })) {
        await t.verdict(label, 'ERR_CONFIG_INVALID', () => remote(t, fetch).restore(value));
      }
      await t.verdict('empty', 'ok', () => remote(t, fetch).restore(remote(t, fetch).snapshot()));
      t.ok(!JSON.stringify(snapshot).includes('"d"'), 'a snapshot holds public keys only');
    },
  },
  {
    name: 'keys by discovery',
    async run(t) {
      const token = await withFirst(t);
      const discover = (metadata, changes = {}) => {
        const fetch = scripted(json(metadata), first(t));
        const verifier = t.countersign.createVerifier({ issuer: ISSUER, audience: AUDIENCE, currentDate: AT_NOW, fetch, ...changes });
        return { fetch, verifier };
      };
      const good = discover({ issuer: ISSUER, jwks_uri: `${ISSUER}/keys` });
      await t.verdict('good', 'ok', () => good.verifier.verify(token));
      t.equal(good.fetch.calls.map(({ url }) => url), [`${ISSUER}/.well-known/openid-configuration`, `${ISSUER}/keys`], 'URLs');
      const metadata = {
        'of another issuer': { issuer: 'https://other.example', jwks_uri: `${ISSUER}/keys` },
        'of an issuer with a slash': { issuer: `${ISSUER}/`, jwks_uri: `${ISSUER}/keys` },
        'without an issuer': { jwks_uri: `${ISSUER}/keys` },
        'without a key URL': { issuer: ISSUER },
        'with a plain http URL': { issuer: ISSUER, jwks_uri: 'http://issuer.example/keys' },
        'with a file URL': { issuer: ISSUER, jwks_uri: 'file:///etc/passwd' },
        'with a number as URL': { issuer: ISSUER, jwks_uri: 7 },
        'that is an array': [],
      };
      for (const [label, value] of Object.entries(metadata)) {
        await t.verdict(label, INVALID, () => discover(value).verifier.verify(token));
      }
    },
  },
  {
    name: 'keys, a fetch that enters the verifier again',
    async run(t) {
      const token = await withFirst(t);
      const inner = [];
      const fetch = scripted(async () => {
        try {
          verifier.verifySync(token);
        } catch (error) {
          inner.push(error.code);
        }
        inner.push(verifier.explain(token).accepted, verifier.keys.reloading);
        return first(t)();
      });
      const verifier = remote(t, fetch);
      await t.verdict('verify', 'ok', () => verifier.verify(token));
      t.equal(inner, [UNAVAILABLE, false, true], 'seen from inside');
      const nested = remote(t, scripted(() => first(t)()), { currentDate: () => (t.countersign.dangerouslyDecode(token), AT_NOW) });
      await t.verdict('a clock that decodes', 'ok', () => nested.verify(token));
      await t.verdict('a clock that decodes, sync', 'ok', () => nested.verifySync(token));
    },
  },
];
