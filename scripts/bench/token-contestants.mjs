// Who verifies tokens, each set up as its documentation says, with its key imported once and the
// same policy: issuer, audience, exp, nbf and one algorithm.
//
// A contestant is `{ name, kind, isAsync, prepare(token), run(input) }`: `prepare` is not timed and
// gives what `run` takes, `run` throws (or rejects) for a bad token and gives the claims of a good one.
import { createHmac, createSecretKey, timingSafeEqual, verify } from 'node:crypto';
import { audience, issuer } from './tokens.mjs';

const asIs = (token) => token;

/** Everybody who can verify `material.algorithm`, ours first. */
export async function tokenContestants(material, countersign, peers) {
  const able = [
    ours(material, countersign, false),
    await jose(material, peers.jose),
    fastJwt(material, peers['fast-jwt']),
    jsonwebtoken(material, peers.jsonwebtoken),
    awsJwtVerify(material, peers['aws-jwt-verify']),
    primitive(material),
  ];
  return able.filter((contestant) => contestant !== undefined);
}

/** Those that remember tokens they have verified, and jose, which does not. */
export async function cachingContestants(material, countersign, peers) {
  const remembering = [ours(material, countersign, 1_000), fastJwt(material, peers['fast-jwt'], 1_000), await jose(material, peers.jose)];
  // A request brings a string that the engine has not seen, equal as it may be to an earlier one.
  return remembering.map(({ run, ...contestant }) => ({
    ...contestant,
    prepare: (token) => Buffer.from(token),
    run: (bytes) => run(bytes.latin1Slice()),
  }));
}

function ours({ algorithm, secret, jwk }, { createVerifier }, tokenCache) {
  const source = secret ? { secret } : { key: jwk };
  const verifier = createVerifier({ issuer, audience, algorithms: [algorithm], tokenCache, ...source });
  return { name: 'countersign', kind: 'ours', prepare: asIs, run: (token) => verifier.verifySync(token).payload };
}

async function jose({ algorithm, secret, jwk }, { importJWK, jwtVerify }) {
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const key = secret ? await crypto.subtle.importKey('raw', secret, hmac, false, ['verify']) : await importJWK(jwk, algorithm);
  const options = { issuer, audience, algorithms: [algorithm] };
  const run = async (token) => (await jwtVerify(token, key, options)).payload;
  return { name: 'jose', kind: 'peer', isAsync: true, prepare: asIs, run };
}

function fastJwt({ algorithm, secret, pem }, { createVerifier }, cache = false) {
  const run = createVerifier({ key: secret ?? pem, algorithms: [algorithm], allowedIss: issuer, allowedAud: audience, cache });
  return { name: 'fast-jwt', kind: 'peer', prepare: asIs, run };
}

function jsonwebtoken({ algorithm, secret, publicKey }, { default: library }) {
  if (algorithm === 'EdDSA') return undefined;
  const key = secret ? createSecretKey(secret) : publicKey;
  const options = { algorithms: [algorithm], issuer, audience };
  return { name: 'jsonwebtoken', kind: 'peer', prepare: asIs, run: (token) => library.verify(token, key, options) };
}

function awsJwtVerify({ algorithm, jwk }, { JwtVerifier }) {
  if (algorithm === 'HS256' || algorithm === 'PS256') return undefined;
  const verifier = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}/jwks.json` });
  verifier.cacheJwks({ keys: [jwk] });
  return { name: 'aws-jwt-verify', kind: 'peer', prepare: asIs, run: (token) => verifier.verifySync(token) };
}

/** The signature alone, with nothing decoded and no claim looked at: what no library on Node's crypto can beat. */
function primitive({ hash, options, secret, publicKey }) {
  const parts = (token) => ({
    input: Buffer.from(token.slice(0, token.lastIndexOf('.'))),
    signature: Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url'),
  });
  const good = secret ? macOf(hash, createSecretKey(secret)) : (input, signature) => verify(hash, input, { key: publicKey, ...options }, signature);
  const run = ({ input, signature }) => {
    if (!good(input, signature)) throw new Error('refused');
  };
  return { name: secret ? 'createHmac alone' : 'crypto.verify alone', kind: 'primitive', prepare: parts, run };
}

function macOf(hash, key) {
  return (input, signature) => {
    const mac = createHmac(hash, key).update(input).digest();
    return mac.length === signature.length && timingSafeEqual(mac, signature);
  };
}
