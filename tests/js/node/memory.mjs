/** Memory: the core's grows with what is alive, not with what has been done, and keeps no secret of what is not. */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { scripted, stall } from '../suite/fetches.mjs';
import { AUDIENCE, ISSUER, mint, options, sign } from '../suite/tokens.mjs';

const require = createRequire(import.meta.url);
const core = await import(pathToFileURL(join(dirname(require.resolve('countersign/package.json')), 'dist/core.inline.js')));

const PAGE = 64 * 1024;
const size = () => core.linearMemory().buffer.byteLength;

/** Lets finalizers of what is no longer reachable run. */
async function collect() {
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** By how many bytes the core's memory grows over `count` times, once a few have been. */
async function growth(count, action) {
  await action(count / 10);
  await collect();
  const before = size();
  await action(count);
  await collect();
  return size() - before;
}

/** What is as good as a secret for HMAC with SHA-256, and does not occur by chance: its first bytes. */
function traces(secret) {
  const hashed = secret.length > 64 ? createHash('sha256').update(secret).digest() : secret;
  const padded = (pad) => Buffer.from(hashed.map((byte) => byte ^ pad));
  const forms = { 'the secret': secret, 'its digest': hashed, 'its inner padding': padded(0x36), 'its outer padding': padded(0x5c) };
  for (const [name, bytes] of Object.entries(forms)) {
    const start = Buffer.from(bytes.subarray(0, 16));
    forms[name] = start;
    // As words of a hash.
    forms[`${name}, in words`] = Buffer.from(start).swap32();
  }
  return forms;
}

export const cases = [
  {
    name: 'memory, 20 000 verifications',
    async run(t) {
      const verifier = t.countersign.createVerifier(options(t.fixtures, 'HS256'));
      const [good, bad] = [await mint(t.fixtures, 'HS256'), 'x'.repeat(16_000)];
      const grown = await growth(20_000, (times) => {
        for (let count = 0; count < times; count += 1) {
          verifier.verifySync(good);
          try {
            verifier.verifySync(bad);
          } catch {
            // Refused, as it must be.
          }
        }
      });
      t.ok(grown <= PAGE, `the core's memory grew by ${grown} bytes`);
    },
  },
  {
    name: 'memory, 5 000 verifiers that are dropped',
    async run(t) {
      const grown = await growth(5_000, async (times) => {
        for (let count = 0; count < times; count += 1) {
          t.countersign.createVerifier(options(t.fixtures, 'HS256'));
          if (count % 250 === 0) await collect();
        }
      });
      t.ok(grown <= 16 * PAGE, `the core's memory grew by ${grown} bytes`);
      t.ok(size() < 32 * 1024 * 1024, `the core's memory is ${size()} bytes`);
    },
  },
  {
    name: 'memory, a hundred verifiers that are all in use',
    async run(t) {
      // Of one key, whose tables take more than a megabyte and are everybody's.
      const token = await mint(t.fixtures, 'EdDSA');
      const alive = [];
      const grown = await growth(100, (times) => {
        for (let count = 0; count < times; count += 1) {
          const verifier = t.countersign.createVerifier(options(t.fixtures, 'EdDSA', { tokenCache: false }));
          for (let use = 0; use < 20; use += 1) verifier.verifySync(token);
          alive.push(verifier);
        }
      });
      t.ok(grown <= 16 * PAGE, `the core's memory grew by ${grown} bytes for ${alive.length} verifiers`);
    },
  },
  {
    name: 'memory, no trace of a secret once its verifiers are gone',
    async run(t) {
      for (const length of [64, 200]) {
        const secret = Buffer.from(randomBytes(length / 2).toString('hex'));
        const token = await sign(secret, { alg: 'HS256' });
        const present = () => {
          const memory = Buffer.from(core.linearMemory().buffer);
          return Object.entries(traces(secret)).flatMap(([name, bytes]) => (memory.includes(bytes) ? [name] : []));
        };
        for (const use of [() => {}, (verifier) => verifier.verifySync(token)]) {
          use(t.countersign.createVerifier(options(t.fixtures, 'HS256', { secret: secret.toString(), tokenCache: false })));
          t.countersign.createWebhookVerifier({ scheme: 'github', secrets: secret.toString() });
          t.ok(present().includes('its inner padding'), 'nothing is found, not even while it is in use');
          await collect();
          t.equal(present(), [], `of a secret of ${length} bytes`);
        }
      }
    },
  },
  {
    name: 'memory, webhooks and streams that are left alone',
    async run(t) {
      const verifier = t.countersign.createWebhookVerifier({ scheme: 'github', secrets: 'x' });
      const headers = { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` };
      const body = new Uint8Array(500_000);
      const grown = await growth(200, async (times) => {
        for (let count = 0; count < times; count += 1) {
          try {
            verifier.verifySync(body, headers);
          } catch {
            // Refused, as it must be.
          }
          verifier.stream(headers).update(body);
          if (count % 50 === 0) await collect();
        }
      });
      t.ok(grown <= 4 * PAGE, `the core's memory grew by ${grown} bytes`);
    },
  },
  {
    name: 'memory, streams that keep their body and are left alone or refused',
    async run(t) {
      const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
      const secrets = `whpk_${Buffer.from(x, 'base64url').toString('base64')}`;
      const verifier = t.countersign.createWebhookVerifier({ scheme: 'standard', secrets });
      const headers = { 'webhook-id': 'a', 'webhook-timestamp': `${Math.floor(Date.now() / 1000)}`, 'webhook-signature': `v1a,${Buffer.alloc(64, 1).toString('base64')}` };
      const body = new Uint8Array(1_000_000);
      const grown = await growth(60, async (times) => {
        for (let count = 0; count < times; count += 1) {
          verifier.stream(headers).update(body);
          if (count % 6 === 5) await collect();
        }
      });
      t.ok(grown <= 64 * PAGE, `left alone: the core's memory grew by ${grown} bytes`);
      const kept = [];
      const before = size();
      for (let count = 0; count < 30; count += 1) {
        const stream = verifier.stream(headers);
        kept.push(stream);
        stream.update(body);
        await t.verdict('a body too large', 'ERR_WEBHOOK_TOO_LARGE', () => stream.update(body));
      }
      t.ok(size() - before <= 64 * PAGE, `refused: the core's memory grew by ${size() - before} bytes for ${kept.length}`);
      for (const stream of kept) await t.verdict('the end of it', 'ERR_WEBHOOK_TOO_LARGE', () => stream.finish());
    },
  },
  {
    name: 'memory, verifications that were given up',
    async run(t) {
      const token = await mint(t.fixtures, 'EdDSA');
      const verifier = t.countersign.createVerifier({ issuer: ISSUER, audience: AUDIENCE, jwksUri: `${ISSUER}/jwks`, fetch: scripted(stall) });
      const grown = await growth(500, async (times) => {
        const controller = new AbortController();
        setMaxListeners(0, controller.signal);
        const all = Array.from({ length: times }, () => verifier.verify(token, { signal: controller.signal }));
        setTimeout(() => controller.abort(), 20);
        await Promise.allSettled(all);
      });
      t.ok(grown <= 4 * PAGE, `the core's memory grew by ${grown} bytes`);
    },
  },
];
