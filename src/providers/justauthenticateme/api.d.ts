/** Types of `countersign/justauthenticateme`. */

import { CountersignError } from 'countersign'
import type {
  CallOptions, Claims, FetchLike, Header, HeadersLike, JwkSet, ProviderErrorDetails, RequestLike, RequestOptions, Verifier,
} from 'countersign'

export type { RequestOptions }

/** Creates a client of one app. Options that are wrong or unknown throw `ERR_CONFIG_INVALID`. */
export function justauthenticateme(options: JustAuthenticateMeOptions): JustAuthenticateMe

export interface JustAuthenticateMeOptions {
  /** The app's UUID, which is public. */
  appId: string
  /** Where the service is; tokens must be issued there. Default `https://api.justauthenticate.me`. */
  baseUrl?: string
  /** The app's keys: no network to verify tokens. */
  jwks?: JwkSet
  /** Another address of the keys. Default: the app's well-known address. */
  jwksUri?: string
  /** How far clocks may be apart, in seconds or as `"5s"`; at most 120. Default 30. */
  clockTolerance?: number | string
  /** Milliseconds for which keys are fresh. Default 3_600_000. */
  cacheMaxAge?: number
  /** Milliseconds between refetches for unknown key ids. Default 60_000. */
  cooldownDuration?: number
  /** Milliseconds a key fetch may take. Default 10_000. */
  timeoutDuration?: number
  /** Milliseconds before their end at which keys are refreshed behind an answer. Default 60_000. */
  staleWhileRevalidate?: number
  /** Milliseconds for which old keys serve while fetching fails. Default 86_400_000. */
  staleIfError?: number
  /** Milliseconds one attempt of a call may take. Default 10_000. */
  timeout?: number
  /** Retries where repeating is safe, at most 10; mail and refreshes are never repeated. Default 2. */
  maxRetries?: number
  /** Milliseconds: a longer wait asked for by the service fails the call instead. Default 60_000. */
  maxRetryWait?: number
  /** Default: the host's. */
  fetch?: FetchLike
  /** Default: the host's clock, read once a call. */
  currentDate?: Date | (() => Date)
}

/** A verified ID token. */
export interface SignedIn {
  headers: Header
  claims: JustAuthenticateMeClaims
  user: JustAuthenticateMeUser
}

export interface JustAuthenticateMeClaims extends Claims {
  email: string
  token_use: 'id'
}

/** `email` is the identity: there is no other id. Normalise it to compare, never to store. */
export interface JustAuthenticateMeUser {
  email: string
  sub: string
  appId: string
  tokenId: string | null
  /** Seconds since the epoch. */
  issuedAt: number
  /** Seconds since the epoch. */
  notBefore: number | null
  /** Seconds since the epoch. */
  expiresAt: number
  keyId: string | null
}

export interface JustAuthenticateMe {
  readonly verifier: Verifier
  /** Has a mail with a sign-in link sent. Anybody can: limit its rate by address and caller. */
  authenticate(email: string, options?: RequestOptions): Promise<void>
  /** Fetches the app's keys when the first token is verified. */
  verifyToken(idToken: string | RequestLike | HeadersLike, call?: CallOptions): Promise<SignedIn>
  /** The same with the keys in memory, in every runtime. */
  verifyTokenSync(idToken: string | RequestLike | HeadersLike, call?: CallOptions): SignedIn
  /** Verifies here, then asks the service, too. */
  verifyTokenRemote(idToken: string, options?: RequestOptions): Promise<SignedIn>
  /** A new ID token. Never repeated. */
  refresh(refreshToken: string, options?: RequestOptions): Promise<string>
  deleteRefreshToken(idToken: string, refreshToken: string, options?: RequestOptions): Promise<void>
  deleteAllRefreshTokens(idToken: string, options?: RequestOptions): Promise<void>
  /** The app's published keys. */
  jwks(options?: RequestOptions): Promise<JwkSet>
  /**
   * Takes the tokens out of the address that the link led to, **unverified**. Without an argument
   * it reads the page's address and removes them from it and from the history. Bind the return to
   * the browser that asked, by a cookie of your own: the link carries no state.
   */
  getTokensFromURL(url?: string | { href: string }): { idToken: string; refreshToken: string | null; url: string }
  /** `getTokensFromURL`, then `verifyToken`. */
  signInFromURL(url?: string | { href: string }, call?: CallOptions): Promise<SignedIn & { idToken: string; refreshToken: string | null }>
}

/** Base of all errors here, and the class of everything unexpected. */
export class JustAuthenticateMeError extends CountersignError {}
export interface JustAuthenticateMeError extends ProviderErrorDetails {}
/** 400: usually a bad e-mail address, or an app that does not allow refreshing. */
export class JAMBadRequest extends JustAuthenticateMeError {}
/** 404: the app or the token is not known. */
export class JAMNotFound extends JustAuthenticateMeError {}
/** The token is refused. */
export class JAMNotVerified extends JustAuthenticateMeError {}
/** 429 */
export class JAMRateLimited extends JustAuthenticateMeError {}
/** 401: the refresh token or the ID token of a call is invalid or expired. */
export class JAMUnauthorized extends JustAuthenticateMeError {}
/** Another name for {@link JAMUnauthorized}. */
export const JAMInvalid: typeof JAMUnauthorized
