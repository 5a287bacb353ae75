/** Every algorithm: what its key accepts and refuses, by whichever way the key was given. */
import { ALGORITHMS, ASYMMETRIC, claims, KEY_OF, mint, options, publicPart, sign, tampered } from './tokens.mjs';

const SIGNATURE = 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED';
const ALGORITHM = 'ERR_JOSE_ALG_NOT_ALLOWED';

const PEM_OF = { rsa: ['rsa.pub', 'rsa.pkcs1', 'rsa.crt'], p256: ['p256.pub', 'p256.crt'], p384: ['p384.pub'], p521: ['p521.pub'], ed25519: ['ed25519.pub'] };

/** Another algorithm that a key of the same kind could serve. */
const SIBLING = {
  HS256: 'HS512', HS384: 'HS256', HS512: 'HS384',
  RS256: 'PS256', RS384: 'RS256', RS512: 'PS512', PS256: 'RS256', PS384: 'RS384', PS512: 'PS256',
  ES256: 'ES384', ES384: 'ES512', ES512: 'ES256', EdDSA: 'ES256', Ed25519: 'RS256',
};

const perAlgorithm = ALGORITHMS.map((algorithm) => ({
  name: `algorithm ${algorithm}`,
  async run(t) {
    const verifier = t.countersign.createVerifier(options(t.fixtures, algorithm));
    const token = await mint(t.fixtures, algorithm);
    const verified = await t.token('own token', 'ok', verifier, token);
    t.equal(verified.algorithm, algorithm, 'algorithm');
    t.equal(verified.payload, claims(), 'payload');
    t.equal(verified.protectedHeader, { alg: algorithm }, 'header');
    await t.token("jose's token", 'ok', verifier, t.fixtures.jose[algorithm]);
    await t.token('changed signature', SIGNATURE, verifier, tampered(token, 2));
    const other = (await mint(t.fixtures, algorithm, { sub: 'admin' })).split('.');
    const parts = token.split('.');
    await t.token('changed payload', SIGNATURE, verifier, [parts[0], other[1], parts[2]].join('.'));
    await t.token('no signature', 'ERR_JWT_INVALID', verifier, parts.slice(0, 2).join('.'));
    const empty = await t.verdict('empty signature', t.fixtures.emptySignature ?? SIGNATURE, () => verifier.verifySync(`${parts[0]}.${parts[1]}.`));
    t.ok(empty instanceof Error, 'an empty signature is refused');
    const strict = t.countersign.createVerifier(options(t.fixtures, algorithm, { algorithms: [algorithm] }));
    await t.token('named alone', 'ok', strict, token);
  },
}));

const notAllowed = ALGORITHMS.map((algorithm) => ({
  name: `algorithm ${algorithm}, not allowed`,
  async run(t) {
    const sibling = SIBLING[algorithm];
    const verifier = t.countersign.createVerifier(options(t.fixtures, sibling, { algorithms: [sibling] }));
    await t.token(`where only ${sibling} is`, ALGORITHM, verifier, await mint(t.fixtures, algorithm));
  },
}));

const asKeySet = ASYMMETRIC.map((algorithm) => ({
  name: `algorithm ${algorithm}, key from a set`,
  async run(t) {
    const key = { ...publicPart(t.fixtures.keys[KEY_OF[algorithm]]), kid: 'k1', alg: algorithm, use: 'sig' };
    const other = { ...publicPart(t.fixtures.keys.ed25519Other), kid: 'k2' };
    const make = (keys) => t.countersign.createVerifier({ ...options(t.fixtures, algorithm), key: undefined, jwks: { keys } });
    const verifier = make([other, key]);
    const verified = await t.token('by its id', 'ok', verifier, await mint(t.fixtures, algorithm, {}, { kid: 'k1' }));
    t.equal(verified.kid, 'k1', 'kid');
    await t.token('unknown id', 'ERR_JWKS_NO_MATCHING_KEY', verifier, await mint(t.fixtures, algorithm, {}, { kid: 'k3' }));
    const wrong = t.fixtures.keys[KEY_OF[algorithm] === 'p256' ? 'p256Other' : 'ed25519Other'];
    if (['ES256', 'EdDSA', 'Ed25519'].includes(algorithm)) {
      await t.token("signed with another's key", SIGNATURE, verifier, await sign(wrong, { alg: algorithm, kid: 'k1' }));
    }
    t.equal(verifier.keys, { fresh: true, coolingDown: false, reloading: false, count: 2 }, 'keys');
  },
}));

const asPem = ASYMMETRIC.map((algorithm) => ({
  name: `algorithm ${algorithm}, key as PEM`,
  async run(t) {
    const token = await mint(t.fixtures, algorithm);
    for (const name of PEM_OF[KEY_OF[algorithm]]) {
      const verifier = t.countersign.createVerifier(options(t.fixtures, algorithm, { key: t.fixtures.keys.pem[name] }));
      await t.token(name, 'ok', verifier, token);
    }
  },
}));

export const cases = [
  ...perAlgorithm,
  ...notAllowed,
  ...asKeySet,
  ...asPem,
  {
    name: 'a token never chooses its algorithm',
    async run(t) {
      const verifier = t.countersign.createVerifier(options(t.fixtures, 'RS256'));
      const encoder = new TextEncoder();
      const texts = Object.entries(t.fixtures.keys.pem).filter(([name]) => name.startsWith('rsa'));
      for (const [name, text] of texts) {
        await t.token(`HS256 with ${name} as the secret`, ALGORITHM, verifier, await sign(encoder.encode(text), { alg: 'HS256' }));
      }
      const modulus = t.fixtures.keys.rsa.n;
      await t.token('HS256 with the modulus as the secret', ALGORITHM, verifier, await sign(encoder.encode(modulus), { alg: 'HS256' }));
      const [, payload] = (await mint(t.fixtures, 'RS256')).split('.');
      const unsigned = (alg) => `${btoa(JSON.stringify({ alg })).replaceAll('=', '')}.${payload}.`;
      for (const alg of ['none', 'None', 'NONE', 'nOnE', '', 'rs256', 'RS1', 'HS1', 'ES256K', 'Ed448', 'RSA-OAEP']) {
        await t.token(`alg "${alg}" without a signature`, ALGORITHM, verifier, unsigned(alg));
      }
    },
  },
  {
    name: 'a key serves only the algorithm that it names',
    async run(t) {
      const key = { ...publicPart(t.fixtures.keys.rsa), alg: 'PS256' };
      const verifier = t.countersign.createVerifier(options(t.fixtures, 'RS256', { key }));
      await t.token('PS256', 'ok', verifier, await mint(t.fixtures, 'PS256'));
      await t.token('RS256', ALGORITHM, verifier, await mint(t.fixtures, 'RS256'));
      await t.token('PS512', ALGORITHM, verifier, await mint(t.fixtures, 'PS512'));
    },
  },
  {
    name: 'a secret serves the hashes that are no longer than it',
    async run(t) {
      for (const [bytes, expected] of [[32, ['ok', ALGORITHM, ALGORITHM]], [48, ['ok', 'ok', ALGORITHM]], [64, ['ok', 'ok', 'ok']]]) {
        const secret = t.fixtures.keys.secret.slice(0, bytes);
        const verifier = t.countersign.createVerifier(options(t.fixtures, 'HS256', { secret }));
        for (const [index, alg] of ['HS256', 'HS384', 'HS512'].entries()) {
          await t.token(`${bytes} bytes, ${alg}`, expected[index], verifier, await sign(new TextEncoder().encode(secret), { alg }));
        }
      }
    },
  },
];
