// Compares the verdicts of the engine, as wasm, with those of node:crypto: the
// two halves of vectors are code that only wasm runs.
//
//   node engine/benches/verdicts.mjs          2000 signatures of each algorithm
//   node engine/benches/verdicts.mjs 100000
//
// Every key verifies twenty-four signatures: first without tables, then with the
// base point's, and with its own from the tenth on. Half of them are spoilt.
import { generateKeyPairSync, randomBytes, randomInt, sign, verify } from 'node:crypto';
import { moduleBytes } from './lib/module.mjs';
import { instance } from './lib/rows.mjs';

const signatures = Number(process.argv[2] ?? 2000);
const perKey = 24;

const curve = (namedCurve, hash) => ({
  pair: () => generateKeyPairSync('ec', { namedCurve }),
  point: ({ x, y }) => [x, y],
  hash,
});
const algorithms = {
  p256: curve('P-256', 'sha256'),
  p384: curve('P-384', 'sha384'),
  p521: curve('P-521', 'sha512'),
  ed25519: { pair: () => generateKeyPairSync('ed25519'), point: ({ x }) => [x], hash: null },
};

const wasm = instance(moduleBytes());
for (const [name, algorithm] of Object.entries(algorithms)) {
  let valid = 0;
  for (let done = 0; done < signatures; done += perKey) {
    wasm.forget_tables();
    valid += compareKey(name, algorithm);
  }
  console.log(`${name}: no verdict differs, ${valid} signatures are valid`);
}

/** Compares one key's verdicts; returns how many signatures are valid. */
function compareKey(name, { pair, point, hash }) {
  const { publicKey, privateKey } = pair();
  const encoded = point(publicKey.export({ format: 'jwk' })).map((part) => Buffer.from(part, 'base64url'));
  const dsaEncoding = 'ieee-p1363';
  let valid = 0;
  for (let left = perKey; left > 0; left--) {
    const message = randomBytes(randomInt(200));
    const signature = sign(hash, message, { key: privateKey, dsaEncoding });
    if (left % 2 === 0) spoil(signature);
    const expected = verify(hash, message, { key: publicKey, dsaEncoding }, signature);
    wasm.write(...encoded, message, signature);
    if (left === perKey && !wasm[`${name}_key`]()) throw new Error(`${name}: the key is refused`);
    const found = wasm[`${name}_verify`](message.length, 1) === 1;
    if (found !== expected) {
      const shown = [...encoded, message, signature].map((part) => part.toString('hex')).join(' ');
      throw new Error(`${name}: ${found}, but node:crypto says ${expected}: ${shown}`);
    }
    valid += Number(expected);
  }
  return valid;
}

/** Changes one bit. */
function spoil(signature) {
  signature[randomInt(signature.length)] ^= 1 << randomInt(8);
}
