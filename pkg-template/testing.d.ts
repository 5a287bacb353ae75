/**
 * Signs what this package verifies, for tests of applications: an issuer whose key endpoint can
 * rotate, fail and hang, and webhook deliveries of every scheme. By WebCrypto alone.
 *
 * ```ts
 * const issuer = await createIssuer({ algorithm: 'ES256' })
 * const verifier = createVerifier({ issuer: issuer.issuer, audience: 'api', fetch: issuer.fetch })
 * await verifier.verify(await issuer.sign({ aud: 'api', sub: 'alice' }))
 * ```
 *
 * @packageDocumentation
 */
import type { Algorithm, Claims, HostResponse, JwkSet, WebhookScheme, WebhookSchemeName } from './index.js';

/** Makes an issuer with one key. */
export function createIssuer(options: IssuerOptions): Promise<Issuer>;

/** What an issuer is made from. */
export interface IssuerOptions {
  /** What it signs with; HMAC needs no issuer. */
  algorithm: Exclude<Algorithm, `HS${number}`>;
  /** Its `iss`. Default `https://issuer.test`, which nothing is ever fetched from. */
  issuer?: string;
  /** Claims of every token, under those of `sign`. Default: none. */
  claims?: ClaimsToSign;
}

/** An issuer of tokens, with its keys. */
export interface Issuer {
  readonly issuer: string;
  /** Where {@link Issuer.fetch} serves the key set; discovery names it as well. */
  readonly jwksUri: string;
  /** The keys that are published now. */
  jwks(): JwkSet;
  /**
   * Signs a token with the newest key. `iss`, `iat` and `exp` (in five minutes) are added; a claim
   * that is `undefined` is left out.
   */
  sign(claims?: ClaimsToSign, options?: SignOptions): Promise<string>;
  /** Adds a key, which signs from now on, and gives its id. Those before stay published. */
  rotate(): Promise<string>;
  /** Publishes a key no longer. It still signs where `sign` is told so. */
  withdraw(kid: string): void;
  /** Serves discovery and the key set; to be given as the verifier's `fetch`. */
  readonly fetch: IssuerFetch;
}

/** Claims, of which those that are `undefined` are left out. */
export type ClaimsToSign = { [Name in keyof Claims]?: Claims[Name] | undefined };

/** How one token is signed. */
export interface SignOptions {
  /** The key to sign with. Default: the newest. */
  kid?: string;
  /** Members of the header, over its own. */
  header?: Record<string, unknown>;
  /** The time of `iat`. Default: now. */
  currentDate?: Date;
}

/** A `fetch` that behaves as it is told, until it is told otherwise. */
export interface IssuerFetch {
  (input: any, init?: any): Promise<HostResponse>;
  /** The URLs that were asked for. */
  readonly requests: string[];
  /** Never answers; ends only with the caller's signal. */
  stall(): void;
  /** Answers with a status, or throws as for a lost connection where none is given. */
  fail(status?: number): void;
  /** Answers after so many milliseconds. */
  delay(milliseconds: number): void;
  /** Answers with a redirect. */
  redirect(location?: string): void;
  /** Answers with documents of at least so many bytes. */
  grow(bytes: number): void;
  /** Behaves again. */
  recover(): void;
}

/** Signs a delivery. What comes back is what `verifySync(body, headers)` and `new Request(…)` take. */
export function signWebhook(scheme: WebhookSchemeName | WebhookScheme, delivery: DeliveryToSign): Promise<SignedDelivery>;

/** A delivery as its sender has it. */
export interface DeliveryToSign {
  /** Text, bytes, or an object, which is sent as JSON. */
  body: string | Uint8Array | ArrayBuffer | object;
  /**
   * The secret as the sender shows it, or its bytes; with a list there is a signature by each, as
   * during a rotation. `whsk_…` signs by Ed25519, for schemes that have it.
   */
  secret: string | Uint8Array | readonly string[];
  /** The delivery's id, where the scheme has one. Default `msg_1`. */
  id?: string;
  /** When it is signed: seconds since the epoch, or a `Date`. Default: now. */
  timestamp?: number | Date;
}

/** A delivery as it is sent. */
export interface SignedDelivery {
  body: Uint8Array<ArrayBuffer>;
  headers: Record<string, string>;
}
