/** Keys that sign, by WebCrypto: the core that is shipped verifies only. */
import { configError } from './errors.js';

/** How WebCrypto names the algorithm, to make keys and to sign. */
type Parameters = RsaHashedKeyGenParams & RsaPssParams & EcKeyGenParams & EcdsaParams;

const rsa = (name: string, bits: number): Partial<Parameters> => ({
  name,
  hash: `SHA-${bits}`,
  saltLength: bits / 8,
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
});

const PARAMETERS: Record<string, Partial<Parameters>> = {
  RS256: rsa('RSASSA-PKCS1-v1_5', 256),
  RS384: rsa('RSASSA-PKCS1-v1_5', 384),
  RS512: rsa('RSASSA-PKCS1-v1_5', 512),
  PS256: rsa('RSA-PSS', 256),
  PS384: rsa('RSA-PSS', 384),
  PS512: rsa('RSA-PSS', 512),
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  ES512: { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' },
  EdDSA: { name: 'Ed25519' },
  Ed25519: { name: 'Ed25519' },
};

export interface SigningKey {
  readonly kid: string;
  /** The public half, as key sets hold it. */
  readonly jwk: Record<string, unknown>;
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

export async function signingKey(algorithm: string, kid: string): Promise<SigningKey> {
  const parameters = Object.hasOwn(PARAMETERS, algorithm) ? (PARAMETERS[algorithm] as Parameters) : undefined;
  if (parameters === undefined) throw configError('algorithm', `must be one of ${Object.keys(PARAMETERS).join(', ')}`);
  const { subtle } = globalThis.crypto;
  const pair = (await subtle.generateKey(parameters, true, ['sign', 'verify'])) as CryptoKeyPair;
  const { key_ops: _, ext: __, alg: ___, ...material } = await subtle.exportKey('jwk', pair.publicKey);
  return {
    kid,
    jwk: { ...material, kid, alg: algorithm, use: 'sig' },
    sign: async (bytes) => new Uint8Array(await subtle.sign(parameters, pair.privateKey, bytes)),
  };
}
