// Memory over a long life: a million verifications, and a hundred thousand verifiers made and dropped.
//   make test-memory                                  builds the package, then this
//   node --expose-gc scripts/bench/memory.mjs [0.1]   the package must be there; a share of the counts
//
// A tenth of each count warms everything up; after it neither the core's memory nor the heap may grow
// with what is done.
import { setTimeout as pause } from 'node:timers/promises';
import { fail, main, seconds } from '../lib/tree.mjs';
import { installCountersign, load } from './libraries.mjs';
import { audience, issuer, material } from './tokens.mjs';

const share = Number(process.argv[2] ?? 1);
const VERIFICATIONS = 1_000_000 * share;
const VERIFIERS = 100_000 * share;

/** What may be added, in bytes: a page of the core's memory, and what the engine keeps for itself. */
const CEILINGS = { core: 65_536, heap: 2 << 20 };

const memories = [];
const { Instance } = WebAssembly;
// The package keeps its memory to itself, so it is noted when the module is instantiated.
WebAssembly.Instance = class extends Instance {
  constructor(...parameters) {
    super(...parameters);
    memories.push(...Object.values(this.exports).filter((value) => value instanceof WebAssembly.Memory));
  }
};

await main(async () => {
  if (typeof globalThis.gc !== 'function') fail('run it as node --expose-gc');
  const { countersign } = await load(installCountersign(), ['countersign']);
  const kinds = ['HS256', 'ES256', 'RS256', 'EdDSA'].map(material);
  const grown = {
    verifications: await watch('verifications', VERIFICATIONS, verifications(countersign, kinds)),
    verifiers: await watch('verifiers made and dropped', VERIFIERS, verifiers(countersign, kinds)),
  };
  for (const [what, { core, heap }] of Object.entries(grown)) {
    if (core > CEILINGS.core || heap > CEILINGS.heap) fail(`${what}: memory grows, by ${core} bytes of the core and ${heap} of the heap`);
  }
  console.log('flat');
});

function options({ algorithm, secret, jwk }) {
  return { issuer, audience, algorithms: [algorithm], ...(secret ? { secret } : { key: jwk }) };
}

/** A verification by turns: each algorithm with and without its token cache, good and forged. */
function verifications({ createVerifier }, kinds) {
  const each = kinds.flatMap((kind) => [{}, { tokenCache: false }].map((cache) => ({ ...kind, verifier: createVerifier({ ...options(kind), ...cache }) })));
  return (index) => {
    const { verifier, good, forged } = each[index % each.length];
    verifier.verifySync(good[index % good.length]);
    if (index % 10 !== 0) return;
    try {
      verifier.verifySync(forged[index % forged.length].token);
    } catch {
      return;
    }
    fail('a forged token is accepted');
  };
}

/** A verifier that verifies once and is left to the collector. */
function verifiers({ createVerifier }, kinds) {
  return (index) => {
    const kind = kinds[index % kinds.length];
    createVerifier(options(kind)).verifySync(kind.good[index % kind.good.length]);
  };
}

/** By how many bytes core and heap grow over the last nine tenths. */
async function watch(what, count, action) {
  const began = process.hrtime.bigint();
  await repeat(count / 10, action);
  const before = used();
  await repeat(count - count / 10, action);
  const after = used();
  const grown = { core: after.core - before.core, heap: after.heap - before.heap };
  const kilobytes = (bytes) => `${(bytes / 1024).toFixed(0)} KiB`;
  console.log(`${count} ${what}, ${seconds(began)} s: core ${kilobytes(before.core)} and ${kilobytes(grown.core)} more, heap ${kilobytes(before.heap)} and ${kilobytes(grown.heap)} more`);
  return grown;
}

/** Now and then there is a collection, and the host gets its turn, as between requests: finalizers run then. */
async function repeat(count, action) {
  for (let index = 0; index < count; index += 1) {
    action(index);
    if (index % 500 === 499) {
      globalThis.gc();
      await pause(0);
    }
  }
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc();
    await pause(5);
  }
}

function used() {
  return { core: memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0), heap: process.memoryUsage().heapUsed };
}
