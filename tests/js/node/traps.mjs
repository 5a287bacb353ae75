/** A trap costs the call that met it, and nothing else: the core starts over, every object makes itself again. */
import { json, scripted, sleep } from '../suite/fetches.mjs';
import { AT_NOW, AUDIENCE, ISSUER, mint, options, publicPart, tampered } from '../suite/tokens.mjs';
import { trappingBuild } from './trapping-build.mjs';

const SIGNATURE = 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED';

/** How many calls of functions a trap waits for: each of the first, then further and further in. */
const DEPTHS = [...Array.from({ length: 40 }, (_, index) => index + 1), 60, 100, 200, 400, 1_000, 2_000, 5_000];

let built;
const build = () => (built ??= trappingBuild());

/** Whether `action` met the trap; whatever else it throws comes through. */
function meets(t, trap, calls, action) {
  trap(calls);
  try {
    action();
    return false;
  } catch (error) {
    if (!(error.cause instanceof WebAssembly.RuntimeError)) throw error;
    t.ok(error.message.includes('this call has no verdict'), `message: ${error.message}`);
    t.ok(error.code === undefined, `a trap has the code ${error.code}`);
    return true;
  } finally {
    trap(0);
  }
}

const remote = (countersign, fetch) =>
  countersign.createVerifier({ issuer: ISSUER, audience: AUDIENCE, jwksUri: `${ISSUER}/jwks`, currentDate: AT_NOW, fetch });

const keySet = (t) => json({ keys: [publicPart(t.fixtures.keys.ed25519)] });

export const cases = [
  {
    name: 'traps, the shipped module has none on demand',
    async run(t) {
      const { shipped } = await build();
      const names = WebAssembly.Module.exports(new WebAssembly.Module(shipped)).map(({ name }) => name);
      t.ok(names.includes('verifySync') && !names.includes('countdown'), names.join());
    },
  },
  {
    name: 'traps, anywhere in a verification',
    async run(t) {
      const { countersign, trap } = await build();
      for (const algorithm of ['HS256', 'ES256', 'RS256']) {
        const verifier = countersign.createVerifier(options(t.fixtures, algorithm, { tokenCache: false }));
        const good = await mint(t.fixtures, algorithm);
        let met = 0;
        for (const calls of DEPTHS) {
          met += meets(t, trap, calls, () => verifier.verifySync(good)) ? 1 : 0;
          t.equal(verifier.verifySync(good).payload.sub, 'user-1', `${algorithm}, the call after a trap ${calls} calls in`);
        }
        t.ok(met >= 10, `${algorithm}: only ${met} of ${DEPTHS.length} depths met the trap`);
        await t.verdict(`${algorithm}, a forged token after all traps`, SIGNATURE, () => verifier.verifySync(tampered(good, 2)));
      }
    },
  },
  {
    name: 'traps, anywhere in the making of a verifier',
    async run(t) {
      const { countersign, trap } = await build();
      const good = await mint(t.fixtures, 'EdDSA');
      let met = 0;
      for (const calls of DEPTHS) {
        met += meets(t, trap, calls, () => countersign.createVerifier(options(t.fixtures))) ? 1 : 0;
        t.equal(countersign.createVerifier(options(t.fixtures)).verifySync(good).payload.sub, 'user-1', `after a trap ${calls} calls in`);
      }
      t.ok(met >= 10, `only ${met} of ${DEPTHS.length} depths met the trap`);
    },
  },
  {
    name: 'traps, every object that is there goes on, with the keys it had',
    async run(t) {
      const { countersign, hellojohn, workers, trap } = await build();
      const fetch = scripted(keySet(t));
      const keys = remote(countersign, fetch);
      await keys.preload();
      const { fetchedAt } = keys.keys;
      const good = await mint(t.fixtures, 'EdDSA', { roles: ['admin'] });
      const local = countersign.createVerifier(options(t.fixtures, 'EdDSA', { rolesClaim: 'roles' }));
      const guarded = workers.protect(local, { roles: ['admin'] })(() => new Response('in'));
      const refused = workers.protect(local, { roles: ['owner'] })(() => new Response('in'));
      const request = () => new Request('https://api.example/', { headers: { authorization: `Bearer ${good}` } });
      const { scheme, secrets, clock, headers, body } = t.fixtures.vendors.deliveries[0];
      const webhook = countersign.createWebhookVerifier({ scheme, secrets });
      const api = scripted(json({ id: 'u' }));
      const client = hellojohn.hellojohn({ tenantId: 'tnt_1', secretKey: 'sk_live_1', apiUrl: 'https://a.example', fetch: api });
      const stream = webhook.stream(headers, { currentDate: new Date(clock * 1000) });

      t.ok(meets(t, trap, 3, () => local.verifySync(good)), 'no trap');
      await t.verdict('a remote verifier, sync', 'ok', () => keys.verifySync(good));
      t.equal([fetch.calls.length, keys.keys.count, keys.keys.fetchedAt?.getTime()], [1, 1, fetchedAt.getTime()], 'fetches, count and age of its keys');
      await t.verdict('a local one', 'ok', () => local.verifySync(good));
      t.equal(await (await guarded(request(), {}, { waitUntil() {} })).text(), 'in', 'a guard');
      t.equal((await refused(request(), {}, { waitUntil() {} })).status, 403, 'a guard that refuses');
      await t.verdict('a webhook verifier', 'ok', () => webhook.verifySync(body, headers, { currentDate: new Date(clock * 1000) }));
      await t.verdict('a client', 'ok', () => client.users.get('u'));
      let streamed = 'a verdict';
      try {
        stream.update(new TextEncoder().encode(body));
        stream.finish();
      } catch (error) {
        streamed = error.code ?? 'no verdict';
      }
      t.equal(streamed, 'no verdict', 'a stream that had begun');
    },
  },
  {
    name: 'traps, tokens that were recalled before one do not lend their claims to others',
    async run(t) {
      const { countersign, trap } = await build();
      const verifier = countersign.createVerifier(options(t.fixtures, 'HS256'));
      const [before, after] = [await mint(t.fixtures, 'HS256', { sub: 'before' }), await mint(t.fixtures, 'HS256', { sub: 'after' })];
      const subjects = (token) => Array.from({ length: 4 }, () => verifier.verifySync(token).payload.sub);
      t.equal(subjects(before), Array(4).fill('before'), 'before the trap');
      t.ok(meets(t, trap, 3, () => verifier.verifySync(before)), 'no trap');
      // The new instance counts from the beginning: its first token has the number of the old one's.
      t.equal(subjects(after), Array(4).fill('after'), 'another token after it');
      t.equal(subjects(before), Array(4).fill('before'), 'the same token after it');
    },
  },
  {
    name: 'traps, calls that wait: a verification begins again, an API call does not',
    async run(t) {
      const { countersign, hellojohn, trap } = await build();
      const local = countersign.createVerifier(options(t.fixtures));
      const good = await mint(t.fixtures, 'EdDSA');
      const slowly = (answer) => async () => (await sleep(60), answer());
      const [fetch, api] = [scripted(slowly(keySet(t))), scripted(slowly(json({ id: 'u' })))];
      const verified = remote(countersign, fetch).verify(good);
      const client = hellojohn.hellojohn({ tenantId: 'tnt_1', secretKey: 'sk_live_1', apiUrl: 'https://a.example', fetch: api });
      const called = client.users.create({ email: 'a@example.com' }).then(() => 'a user', (error) => error.message);
      await sleep(10);
      t.ok(meets(t, trap, 3, () => local.verifySync(good)), 'no trap');
      await t.verdict('the verification', 'ok', () => verified);
      t.ok((await called).includes('its outcome is not known'), `the API call: ${await called}`);
      t.equal([fetch.calls.length, api.calls.length], [2, 1], 'requests for keys and to the API');
    },
  },
  {
    name: 'traps, hundreds in a row',
    async run(t) {
      const { countersign, trap } = await build();
      const verifier = countersign.createVerifier(options(t.fixtures, 'HS256', { tokenCache: false }));
      const good = await mint(t.fixtures, 'HS256');
      let met = 0;
      for (let round = 0; round < 300; round += 1) {
        met += meets(t, trap, 2, () => verifier.verifySync(good)) ? 1 : 0;
        verifier.verifySync(good);
      }
      t.equal(met, 300, 'traps');
      await t.verdict('afterwards', 'ok', () => verifier.verifySync(good));
    },
  },
  {
    name: 'traps, a stack that overflows inside the shipped module',
    async run(t) {
      const verifier = t.countersign.createVerifier(options(t.fixtures, 'ES256', { tokenCache: false }));
      const good = await mint(t.fixtures, 'ES256');
      const outcomes = new Set();
      const descend = () => {
        try {
          outcomes.add(verifier.verifySync(good).payload.sub);
        } catch (error) {
          outcomes.add(error.code ?? 'no verdict');
        }
        descend();
      };
      try {
        descend();
      } catch {
        // The stack is at its end, which is the point.
      }
      t.equal([...outcomes].sort(), ['no verdict', 'user-1'], 'what came of the calls on the way down');
      await t.verdict('afterwards', 'ok', () => verifier.verifySync(good));
      await t.verdict('afterwards, a forged token', SIGNATURE, () => verifier.verifySync(tampered(good, 2)));
    },
  },
];
