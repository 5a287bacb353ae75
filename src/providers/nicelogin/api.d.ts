/** Types of `countersign/nicelogin`. */

import { CountersignError } from 'countersign'
import type {
  CallOptions, Claims, FetchLike, Header, HeadersLike, JwkSet, ProviderErrorDetails, RequestLike, RequestOptions, Verifier,
} from 'countersign'

export type { RequestOptions }

/** Creates a client of one company. Options that are wrong or unknown throw `ERR_CONFIG_INVALID`. */
export function nicelogin(options: NiceLoginOptions): NiceLogin

/** The verifier over keys that are at hand, with or without `new`. */
export const NiceLoginJWKS: {
  new (jwks: JwkSet, options?: NiceLoginTokenOptions): NiceLoginJWKS
  (jwks: JwkSet, options?: NiceLoginTokenOptions): NiceLoginJWKS
}

export interface NiceLoginTokenOptions {
  /** The company that every token must be of. Pin it: tokens have neither issuer nor audience. */
  companyId?: string
  /** Issuers that tokens must carry; today's carry none. Default: not checked. */
  issuer?: string | string[]
  /** Audiences of which tokens must carry one; today's carry none. Default: not checked. */
  audience?: string | string[]
  /** How far clocks may be apart, in seconds or as `"5s"`; at most 120. Default 30. */
  clockTolerance?: number | string
  /** Default: the host's clock, read once a call. */
  currentDate?: Date | (() => Date)
}

export interface NiceLoginOptions extends NiceLoginTokenOptions {
  /** Names the company; public. */
  apiKey: string
  /** For activating and deactivating users. Refused in a browser unless `dangerouslyAllowBrowser`. */
  apiSecret?: string
  /** Default `https://api.v1.nicelogin.com`. */
  baseUrl?: string
  /** The company's keys: no network to verify tokens. */
  jwks?: JwkSet
  /** Another address of the keys. Default: the company's well-known address. */
  jwksUri?: string
  /** Milliseconds for which keys are fresh. Default 86_400_000. */
  cacheMaxAge?: number
  /** Milliseconds between refetches for unknown key ids. Default 60_000. */
  cooldownDuration?: number
  /** Milliseconds a key fetch may take. Default 10_000. */
  timeoutDuration?: number
  /** Milliseconds before their end at which keys are refreshed behind an answer. Default 3_600_000. */
  staleWhileRevalidate?: number
  /** Milliseconds for which old keys serve while fetching fails. Default 86_400_000. */
  staleIfError?: number
  /** Milliseconds a call may take. Default 10_000. */
  timeout?: number
  /** For symmetry with other providers: no call of this one is ever repeated. */
  maxRetries?: number
  /** As `maxRetries`. */
  maxRetryWait?: number
  /** Default: the host's. */
  fetch?: FetchLike
  /** Accept `apiSecret` in a browser. Default false. */
  dangerouslyAllowBrowser?: boolean
}

export interface NiceLoginClaims extends Claims {
  sub: string
  email: string
  company_id: string
  sid?: string
  user_data?: Record<string, unknown>
}

export interface NiceLoginUser {
  userId: string
  email: string
  companyId: string
  tokenId: string | null
  sessionId: string | null
  /** Seconds since the epoch. */
  issuedAt: number
  /** Seconds since the epoch. */
  expiresAt: number
  userData: Record<string, unknown> | null
  raw: NiceLoginClaims
}

/** What a token says that **nobody has verified**. It is no {@link NiceLoginClaims}. */
export interface UnverifiedToken {
  readonly unverified: true
  readonly headers: Header
  readonly claims: Record<string, unknown>
}

type TokenInput = string | RequestLike | HeadersLike

export interface NiceLoginJWKS {
  readonly verifier: Verifier
  /**
   * Whether the token passes every check. Synchronous. Keys that are not there throw a retryable
   * `ERR_JWKS_UNAVAILABLE`: that is no verdict.
   */
  verifyToken(token: TokenInput, call?: CallOptions): boolean
  /** The claims of a token that passes; throws the reason why it does not. */
  unpack(token: TokenInput, options?: CallOptions & { verify?: true }): NiceLoginClaims
  /** Reads a token **without verifying it**: for display and debugging only. */
  unpack(token: string, options: { verify: false }): UnverifiedToken
  /** The user of a token that passes; throws the reason why it does not. */
  user(token: TokenInput, call?: CallOptions): NiceLoginUser
}

export interface NiceLogin extends NiceLoginJWKS {
  /** Loads the company's keys, so that `verifyToken` has them. */
  ready(call?: CallOptions): Promise<void>
  /**
   * A token for `resetPassword`, good for a day. The service hands it to whoever holds the public
   * API key, for any address, and its 404 tells who has an account: never call it from a browser,
   * never pass the token or that difference on, and limit its rate by address and caller.
   */
  requestPasswordReset(email: string, options?: RequestOptions): Promise<string>
  /** Changes a password that is known: it is no way back in for somebody who forgot theirs. */
  resetPassword(email: string, currentPassword: string, newPassword: string, resetToken: string, options?: RequestOptions): Promise<boolean>
  /** Both calls in order. When the second one fails, the first one's token stays good for a day. */
  changePassword(email: string, currentPassword: string, newPassword: string, options?: RequestOptions): Promise<boolean>
  /** Needs `apiSecret`. Check that the caller may, and is of the same company. */
  activateUser(userId: string, options?: RequestOptions): Promise<boolean>
  /** Needs `apiSecret`. Check that the caller may, and is of the same company. */
  deactivateUser(userId: string, options?: RequestOptions): Promise<boolean>
}

/** Every error here. `toResponse()` answers 502 where the service failed. */
export class NiceLoginError extends CountersignError {
  /** The HTTP status of the service's answer; 0 where there was none; 401 for a refused token. */
  override readonly status: number
}
export interface NiceLoginError extends ProviderErrorDetails {}
