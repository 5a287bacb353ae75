// Keys, good tokens and forged ones, per algorithm. Node's own crypto signs them, so that no
// contestant judges its own work.
import { constants, createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export const issuer = 'https://issuer.example.com/realms/main';
export const audience = 'api.example.com';
const kid = 'key-2026-01';

const p1363 = { dsaEncoding: 'ieee-p1363' };
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };

/** How each algorithm is signed: RFC 7518 §3.1 and RFC 8037 §3.1. */
const specifications = {
  HS256: { hash: 'sha256' },
  RS256: { hash: 'sha256', pair: ['rsa', { modulusLength: 2048 }], options: {} },
  PS256: { hash: 'sha256', pair: ['rsa', { modulusLength: 2048 }], options: pss },
  ES256: { hash: 'sha256', pair: ['ec', { namedCurve: 'P-256' }], options: p1363 },
  ES384: { hash: 'sha384', pair: ['ec', { namedCurve: 'P-384' }], options: p1363 },
  ES512: { hash: 'sha512', pair: ['ec', { namedCurve: 'P-521' }], options: p1363 },
  EdDSA: { hash: null, pair: ['ed25519'], options: {} },
};

export const algorithms = Object.keys(specifications);

/** A key with 256 distinct tokens that are good and a few that must be refused. */
export function material(algorithm) {
  const { hash, options } = specifications[algorithm];
  const key = newKey(algorithm);
  const good = Array.from({ length: 256 }, (_, index) => mint(key, claims(index)));
  return { algorithm, hash, options, ...key, good, forged: forged(key, good[0]) };
}

/** A key of its own: a secret, or a pair in the forms that the libraries take. */
function newKey(algorithm) {
  const { pair } = specifications[algorithm];
  if (pair === undefined) return { algorithm, secret: randomBytes(32) };
  const { privateKey, publicKey } = generateKeyPairSync(...pair);
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' };
  return { algorithm, privateKey, publicKey, jwk, pem: publicKey.export({ type: 'spki', format: 'pem' }) };
}

/** Twelve claims, as an identity provider sends them; `jti` makes each token distinct. */
function claims(index) {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    sub: '7f9c2ba4-e88f-4d1b-9a1e-2f3c4d5e6f70',
    aud: [audience, 'admin.example.com'],
    exp: now + 86_400,
    nbf: now - 60,
    iat: now - 60,
    jti: `b1946ac9-2492-4e0a-8f5c-${String(index).padStart(12, '0')}`,
    azp: 'web-frontend',
    scope: 'openid profile email orders:read orders:write',
    email: 'jane.doe@example.com',
    email_verified: true,
    roles: ['user', 'editor', 'billing'],
  };
}

const base64url = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

function mint(key, payload) {
  const input = `${base64url({ alg: key.algorithm, typ: 'JWT', kid })}.${base64url(payload)}`;
  return `${input}.${signature(key, input).toString('base64url')}`;
}

function signature({ algorithm, secret, privateKey }, input) {
  const { hash, options } = specifications[algorithm];
  if (secret) return createHmac(hash, secret).update(input).digest();
  return sign(hash, Buffer.from(input), { key: privateKey, ...options });
}

/**
 * What every contestant must refuse. `signatureOnly` marks what a bare signature check can notice:
 * the primitives are held to those.
 */
function forged(key, token) {
  const [header, payload, mac] = token.split('.');
  const flipped = Buffer.from(mac, 'base64url');
  flipped[flipped.length - 1] ^= 1;
  const admin = base64url({ ...claims(0), sub: 'administrator' });
  const expired = { ...claims(0), exp: Math.floor(Date.now() / 1000) - 3600 };
  return [
    { what: 'a token signed by another key', token: mint(newKey(key.algorithm), claims(0)), signatureOnly: true },
    { what: 'a token with another payload', token: `${header}.${admin}.${mac}`, signatureOnly: true },
    { what: 'a token with a flipped bit in its signature', token: `${header}.${payload}.${flipped.toString('base64url')}`, signatureOnly: true },
    { what: 'a token without a signature', token: `${base64url({ alg: 'none', typ: 'JWT', kid })}.${payload}.` },
    { what: 'an expired token', token: mint(key, expired) },
    { what: 'a token for another audience', token: mint(key, { ...claims(0), aud: 'other.example.com' }) },
  ];
}

export const jtiOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()).jti;
