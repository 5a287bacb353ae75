// What the speed bench times: for each row the same work in wasm and natively.
import { constants, createHash, createHmac, generateKeyPairSync, publicDecrypt, randomBytes, sign, verify } from 'node:crypto';

/** The module's exports, with `write` for its input. */
export function instance(bytes) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const write = (...parts) => {
    const start = exports.input();
    // Only now, for the call may have made the memory grow.
    new Uint8Array(exports.memory.buffer).set(Buffer.concat(parts), start);
  };
  return { ...exports, write };
}

const curves = {
  ES256: { name: 'p256', namedCurve: 'P-256', hash: 'sha256' },
  ES384: { name: 'p384', namedCurve: 'P-384', hash: 'sha384' },
  ES512: { name: 'p521', namedCurve: 'P-521', hash: 'sha512' },
};

export const rows = [
  ...[['sha256', 640], ['sha256', 65536], ['sha384', 65536], ['sha512', 65536]].map(digest),
  ...[['sha256', 640], ['sha256', 1024], ['sha256', 65536], ['sha512', 640]].map(mac),
  ...[2048, 3072, 4096].map(rsa),
  ...Object.keys(curves).flatMap((name) => [ecdsa(name, true), ecdsa(name, false)]),
  ed25519(true),
  ed25519(false),
];

export const setups = [...Object.keys(curves).map(ecdsaPause), ed25519Pause()];

function repeat(work) {
  return (count) => {
    for (let left = count; left > 0; left--) work();
  };
}

function digest([hash, length]) {
  const native = repeat(() => createHash(hash).update(input).digest());
  const input = randomBytes(length);
  return {
    name: `${hash} ${length} B`,
    prepare: () => ({ native, work: (wasm) => (count) => wasm[hash](length, count) }),
  };
}

function mac([hash, length]) {
  const key = Buffer.alloc(32, 7);
  const input = randomBytes(length);
  const native = repeat(() => createHmac(hash, key).update(input).digest());
  const name = hash.replace('sha', 'hmac');
  return {
    name: `HMAC ${hash} ${length} B`,
    prepare: () => ({ native, work: (wasm) => (count) => wasm[name](length, count) }),
  };
}

/** Against the bare power of OpenSSL: padding is checked elsewhere. */
function rsa(bits) {
  const prepare = () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: bits });
    const modulus = Buffer.from(publicKey.export({ format: 'jwk' }).n, 'base64url');
    const signature = Buffer.concat([Buffer.alloc(1), randomBytes(bits / 8 - 1)]);
    const key = { key: publicKey, padding: constants.RSA_NO_PADDING };
    const work = (wasm) => {
      wasm.write(modulus, signature);
      if (!wasm.rsa_key(bits / 8)) throw new Error('the key is refused');
      return (count) => wasm.rsa_power(count);
    };
    return { native: repeat(() => publicDecrypt(key, signature)), work };
  };
  return { name: `RSA ${bits}`, prepare };
}

/** A key and a signature, for node:crypto and as the module's input. */
function ecdsaCase(name) {
  const { namedCurve, hash } = curves[name];
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
  const message = randomBytes(640);
  const signature = sign(hash, message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const { x, y } = publicKey.export({ format: 'jwk' });
  const point = [x, y].map((coordinate) => Buffer.from(coordinate, 'base64url'));
  return { publicKey, message, signature, input: [...point, message, signature] };
}

function ecdsa(name, tables) {
  const { name: curve, hash } = curves[name];
  const prepare = () => {
    const { publicKey, message, signature, input } = ecdsaCase(name);
    const key = { key: publicKey, dsaEncoding: 'ieee-p1363' };
    const native = repeat(() => verify(hash, message, key, signature));
    return { native, work: (wasm) => verifying(wasm, curve, tables, input) };
  };
  return { name: label(name, tables), prepare };
}

function ed25519Case() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const message = randomBytes(640);
  const signature = sign(null, message, privateKey);
  const point = Buffer.from(publicKey.export({ format: 'jwk' }).x, 'base64url');
  return { publicKey, message, signature, input: [point, message, signature] };
}

function ed25519(tables) {
  const prepare = () => {
    const { publicKey, message, signature, input } = ed25519Case();
    const native = repeat(() => verify(null, message, publicKey, signature));
    return { native, work: (wasm) => verifying(wasm, 'ed25519', tables, input) };
  };
  return { name: label('EdDSA', tables), prepare };
}

function label(name, tables) {
  return `${name} ${tables ? 'with' : 'without'} tables`;
}

/** Without tables: a key is made anew after every eight uses. */
function verifying(wasm, algorithm, tables, input) {
  const messageLength = input.at(-2).length;
  const start = () => {
    wasm.write(...input);
    if (!wasm[`${algorithm}_key`]()) throw new Error('the key is refused');
  };
  const verified = (count) => {
    if (wasm[`${algorithm}_verify`](messageLength, count) !== count) throw new Error('not verified');
  };
  if (!tables) {
    return (count) => {
      wasm.forget_tables();
      for (let left = count; left > 0; left -= 8) {
        start();
        verified(8);
      }
    };
  }
  return (count) => {
    start();
    verified(count);
  };
}

function ecdsaPause(name) {
  return { name: `${name} longest pause`, prepare: (wasm) => longest(wasm, curves[name].name, ecdsaCase(name).input) };
}

function ed25519Pause() {
  return { name: 'EdDSA longest pause', prepare: (wasm) => longest(wasm, 'ed25519', ed25519Case().input) };
}

/** Milliseconds of the slowest among a key's first twenty verifications. */
function longest(wasm, algorithm, input) {
  const messageLength = input.at(-2).length;
  return () => {
    wasm.forget_tables();
    wasm.write(...input);
    wasm[`${algorithm}_key`]();
    const times = Array.from({ length: 20 }, () => {
      const start = performance.now();
      wasm[`${algorithm}_verify`](messageLength, 1);
      return performance.now() - start;
    });
    return Math.max(...times);
  };
}
