/**
 * The promises of the key cache, one case each: how often the endpoint is asked and who is refused.
 * Hours pass by moving the host's clock; see `tests/key_store.rs` for every transition of the core's
 * own machine, and `keys.mjs` for what an endpoint may answer.
 */
import { down, json, scripted, sleep } from './fetches.mjs';
import { AT_NOW, AUDIENCE, ISSUER, mint, publicPart, sign } from './tokens.mjs';

const UNAVAILABLE = 'ERR_JWKS_UNAVAILABLE';
const NO_KEY = 'ERR_JWKS_NO_MATCHING_KEY';

const SECOND = 1_000;
const COOLDOWN = 30 * SECOND;
const MAX_AGE = 600 * SECOND;
const STALE_IF_ERROR = 86_400 * SECOND;

const jwk = (t, name, kid) => ({ ...publicPart(t.fixtures.keys[name]), kid });
const one = (t) => json({ keys: [jwk(t, 'ed25519', 'k1')] });
const two = (t) => json({ keys: [jwk(t, 'ed25519', 'k1'), jwk(t, 'ed25519Other', 'k2')] });
const slowly = (answer) => async () => (await sleep(20), answer());

/** A verifier with the default times. */
const remote = (t, fetch, changes = {}) =>
  t.countersign.createVerifier({ issuer: ISSUER, audience: AUDIENCE, jwksUri: `${ISSUER}/jwks.json`, currentDate: AT_NOW, fetch, ...changes });

/** The same with the first key in memory; `fetch.count` counts from there. */
async function warm(t, ...later) {
  const fetch = scripted(one(t), ...later);
  const verifier = remote(t, fetch);
  await verifier.preload();
  return { verifier, fetch: { get count() { return fetch.calls.length - 1; } } };
}

const withFirst = (t) => mint(t.fixtures, 'EdDSA', {}, { kid: 'k1' });
const withSecond = (t) => sign(t.fixtures.keys.ed25519Other, { alg: 'EdDSA', kid: 'k2' });
const invented = (t, count) => Promise.all(Array.from({ length: count }, (_, index) => sign(t.fixtures.keys.ed25519Other, { alg: 'EdDSA', kid: `invented-${index}` })));

/** Runs `body` with a clock that goes on as it does, and further when `pass` says so. */
async function inTime(body) {
  const { now } = Date;
  let ahead = 0;
  Date.now = () => now.call(Date) + ahead;
  try {
    await body((millis) => (ahead += millis));
  } finally {
    Date.now = now;
  }
}

/** The one verdict of many verifications, or all that occurred. */
async function together(t, verifications) {
  const outcomes = await Promise.allSettled(verifications);
  const different = new Set(outcomes.map(({ status, reason }) => (status === 'fulfilled' ? 'ok' : t.describe(reason))));
  return [...different].sort().join(' and ');
}

export const cases = [
  {
    name: 'key cache, fifty cold verifications make one fetch',
    async run(t) {
      const fetch = scripted(slowly(one(t)));
      const verifier = remote(t, fetch);
      const token = await withFirst(t);
      t.equal(await together(t, Array.from({ length: 50 }, () => verifier.verify(token))), 'ok', 'verdicts');
      t.equal(fetch.calls.length, 1, 'fetches');
    },
  },
  {
    name: 'key cache, twenty unknown ids at once make one fetch',
    async run(t) {
      const { verifier, fetch } = await warm(t, slowly(one(t)));
      const tokens = await invented(t, 20);
      t.equal(await together(t, tokens.map((token) => verifier.verify(token))), NO_KEY, 'verdicts');
      t.equal(fetch.count, 1, 'fetches');
    },
  },
  {
    name: 'key cache, three hundred unknown ids in sequence make four fetches and one per cooldown',
    async run(t) {
      const { verifier, fetch } = await warm(t, one(t));
      const tokens = await invented(t, 300);
      await inTime(async (pass) => {
        const started = Date.now();
        const verdicts = new Set();
        for (const token of tokens) {
          verdicts.add(await together(t, [verifier.verify(token)]));
          pass(500);
        }
        const cooldowns = Math.floor((Date.now() - started) / COOLDOWN);
        t.equal([...verdicts], [NO_KEY], 'verdicts');
        t.ok(fetch.count >= 4 && fetch.count <= 4 + cooldowns, `${fetch.count} fetches in ${cooldowns} cooldowns`);
      });
    },
  },
  {
    name: 'key cache, a new key is accepted right after an invented one',
    async run(t) {
      const { verifier, fetch } = await warm(t, one(t), two(t));
      const [unknown] = await invented(t, 1);
      await t.verdict('invented', NO_KEY, () => verifier.verify(unknown));
      await t.verdict('new', 'ok', async () => verifier.verify(await withSecond(t)));
      t.equal(fetch.count, 2, 'fetches');
    },
  },
  {
    name: 'key cache, an outage refuses nobody and tries once per cooldown',
    async run(t) {
      const { verifier, fetch } = await warm(t, down);
      const token = await withFirst(t);
      await inTime(async (pass) => {
        pass(MAX_AGE + SECOND);
        const started = Date.now();
        const verdicts = new Set();
        for (let call = 0; call < 200; call += 1) {
          verdicts.add(await together(t, [verifier.verify(token)]));
          pass(3 * SECOND);
        }
        const cooldowns = Math.floor((Date.now() - started) / COOLDOWN);
        t.equal([...verdicts], ['ok'], 'verdicts');
        t.ok(fetch.count >= cooldowns / 2 && fetch.count <= cooldowns + 1, `${fetch.count} tries in ${cooldowns} cooldowns`);
      });
    },
  },
  {
    name: 'key cache, an outage that lasts closes with 503',
    async run(t) {
      const { verifier } = await warm(t, down);
      const token = await withFirst(t);
      await inTime(async (pass) => {
        pass(MAX_AGE + STALE_IF_ERROR - 60 * SECOND);
        await t.verdict('in its last minute', 'ok', () => verifier.verify(token));
        pass(120 * SECOND);
        const error = await t.verdict('a minute after it', UNAVAILABLE, () => verifier.verify(token));
        t.equal([error.status, error.retryable, error.wwwAuthenticate], [503, true, undefined], 'status, retryable, challenge');
        await t.verdict('a minute after it, sync', UNAVAILABLE, () => verifier.verifySync(token));
      });
    },
  },
  {
    name: 'key cache, a withdrawn key is refused once its set has aged',
    async run(t) {
      const fetch = scripted(two(t), one(t));
      const verifier = remote(t, fetch, { staleWhileRevalidate: 0 });
      const withdrawn = await withSecond(t);
      await t.verdict('while it is there', 'ok', () => verifier.verify(withdrawn));
      await inTime(async (pass) => {
        pass(MAX_AGE - SECOND);
        await t.verdict('within the age', 'ok', () => verifier.verify(withdrawn));
        pass(2 * SECOND);
        await t.verdict('past the age', NO_KEY, () => verifier.verify(withdrawn));
        await t.verdict('past the age, the other key', 'ok', async () => verifier.verify(await withFirst(t)));
      });
      t.equal(fetch.calls.length, 2, 'fetches');
    },
  },
  {
    name: 'key cache, a set that is nested without end is refused',
    async run(t) {
      const depth = 50_000;
      const bombs = { arrays: `{"keys":${'['.repeat(depth)}${']'.repeat(depth)}}`, objects: `${'{"keys":'.repeat(20_000)}1${'}'.repeat(20_000)}`, 'within a key': `{"keys":[{"kty":${'['.repeat(depth)}${']'.repeat(depth)}}]}` };
      const token = await withFirst(t);
      for (const [label, text] of Object.entries(bombs)) {
        await t.verdict(label, 'ERR_JWKS_INVALID', () => remote(t, scripted(() => new Response(text))).verify(token));
      }
    },
  },
  {
    name: 'key cache, bad keys are left out and not counted',
    async run(t) {
      const { n, ...short } = jwk(t, 'rsa', 'short');
      const bad = [7, null, { kty: 'oct', k: 'AAAA' }, { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }, { ...short, n: n.slice(0, 80) }];
      const verifier = remote(t, scripted(json({ keys: [...bad, jwk(t, 'ed25519', 'k1')] })));
      await t.verdict('the good one', 'ok', async () => verifier.verify(await withFirst(t)));
      t.equal(verifier.keys.count, 1, 'count');
    },
  },
];
