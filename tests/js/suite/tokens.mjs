/** Tokens for the cases, signed by WebCrypto: this package holds no code that signs. */

/** The moment at which the cases take place, in seconds. */
export const NOW = 1_700_000_000;
export const AT_NOW = new Date(NOW * 1000);

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'api://orders';

const WEBCRYPTO = {
  HS256: { name: 'HMAC', hash: 'SHA-256' },
  HS384: { name: 'HMAC', hash: 'SHA-384' },
  HS512: { name: 'HMAC', hash: 'SHA-512' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  RS384: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' },
  RS512: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 },
  PS384: { name: 'RSA-PSS', hash: 'SHA-384', saltLength: 48 },
  PS512: { name: 'RSA-PSS', hash: 'SHA-512', saltLength: 64 },
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  ES512: { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' },
  EdDSA: { name: 'Ed25519' },
  Ed25519: { name: 'Ed25519' },
};

/** Which key of the fixtures signs with an algorithm. */
export const KEY_OF = {
  HS256: 'secret', HS384: 'secret', HS512: 'secret',
  RS256: 'rsa', RS384: 'rsa', RS512: 'rsa',
  PS256: 'rsa', PS384: 'rsa', PS512: 'rsa',
  ES256: 'p256', ES384: 'p384', ES512: 'p521',
  EdDSA: 'ed25519', Ed25519: 'ed25519',
};

export const ALGORITHMS = Object.keys(KEY_OF);
export const ASYMMETRIC = ALGORITHMS.filter((name) => !name.startsWith('HS'));

const encoder = new TextEncoder();

export function base64url(bytes) {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export function fromBase64url(text) {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

/** The public part of a private JWK. */
export function publicPart({ d, p, q, dp, dq, qi, ...rest }) {
  return rest;
}

/** Claims that every verifier of these cases accepts, with changes; `undefined` leaves one out. */
export function claims(changes = {}) {
  return { iss: ISSUER, aud: AUDIENCE, sub: 'user-1', iat: NOW - 60, exp: NOW + 600, ...changes };
}

/** Signs `payload`, an object or the text of one. `key` is a private JWK or the bytes of a secret. */
export async function sign(key, header, payload = claims()) {
  const part = (value) => base64url(encoder.encode(typeof value === 'string' ? value : JSON.stringify(value)));
  const input = `${part(header)}.${part(payload)}`;
  return `${input}.${base64url(await signature(key, header.alg, input))}`;
}

export async function signature(key, algorithm, input) {
  const parameters = WEBCRYPTO[algorithm];
  const imported = await importKey(key, parameters);
  return new Uint8Array(await crypto.subtle.sign(parameters, imported, encoder.encode(input)));
}

function importKey(key, parameters) {
  if (key instanceof Uint8Array) return crypto.subtle.importKey('raw', key, parameters, false, ['sign']);
  const { alg, use, key_ops, kid, ...material } = key;
  return crypto.subtle.importKey('jwk', material, parameters, false, ['sign']);
}

/** A token of the fixtures' key for an algorithm. */
export function mint(fixtures, algorithm, changes = {}, header = {}) {
  const name = KEY_OF[algorithm];
  const key = name === 'secret' ? encoder.encode(fixtures.keys.secret) : fixtures.keys[name];
  return sign(key, { alg: algorithm, ...header }, claims(changes));
}

/** Options of a verifier that accepts what {@link claims} says, with the fixtures' key for an algorithm. */
export function options(fixtures, algorithm = 'EdDSA', changes = {}) {
  const name = KEY_OF[algorithm];
  const key = name === 'secret' ? { secret: fixtures.keys.secret } : { key: publicPart(fixtures.keys[name]) };
  return { issuer: ISSUER, audience: AUDIENCE, currentDate: AT_NOW, ...key, ...changes };
}

/** The token with one letter of a part changed, so that other bytes come out. */
export function tampered(token, part) {
  const parts = token.split('.');
  const text = parts[part];
  parts[part] = (text[0] === 'A' ? 'B' : 'A') + text.slice(1);
  return parts.join('.');
}
