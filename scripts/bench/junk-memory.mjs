// What a megabyte of junk costs our module, in a process of its own: prints JSON.
//   node junk-memory.mjs <folder that countersign is installed in>
import { randomBytes } from 'node:crypto';
import { load } from './libraries.mjs';
import { median } from './statistics.mjs';
import { audience, issuer, material } from './tokens.mjs';

const memories = [];
const { Instance } = WebAssembly;
// The package keeps its memory to itself, so it is noted when the module is instantiated.
WebAssembly.Instance = class extends Instance {
  constructor(...parameters) {
    super(...parameters);
    memories.push(...Object.values(this.exports).filter((value) => value instanceof WebAssembly.Memory));
  }
};

const size = 1 << 20;
const { good, secret } = material('HS256');
const [header, payload, signature] = good[0].split('.');
const shapes = {
  letters: 'A'.repeat(size),
  dots: '.'.repeat(size),
  'two-byte letters': 'é'.repeat(size),
  'header of junk': `${'A'.repeat(size)}.${payload}.${signature}`,
  'payload of junk': `${header}.${'A'.repeat(size)}.${signature}`,
  'signature of junk': `${header}.${payload}.${'A'.repeat(size)}`,
  // As large as a token may be: this one is looked at.
  'payload of junk, 16 KiB in all': `${header}.${'A'.repeat(16_384 - header.length - signature.length - 2)}.${signature}`,
};

const { countersign } = await load(process.argv[2], ['countersign']);
const verifier = countersign.createVerifier({ issuer, audience, secret, tokenCache: false });
const bytes = () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);

for (const token of good) verifier.verifySync(token);
const before = bytes();
const times = Object.fromEntries(Object.entries(shapes).map(([shape, token]) => [shape, refusals(token)]));
console.log(JSON.stringify({ memories: memories.length, before, grown: bytes() - before, times }));

/** Milliseconds of 50 refusals. */
function refusals(token) {
  const samples = Array.from({ length: 50 }, () => {
    const start = performance.now();
    if (!isRefused(token)) throw new Error('accepts junk');
    return performance.now() - start;
  });
  return { median: median(samples), slowest: Math.max(...samples) };
}

function isRefused(token) {
  try {
    verifier.verifySync(token);
    return false;
  } catch (error) {
    return error instanceof countersign.TokenError;
  }
}
