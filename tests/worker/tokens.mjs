// Keys, tokens and signatures by Node's own cryptography: nothing of the package.
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';

export const issuer = 'https://issuer.example';
export const audience = 'api';
export const webhookSecret = 'whsec_test_5f2b8c1d9e7a4630';

const pairs = {
  EdDSA: generateKeyPairSync('ed25519'),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
};

export const jwks = {
  keys: Object.entries(pairs).map(([alg, { publicKey }]) => ({
    ...publicKey.export({ format: 'jwk' }),
    kid: alg,
    alg,
    use: 'sig',
  })),
};

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(alg, claims, signer = pairs[alg].privateKey, kid = alg) {
  const input = `${encode({ alg, kid, typ: 'JWT' })}.${encode(claims)}`;
  const key = alg === 'ES256' ? { key: signer, dsaEncoding: 'ieee-p1363' } : signer;
  const signature = sign(alg === 'EdDSA' ? null : 'sha256', Buffer.from(input), key);
  return `${input}.${signature.toString('base64url')}`;
}

export const now = Math.floor(Date.now() / 1000);
const claims = { iss: issuer, aud: audience, sub: 'alice', roles: ['member'], iat: now - 60, exp: now + 3600 };
const strangers = generateKeyPairSync('ed25519');

export const tokens = {
  EdDSA: token('EdDSA', claims),
  ES256: token('ES256', claims),
  RS256: token('RS256', claims),
  admin: token('EdDSA', { ...claims, roles: ['admin'] }),
  expired: token('EdDSA', { ...claims, iat: now - 7200, exp: now - 3600 }),
  large: token('EdDSA', { ...claims, note: 'x'.repeat(5_000) }),
  forged: token('EdDSA', claims, strangers.privateKey),
};

/** Tokens under key ids that no set has. */
export const invented = Array.from({ length: 300 }, (_, index) => token('EdDSA', claims, strangers.privateKey, `invented-${index}`));

/** Header fields of a webhook over the very bytes of `body`, in the fixture's scheme. */
export function signedWebhook(body, at = Math.floor(Date.now() / 1000)) {
  const mac = createHmac('sha256', webhookSecret).update(`${at}.`).update(body).digest('hex');
  return { 'x-signature': mac, 'x-timestamp': String(at) };
}
