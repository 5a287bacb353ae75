/**
 * Keys and key sets that are not as they should be, given to this package and to `jose` with a good
 * token. Nothing passes but under the key that signed it; where the verdicts differ, the difference
 * stands here with its reason.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AT_NOW, AUDIENCE, ISSUER, KEY_OF, publicPart, sign } from '../suite/tokens.mjs';

const NUMBERS = ['x', 'y', 'n', 'e'];

/** What is done to the key that signed the token. */
const CHANGES = {
  'nothing': (key) => key,
  'kid a': (key) => ({ ...key, kid: 'a' }),
  'kid b': (key) => ({ ...key, kid: 'b' }),
  'an empty kid': (key) => ({ ...key, kid: '' }),
  'a kid of another type': (key) => ({ ...key, kid: 1 }),
  'kid null': (key) => ({ ...key, kid: null }),
  'use sig': (key) => ({ ...key, use: 'sig' }),
  'use enc': (key) => ({ ...key, use: 'enc' }),
  'use null': (key) => ({ ...key, use: null }),
  'use of another type': (key) => ({ ...key, use: ['sig'] }),
  'verify alone': (key) => ({ ...key, key_ops: ['verify'] }),
  'verify and sign': (key) => ({ ...key, key_ops: ['sign', 'verify'] }),
  'verify twice': (key) => ({ ...key, key_ops: ['verify', 'verify'] }),
  'sign alone': (key) => ({ ...key, key_ops: ['sign'] }),
  'no operation': (key) => ({ ...key, key_ops: [] }),
  'operations of another type': (key) => ({ ...key, key_ops: 'verify' }),
  'its alg': (key, alg) => ({ ...key, alg }),
  'alg null': (key) => ({ ...key, alg: null }),
  'alg HS256': (key) => ({ ...key, alg: 'HS256' }),
  'alg RSA-OAEP': (key) => ({ ...key, alg: 'RSA-OAEP' }),
  'alg of another hash': (key, alg) => ({ ...key, alg: alg === 'RS512' ? 'RS256' : 'RS512' }),
  'no kty': ({ kty: _, ...key }) => key,
  'kty in other letters': (key) => ({ ...key, kty: key.kty.toLowerCase() }),
  'kty oct': (key) => ({ ...key, kty: 'oct' }),
  'crv of another curve': (key) => ({ ...key, ...(key.crv && { crv: key.crv === 'P-384' ? 'P-256' : 'P-384' }) }),
  'crv secp256k1': (key) => ({ ...key, ...(key.crv && { crv: 'secp256k1' }) }),
  'crv X25519': (key) => ({ ...key, ...(key.crv && { crv: 'X25519' }) }),
  'padding': numbers((text) => text.padEnd(Math.ceil(text.length / 4) * 4, '=')),
  'letters of plain base64': numbers((text) => text.replaceAll('-', '+').replaceAll('_', '/')),
  'a zero in front': bytes((number) => [0, ...number]),
  'a byte less': bytes((number) => number.subarray(1)),
  'zeros': bytes((number) => number.fill(0)),
  'its last bit': bytes((number) => (number[number.length - 1] ^= 1, number)),
  'coordinates exchanged': (key) => ({ ...key, ...(key.y && { x: key.y, y: key.x }) }),
  'exponent 1': (key) => ({ ...key, ...(key.e && { e: 'AQ' }) }),
  'exponent 3': (key) => ({ ...key, ...(key.e && { e: 'Aw' }) }),
  'a chain of nonsense': (key) => ({ ...key, x5c: ['AAAA'], x5t: 'AAAA', x5u: 'https://evil.example' }),
};

/** What stands beside it in its set. */
const SETS = {
  'alone': (key) => [key],
  'twice': (key) => [key, key],
  'behind nonsense': (key) => [null, 1, {}, { kty: 'oct', k: 'AAAA' }, key],
};

/** Why this package refuses what jose accepts: its code, and what was done. */
const STRICTER = [
  [/^ERR_(JWK_INVALID|JWKS_NO_MATCHING_KEY).* (kid null|a kid of another type|use null|use of another type|alg null)/, 'kid, use and alg are strings where they are there (RFC 7517 §4)'],
  [/^ERR_JWK_INVALID.* (padding|letters of plain base64|a zero in front)/, 'a number has one spelling (RFC 7515 §2, RFC 7518 §6)'],
  [/^ERR_JWK_INVALID key (use enc|alg HS256|alg RSA-OAEP)/, 'a single key is bound by its members as well'],
  [/^ERR_(JWK_INVALID|JOSE_ALG_NOT_ALLOWED) key alg of another hash/, 'a single key is bound by its members as well'],
  [/^ERR_JWKS_NO_MATCHING_KEY key (kid a|kid b|an empty kid)/, 'a key that has a name is not one of another name'],
];

/** Why this package accepts what jose refuses: jose's words, and what was done. */
const WIDER = [
  [/^ERR_JWKS_MULTIPLE_MATCHING_KEYS twice/, 'a token may be tried with each key that fits it, eight at most (RFC 7515 §6)'],
  [/^ERR_JWKS_INVALID behind nonsense/, 'a bad element does not spoil the set (RFC 7517 §5)'],
  [/ (verify and sign|verify twice)$/, 'a key that may also sign, or says twice that it verifies, verifies; WebCrypto imports none'],
];

export const cases = ['RS256', 'PS384', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'].map((alg) => ({
  name: `keys beside jose, ${alg}`,
  async run(t) {
    const jose = await import(pathToFileURL(createRequire(join(process.env.COUNTERSIGN_NODE_TOOLS, 'package.json')).resolve('jose')));
    const pair = t.fixtures.keys[KEY_OF[alg]];
    const { kid: _, alg: __, use: ___, key_ops: ____, ...plain } = publicPart(pair);
    const seen = { both: 0, neither: 0 };
    for (const kid of [undefined, '', 'a']) {
      const token = await sign(pair, { alg, kid });
      for (const [done, change] of Object.entries(CHANGES)) {
        const key = change(structuredClone(plain), alg);
        const ways = [['key', { key }, () => jose.importJWK(key, alg)]];
        for (const [name, make] of Object.entries(SETS)) {
          const jwks = { keys: make(key) };
          ways.push([name, { jwks }, () => jose.createLocalJWKSet(jwks)]);
        }
        for (const [way, source, theirKey] of ways) {
          const settings = { issuer: ISSUER, audience: AUDIENCE, currentDate: AT_NOW };
          const ours = await refusal(() => t.countersign.createVerifier({ ...settings, ...source }).verifySync(token));
          const theirs = await refusal(async () => jose.jwtVerify(token, await theirKey(), settings));
          const label = `${way} ${done}`;
          if ((ours === undefined) === (theirs === undefined)) seen[ours === undefined ? 'both' : 'neither'] += 1;
          else if (ours === undefined) t.ok(explains(WIDER, `${theirs} ${label}`), `only we accept, kid ${kid}: ${theirs} ${label}`);
          else t.ok(explains(STRICTER, `${ours} ${label}`), `only jose accepts, kid ${kid}: ${ours} ${label}`);
        }
      }
    }
    t.ok(seen.both > 0 && seen.neither > 0, `keys of both kinds are among them: ${JSON.stringify(seen)}`);
  },
}));

const explains = (rows, said) => rows.some(([known]) => known.test(said));

/** The code with which a key or token is refused; the words, where there is no code. */
async function refusal(verify) {
  try {
    await verify();
    return undefined;
  } catch (error) {
    return typeof error.code === 'string' ? error.code : String(error.message);
  }
}

/** Changes the text of every number of a key. */
function numbers(change) {
  return (key) => {
    for (const name of NUMBERS) if (key[name] !== undefined) key[name] = change(key[name]);
    return key;
  };
}

/** Changes the bytes of a key's first number. */
function bytes(change) {
  return (key) => {
    const name = NUMBERS.find((number) => key[number] !== undefined);
    key[name] = Buffer.from(change(Buffer.from(key[name], 'base64url'))).toString('base64url');
    return key;
  };
}
