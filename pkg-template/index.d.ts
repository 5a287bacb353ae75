/**
 * Verify auth tokens and webhook signatures, synchronously and with one verdict in every runtime.
 *
 * These declarations need no DOM library: requests, header fields and `fetch` are described by
 * what is used of them, so the types of every runtime fit.
 *
 * @packageDocumentation
 */

// ---------------------------------------------------------------------------------------------
// What a runtime provides
// ---------------------------------------------------------------------------------------------

/** Header fields as `Headers` offers them. */
export interface HeadersLike {
  get(name: string): string | null;
}

/** A request as far as its header fields matter: a `Request` of any runtime. */
export interface RequestLike {
  readonly headers: HeadersLike;
}

/** A request whose body has not been read: a `Request` of any runtime. */
export interface WebhookRequestLike {
  readonly headers: HeadersLike & Iterable<[string, string]>;
  readonly body: ReadableBody | null;
  readonly bodyUsed: boolean;
}

/** A stream of bytes: a `ReadableStream<Uint8Array>` of any runtime. */
export interface ReadableBody {
  getReader(): {
    read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
    cancel(reason?: any): Promise<void>;
  };
}

/** An `AbortSignal` of any runtime. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: any;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * A function like the global `fetch`. It is called with a `Request` that follows no redirect, and
 * with `{ signal }`.
 */
export type FetchLike = (request: any, init?: any) => Promise<any>;

/** The runtime's own `Response` where its types are loaded. */
export type HostResponse = typeof globalThis extends { Response: { prototype: infer Instance } }
  ? Instance
  : { readonly status: number; readonly headers: HeadersLike; text(): Promise<string> };

// ---------------------------------------------------------------------------------------------
// Tokens
// ---------------------------------------------------------------------------------------------

/**
 * Makes a verifier for the tokens of one issuer, or of several: an array gives each issuer keys of
 * its own. With an array every `issuer` must be distinct and none `null`; a token's `iss` only
 * picks the entry and is checked again after the signature.
 *
 * Make it once, outside of request handlers: the key cache lives in it.
 *
 * @throws {@link ConfigError} `ERR_CONFIG_INVALID` for a wrong or unknown option, which the message
 * names, also for a `secret` of less than 32 bytes; {@link KeyError} `ERR_JWK_INVALID` for a
 * configured key that is malformed, too weak or fits no accepted algorithm.
 */
export function createVerifier(options: VerifierOptions): Verifier;
export function createVerifier(options: readonly VerifierOptions[]): MultiIssuerVerifier;
export function createVerifier(options: VerifierOptions | readonly VerifierOptions[]): Verifier | MultiIssuerVerifier;

/**
 * What a verifier accepts. Exactly one source of keys is given (`jwksUri`, `jwks`, `key` or
 * `secret`); none at all, with one `https:` issuer, means OpenID Connect discovery.
 *
 * Options are read once, when the verifier is made.
 */
export interface VerifierOptions {
  /**
   * The accepted `iss` claims (RFC 7519 §4.1.1), compared exactly. Required with `jwksUri` or
   * discovery, where `null` opts out; optional with local keys.
   */
  issuer?: string | readonly string[] | null;
  /**
   * The accepted `aud` claims (RFC 7519 §4.1.3): one of the token's must equal one of these. Must
   * be given; `null` opts out, and then tokens meant for anybody pass.
   */
  audience: string | readonly string[] | null;
  /** Where the issuer publishes its keys. `https:`, or `http:` on a loopback host. */
  jwksUri?: string | { readonly href: string };
  /** A key set (RFC 7517 §5) at hand. It is never fetched and never goes stale. */
  jwks?: JwkSet;
  /** One public key: a JWK (RFC 7517 §4), or PEM text of an SPKI or PKCS#1 key or a certificate. */
  key?: Jwk | string;
  /**
   * A shared secret for HS256, HS384 or HS512 (RFC 7518 §3.2), at least as long as the hash. A
   * string stands for its UTF-8 bytes. No other source of keys allows these algorithms.
   */
  secret?: string | Uint8Array;
  /**
   * The accepted algorithms. Default: every asymmetric algorithm that fits the keys; with `secret`,
   * those HS algorithms for which it is long enough.
   */
  algorithms?: readonly Algorithm[];
  /** The accepted `sub` claims. Default: any. */
  subject?: string | readonly string[];
  /**
   * The expected `typ` header, such as `at+jwt` (RFC 9068 §2.1). Case does not matter, and
   * `application/at+jwt` is the same. Default: any.
   */
  typ?: string;
  /**
   * Claims that must be there. Default `["exp"]`. A list of your own takes its place, so `exp` is
   * optional unless the list names it.
   */
  requiredClaims?: readonly string[];
  /**
   * How far the clocks may differ when `exp`, `nbf` and `iat` are compared: seconds, or text like
   * `"5s"`. Default 0, at most 300.
   */
  clockTolerance?: number | string;
  /** The greatest age of a token by its `iat`: seconds, or text like `"5 min"`. Default: any. */
  maxTokenAge?: number | string;
  /**
   * The time to judge by. Default: the host's clock, read once a call. A host clock that stands
   * before 2024 is refused (`ERR_CONFIG_INVALID`); a time given here is taken as it stands. With
   * several issuers the first entry's holds for all; a different one in a later entry is refused.
   */
  currentDate?: Date | (() => Date);
  /** How long a fetched key set is fresh, in milliseconds. Default 600 000. */
  cacheMaxAge?: number;
  /** The least time between two fetches for an unknown key, in milliseconds. Default 30 000. */
  cooldownDuration?: number;
  /** How long a call waits for keys in all, in milliseconds. Default 5 000; more than 24 days counts as 24 days. */
  timeoutDuration?: number;
  /**
   * How long before its end a key set is fetched anew in the background, in milliseconds. Default
   * 60 000; never more than half of `cacheMaxAge`.
   */
  staleWhileRevalidate?: number;
  /** How long past its end a key set serves while its endpoint fails, in milliseconds. Default 86 400 000. */
  staleIfError?: number;
  /**
   * How many verified tokens are remembered; `false` for none. Default 1 000, at most 100 000. Of
   * several issuers, the greatest number holds for all.
   */
  tokenCache?: number | false;
  /** The dotted path of the claim with the bearer's roles, such as `realm_access.roles`. Default: none. */
  rolesClaim?: string;
  /** The dotted path of the claim with the bearer's permissions. Default: none. */
  permissionsClaim?: string;
  /** The dotted path of the claim with the token's scopes, an array or text with spaces. Default: none. */
  scopesClaim?: string;
  /**
   * What key sets are fetched with. Default: the global `fetch`. With several issuers the first
   * entry's holds for all; a different one in a later entry is refused.
   */
  fetch?: FetchLike;
  /** Header fields to send when key sets are fetched. Default: none. */
  headers?: Iterable<readonly [string, string]> | Readonly<Record<string, string>>;
}

/** The algorithms of RFC 7518 §3.1, RFC 8037 §3.1 and RFC 9864 §2.2 that can be verified. */
export type Algorithm =
  | 'HS256' | 'HS384' | 'HS512'
  | 'RS256' | 'RS384' | 'RS512'
  | 'PS256' | 'PS384' | 'PS512'
  | 'ES256' | 'ES384' | 'ES512'
  | 'EdDSA' | 'Ed25519';

/** Verifies the tokens of one issuer. */
export interface Verifier {
  /**
   * Verifies a token; fetches the issuer's keys when they are needed. A string is the token itself,
   * without the word `Bearer`. From a `Request` or `Headers` the token is taken out of
   * `Authorization: Bearer` (RFC 6750 §2.1), of which there must be exactly one value. The requests
   * of `node:http` are neither: `protect` of `countersign/express` takes them.
   *
   * @throws {@link TokenError} when the token is refused; {@link KeyError} with status 503 when the
   * keys cannot be had; the `reason` of `call.signal` when that aborts.
   */
  verify<C extends object = Claims>(input: string | RequestLike | HeadersLike, call?: CallOptions): Promise<VerifiedToken<C>>;
  /**
   * Verifies a token with the keys in memory, without waiting for anything.
   *
   * @throws as {@link Verifier.verify}; `ERR_JWKS_UNAVAILABLE` (retryable) while a fetch could still
   * bring the key.
   */
  verifySync<C extends object = Claims>(input: string | RequestLike | HeadersLike, call?: CallOptions): VerifiedToken<C>;
  /** Says check by check what verification makes of a token. It never throws on account of the token. */
  explain(input: string, call?: CallOptions): Explanation;
  /** Fetches the keys, if they are not there yet. */
  preload(call?: CallOptions): Promise<void>;
  /**
   * The fetched key sets as plain JSON, for KV, the Cache API, Redis or a build-time pin. Each is
   * bound to its issuer and URI.
   */
  snapshot(): KeySnapshot;
  /**
   * Takes a key set that {@link Verifier.snapshot} gave, as parsed JSON, unless a newer one is there.
   * Its age counts on.
   *
   * @throws `ERR_CONFIG_INVALID` for anything that is no snapshot of these keys.
   */
  restore(snapshot: KeySnapshot | object): void;
  /** What the key cache holds. */
  readonly keys: KeyStatus;
}

/** Verifies the tokens of several issuers; the key caches are apart. */
export interface MultiIssuerVerifier extends Omit<Verifier, 'keys'> {
  /** What the key caches hold, by issuer. */
  readonly keys: Readonly<Record<string, KeyStatus>>;
}

/**
 * What one call may bring of its own: the same for tokens and webhooks, so that a handler passes on
 * what it has. A webhook needs `signal` and `currentDate` alone; nothing is fetched for it.
 */
export interface CallOptions {
  /** Ends the call with the signal's `reason`. */
  signal?: AbortSignalLike;
  /** What this call fetches keys with. Default: the verifier's. */
  fetch?: FetchLike;
  /** Where background work is left: `ctx.waitUntil` of a Worker, bound to its context. */
  waitUntil?: (promise: Promise<unknown>) => void;
  /** The time to judge this call by. Default: the verifier's. */
  currentDate?: Date;
}

/** A token whose signature and claims hold. Every call gives objects of its own. */
export interface VerifiedToken<C extends object = Claims> {
  /** The claims, parsed from the very bytes that were verified. */
  payload: C;
  /** The token's header, as it was signed. */
  protectedHeader: Header;
  /** What the signature was verified with. */
  algorithm: Algorithm;
  /** The id of the key, where the token names one. */
  kid?: string;
}

/**
 * Claims of a token (RFC 7519 §4.1) and any others. Numbers are as `JSON.parse` gives them: an
 * integer beyond 2^53 loses its last digits. Ids of that size belong in strings.
 */
export interface Claims {
  /** Who issued it. */
  iss?: string;
  /** Whom it is about. */
  sub?: string;
  /** Whom it is for. */
  aud?: string | string[];
  /** When it ends: seconds since the epoch. */
  exp?: number;
  /** When it begins: seconds since the epoch. */
  nbf?: number;
  /** When it was issued: seconds since the epoch. */
  iat?: number;
  /** Its own id. */
  jti?: string;
  [name: string]: unknown;
}

/** A token's header (RFC 7515 §4.1). */
export interface Header {
  alg: string;
  kid?: string;
  typ?: string;
  cty?: string;
  [name: string]: unknown;
}

/** A key (RFC 7517 §4). */
export interface Jwk {
  kty: string;
  kid?: string;
  alg?: string;
  use?: string;
  key_ops?: readonly string[];
  crv?: string;
  x?: string;
  y?: string;
  n?: string;
  e?: string;
  [name: string]: unknown;
}

/** A key set (RFC 7517 §5). */
export interface JwkSet {
  keys: readonly Jwk[];
}

/** What a key cache holds at a moment. */
export interface KeyStatus {
  /** Whether a key set is there and within its time. */
  fresh: boolean;
  /** Whether the endpoint is left alone for now, after a failure or an unknown key. */
  coolingDown: boolean;
  /** Whether a fetch is under way. */
  reloading: boolean;
  /** When the set was fetched; absent for configured keys and while there is none. */
  fetchedAt?: Date;
  /** How many usable keys there are. */
  count: number;
}

/** A key set as plain JSON. What is inside is not for reading. */
export type KeySnapshot = { readonly [name: string]: unknown };

/** What verification makes of a token, check by check. */
export interface Explanation {
  /** Whether the token is accepted. */
  accepted: boolean;
  /** The code of the refusal, `null` without one. */
  code: ErrorCode | null;
  /** The checks in their order. */
  checks: ExplainedCheck[];
}

/** One check of an {@link Explanation}. */
export interface ExplainedCheck {
  check: string;
  outcome: 'passed' | 'failed' | 'notReached';
  /** The error's code where it failed. */
  code?: ErrorCode;
  /** More about it; never anything secret. */
  detail?: string;
}

/**
 * Reads a token **without verifying it**: anybody may have written what comes back. For debugging,
 * and for choosing what to do before verification; never for deciding who somebody is.
 *
 * @throws {@link TokenError} `ERR_JWT_INVALID` or `ERR_TOKEN_TOO_LARGE` when it is not a token, also
 * for the five parts of an encrypted one; `ERR_JOSE_NOT_SUPPORTED` when its header has `crit`,
 * `b64`, `enc` or `zip`.
 */
export function dangerouslyDecode<C extends object = Claims>(token: string): { payload: C; protectedHeader: Header };

// ---------------------------------------------------------------------------------------------
// Webhooks
// ---------------------------------------------------------------------------------------------

/**
 * Makes a verifier for webhooks.
 *
 * @throws {@link ConfigError} `ERR_CONFIG_INVALID` for a wrong or unknown option.
 */
export function createWebhookVerifier(options: WebhookOptions): WebhookVerifier;

/** The built-in schemes. */
export type WebhookSchemeName =
  | 'standard' | 'svix' | 'stripe' | 'github' | 'slack' | 'shopify'
  | 'hellojohn' | 'hellojohn-body' | 'hellojohn-hook' | 'propelauth';

/** What a webhook verifier accepts. */
export interface WebhookOptions {
  /** The sender's scheme, by name or as data. */
  scheme: WebhookSchemeName | WebhookScheme;
  /** The shared secrets, or public keys for Ed25519 signatures. Any may match; each costs the same work. */
  secrets: string | Uint8Array | readonly (string | Uint8Array)[];
  /** How old, and how far ahead, the signed timestamp may be: seconds. Default 300. */
  tolerance?: number;
  /** The largest body, in bytes. Default 1 048 576. */
  maxBodyBytes?: number;
  /** The time to judge by. Default: the host's clock, read once a call. */
  currentDate?: Date | (() => Date);
  /** Where deliveries are claimed, so that each is accepted once. Default: none. */
  replayStore?: ReplayStore;
  /** How long a claim lasts: seconds. Default twice the tolerance; required where no timestamp is signed. */
  replayTtl?: number;
}

/** A scheme as data. Every built-in one is such a row. */
export interface WebhookScheme {
  /** The header field with the signature. */
  signatureHeader: string;
  /** The header field with the timestamp, Unix seconds. */
  timestampHeader?: string;
  /** The header field with the delivery's id. */
  idHeader?: string;
  /**
   * How signatures stand in their field: one `value`, a `list` set apart by spaces or commas, or
   * `fields` like `t=…,v1=…`. Default `value`.
   */
  format?: 'value' | 'list' | 'fields';
  /** The names for `format: "fields"`, such as `{ timestamp: "t", signature: "v1" }`. */
  fields?: { timestamp?: string; signature: string };
  /** What is signed, such as `"{id}.{timestamp}.{body}"`; `{body}` exactly once, at the end. */
  signedContent: string;
  /** How the signature is written. */
  encoding: 'hex' | 'base64';
  /** The hash of the HMAC. Default `sha256`. */
  hash?: 'sha256' | 'sha512';
  /** What stands before the signature, such as `"sha256="`. */
  signaturePrefix?: string;
  /** What stands before a secret, such as `"whsec_"`; it is taken off. */
  secretPrefix?: string;
  /** How a secret is written. Default `utf8`: its bytes as they stand. */
  secretEncoding?: 'utf8' | 'base64';
}

/**
 * A store that grants every key once. Those for Redis and Durable Objects are in `countersign/replay`.
 *
 * Keys are the names that senders give their deliveries: verifiers that share a store share them,
 * and one sender's delivery can pass for another's replay. Give each sender a store, or a prefix, of its own.
 */
export interface ReplayStore {
  /** Puts the key in if it is absent, atomically, for so many seconds. True when it was absent. */
  claim(key: string, ttlSeconds: number): boolean | Promise<boolean>;
  /** Takes the key out again. */
  release(key: string): void | Promise<void>;
}

/** A replay store in this process's memory: for one process, and for tests. */
export function memoryReplayStore(): {
  claim(key: string, ttlSeconds: number): boolean;
  release(key: string): void;
};

/** Verifies webhooks of one scheme. */
export interface WebhookVerifier {
  /**
   * Verifies a request; reads its body itself.
   *
   * @throws {@link WebhookError} when the delivery is refused; {@link ConfigError} when the body was
   * read before.
   */
  verify(request: WebhookRequestLike, call?: CallOptions): Promise<WebhookEvent>;
  /**
   * Verifies a delivery at hand. The body must be the bytes as they were received; a parsed object is
   * refused.
   *
   * @throws as {@link WebhookVerifier.verify}; `ERR_CONFIG_INVALID` when the replay store answers
   * asynchronously.
   */
  verifySync(body: Uint8Array | ArrayBuffer | string, headers: WebhookHeaders, call?: CallOptions): WebhookEvent;
  /** Verifies a body piece by piece in constant memory. The event's own `body` is empty then. */
  stream(headers: WebhookHeaders, call?: CallOptions): WebhookStream;
}

/** A delivery's header fields in any of the usual forms. */
export type WebhookHeaders =
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** A delivery whose body comes in pieces. */
export interface WebhookStream {
  update(chunk: Uint8Array | ArrayBuffer): void;
  /** The verdict. Nothing received before may be acted on until it is there. */
  finish(): WebhookEvent;
}

/** A delivery whose signature holds. */
export interface WebhookEvent {
  /** The delivery's id, where the scheme has one. */
  readonly id?: string;
  /** When it was signed, where the scheme says so. */
  readonly timestamp?: Date;
  /** The event's type, where the scheme has one. */
  readonly type?: string;
  /** The bytes that were verified: made when they are first asked for, the same array from then on. */
  readonly body: Uint8Array;
  /** Which of `secrets` matched. */
  readonly secretIndex: number;
  /** The body, parsed. */
  json<T = any>(): T;
  /** Gives the claim in the replay store back, when handling has failed and a retry should pass. Once it has, it does no more. */
  release(): Promise<void>;
}

// ---------------------------------------------------------------------------------------------
// Providers' clients
// ---------------------------------------------------------------------------------------------

/** Options of one call to a provider's API. Those of the client hold where they are absent. */
export interface RequestOptions {
  /** Ends the call with the signal's `reason`, also between two attempts. Default: none. */
  signal?: AbortSignalLike;
  /** What this call is sent with. Default: the client's. */
  fetch?: FetchLike;
  /** How long one attempt may take: milliseconds, from 1 to a day. Default: the client's. */
  timeout?: number;
  /** How often a call that failed is sent again, where that is safe: 0 to 10. Default: the client's. */
  maxRetries?: number;
  /**
   * The longest wait that the provider may ask for: milliseconds, up to a day. A longer one fails
   * the call instead. Default: the client's.
   */
  maxRetryWait?: number;
}

/** What a provider's errors say besides. */
export interface ProviderErrorDetails {
  /** The provider's own error code. */
  readonly providerCode?: string;
  /** The HTTP status of the provider's answer. */
  readonly providerStatus?: number;
  /** The provider's id of the request, for its support. */
  readonly requestId?: string;
  /** The answer's body, for what the fields above do not carry. It is in no log of the error. */
  readonly body?: unknown;
  /** The claim that is wrong (`ERR_JWT_CLAIM_VALIDATION_FAILED`). */
  readonly claim?: string;
  /** How the claim is wrong: absent, of the wrong type, or not what is expected. */
  readonly reason?: 'missing' | 'invalid' | 'mismatch';
}

// ---------------------------------------------------------------------------------------------
// Errors
// ---------------------------------------------------------------------------------------------

/** The codes. They never change; new ones may come. */
export type ErrorCode =
  | 'ERR_API_RATE_LIMITED'
  | 'ERR_API_RESPONSE_INVALID'
  | 'ERR_API_STATUS'
  | 'ERR_CONFIG_INVALID'
  | 'ERR_FORBIDDEN'
  | 'ERR_JOSE_ALG_NOT_ALLOWED'
  | 'ERR_JOSE_NOT_SUPPORTED'
  | 'ERR_JWKS_INVALID'
  | 'ERR_JWKS_NO_MATCHING_KEY'
  | 'ERR_JWKS_TIMEOUT'
  | 'ERR_JWKS_UNAVAILABLE'
  | 'ERR_JWK_INVALID'
  | 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'
  | 'ERR_JWT_CLAIM_VALIDATION_FAILED'
  | 'ERR_JWT_EXPIRED'
  | 'ERR_JWT_INVALID'
  | 'ERR_JWT_NOT_YET_VALID'
  | 'ERR_TOKEN_AMBIGUOUS'
  | 'ERR_TOKEN_MISSING'
  | 'ERR_TOKEN_TOO_LARGE'
  | 'ERR_TRANSPORT'
  | 'ERR_TRANSPORT_TIMEOUT'
  | 'ERR_WEBHOOK_HEADER_DUPLICATE'
  | 'ERR_WEBHOOK_HEADER_INVALID'
  | 'ERR_WEBHOOK_HEADER_MISSING'
  | 'ERR_WEBHOOK_PAYLOAD_INVALID'
  | 'ERR_WEBHOOK_REPLAYED'
  | 'ERR_WEBHOOK_SIGNATURE_INVALID'
  | 'ERR_WEBHOOK_TIMESTAMP_EXPIRED'
  | 'ERR_WEBHOOK_TIMESTAMP_FUTURE'
  | 'ERR_WEBHOOK_TIMESTAMP_INVALID'
  | 'ERR_WEBHOOK_TOO_LARGE'
  | 'ERR_WEBHOOK_TOO_MANY_SIGNATURES';

/**
 * Every error of this package. `instanceof` holds across realms and across the ESM and the CommonJS
 * copy. No message holds a token, a secret, key text or a signature.
 */
export class CountersignError extends Error {
  protected constructor(report: never);
  /** What went wrong; branch on this. */
  readonly code: ErrorCode;
  /** The HTTP status that fits. */
  readonly status: number;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** The value of `WWW-Authenticate` that fits (RFC 6750 §3), where there is one. */
  readonly wwwAuthenticate?: string;
  /** After how many seconds to try again, where that is known. */
  readonly retryAfter?: number;
  /** A refusal to send: status, challenge and a JSON body with `code` and `message`. */
  toResponse(): HostResponse;
  /** The fields as plain data, for logs. */
  toJSON(): Record<string, unknown>;
}

/** The token is missing, refused, or not enough for what is asked. */
export class TokenError extends CountersignError {
  /** The claim that is wrong (`ERR_JWT_CLAIM_VALIDATION_FAILED`). */
  readonly claim?: string;
  /** How the claim is wrong: absent, of the wrong type, or not what is expected. */
  readonly reason?: 'missing' | 'invalid' | 'mismatch';
}

/** The issuer's keys cannot be had or used, or a configured key is unfit. */
export class KeyError extends CountersignError {}

/** The webhook is refused. */
export class WebhookError extends CountersignError {}

/** The provider's API refused a call, or answered with something unusable. */
export class ApiError extends CountersignError {
  /** The provider's own error code, as it spells it. */
  readonly providerCode?: string;
  /** The HTTP status of the provider's answer. */
  readonly providerStatus?: number;
  /** The provider's id of the request, for its support. */
  readonly requestId?: string;
  /** The answer's body, for what the fields above do not carry. It is in no log of the error. */
  readonly body?: unknown;
}

/** No answer was had from a provider's API. */
export class TransportError extends CountersignError {}

/** An option is wrong; the message names it. */
export class ConfigError extends CountersignError {}
