/** Types of `countersign/oidc`. */

import { CountersignError } from 'countersign'
import type {
  Algorithm, CallOptions, Claims, FetchLike, HeadersLike, JwkSet, ProviderErrorDetails, RequestLike, RequestOptions, Verifier,
} from 'countersign'

export type { RequestOptions }

/** Creates a client of one issuer. Options that are wrong or unknown throw `ERR_CONFIG_INVALID`. */
export function oidc(options: OidcOptions): Oidc

export interface OidcCommonOptions {
  /** `rfc9068` demands access tokens of that kind, `plain` does not. Default `rfc9068`, with a preset `plain`. */
  profile?: 'rfc9068' | 'plain'
  /** Default: the preset's, else every asymmetric one. */
  algorithms?: Algorithm[]
  /** The client that ID tokens are for and that introspects. */
  clientId?: string
  /** For introspection. Refused in a browser unless `dangerouslyAllowBrowser`. */
  clientSecret?: string
  /** Accepted `azp` of ID tokens. Default: `clientId`. */
  authorizedParties?: string[]
  /** Default: from the issuer's metadata. */
  introspectionEndpoint?: string
  /** Seconds for which a positive answer is remembered, never past the token's `exp`; at most 30. Default 0. */
  introspectionCache?: number
  /** Dotted paths. Default: the preset's, else the usual claims. */
  rolesClaim?: string
  permissionsClaim?: string
  scopesClaim?: string
  /** The keys themselves: no network to verify tokens. */
  jwks?: JwkSet
  /** Their address. Default: from the issuer's metadata. */
  jwksUri?: string
  /** How far clocks may be apart, in seconds or as `"5s"`; at most 300. Default 0. */
  clockTolerance?: number | string
  /** Milliseconds for which keys are fresh. Default 600_000. */
  cacheMaxAge?: number
  /** Milliseconds between refetches for unknown key ids. Default 30_000. */
  cooldownDuration?: number
  /** Milliseconds a key fetch may take. Default 5_000. */
  timeoutDuration?: number
  /** Milliseconds before their end at which keys are refreshed behind an answer. Default 60_000. */
  staleWhileRevalidate?: number
  /** Milliseconds for which old keys serve while fetching fails. Default 86_400_000. */
  staleIfError?: number
  /** Milliseconds one attempt of an introspection may take. Default 10_000. */
  timeout?: number
  /** Retries of an introspection, at most 10. Default 2. */
  maxRetries?: number
  /** Milliseconds: a longer wait asked for by the issuer fails the call instead. Default 60_000. */
  maxRetryWait?: number
  /** Default: the host's. */
  fetch?: FetchLike
  /** Default: the host's clock, read once a call. */
  currentDate?: Date | (() => Date)
  /** Accept `clientSecret` in a browser. Default false. */
  dangerouslyAllowBrowser?: boolean
}

export interface OidcOptions extends OidcCommonOptions {
  /** The issuer's identifier, an https URL. */
  issuer: string
  /** Accepted audiences of access tokens; `null` checks none. */
  audience: string | string[] | null
}

/** What a preset takes: everything but what its row knows. */
export interface PresetOptions extends OidcCommonOptions {
  /** In the place of the preset's issuer, as for a custom domain. */
  issuer?: string
  /** The claim that plays the audience differs from vendor to vendor; `null` checks none. */
  audience?: string | string[] | null
}

type With<Options> = (options: PresetOptions & (Options | { issuer: string })) => Oidc
type Audience = { audience: string | string[] | null }

/** Vendors whose issuer, audience, algorithms and rights are known. */
export const presets: {
  /** `audience` is the API's identifier. */
  auth0: With<{ domain: string } & Audience>
  /** `audience` is compared with `azp`, the origin of the page. */
  clerk: With<{ domain: string } & Audience>
  /** `audience` is compared with `client_id` of access tokens. */
  cognito: With<{ region: string; userPoolId: string } & Audience>
  /** `audience` is the API's client id; tokens of version 2. */
  entra: With<{ tenantId: string } & Audience>
  /** ID tokens; the audience is the project. */
  firebase: With<{ projectId: string }>
  /** ID tokens; `audience` is the client id. */
  google: With<Audience>
  /** `url` is the server's address with its path, if it has one. */
  keycloak: With<{ url: string; realm: string } & Audience>
  /** Default audience `api://default`, default authorization server `default`. */
  okta: With<{ domain: string; authorizationServerId?: string }>
  /** Projects with asymmetric signing keys; default audience `authenticated`. */
  supabase: With<{ projectRef: string }>
  /** No audience: the keys are one client's own. */
  workos: With<{ clientId: string }>
}

/** The holder of a verified token. */
export interface OidcUser {
  sub: string
  email: string | null
  emailVerified: boolean | null
  name: string | null
  /** The client that the token was issued to. */
  clientId: string | null
  roles: string[]
  permissions: string[]
  scopes: string[]
  /** Seconds since the epoch. */
  issuedAt: number | null
  /** Seconds since the epoch. */
  expiresAt: number
  raw: Claims
}

/** RFC 7662 §2.2. */
export type Introspection = { active: false } | ({ active: true } & Claims)

type TokenInput = string | RequestLike | HeadersLike

export interface Oidc {
  /** The verifier of access tokens. */
  readonly verifier: Verifier
  /** The verifier of ID tokens. It compares no nonce. */
  readonly idTokenVerifier: Verifier
  /** Verifies an access token here; fetches the keys when they are needed. */
  verifyAccessToken(token: TokenInput, call?: CallOptions): Promise<OidcUser>
  /** The same with the keys in memory, in every runtime. */
  verifyAccessTokenSync(token: TokenInput, call?: CallOptions): OidcUser
  /** The same as `verifyAccessToken`. */
  verifyToken(token: TokenInput, call?: CallOptions): Promise<OidcUser>
  /** The same as `verifyAccessTokenSync`. */
  verifyTokenSync(token: TokenInput, call?: CallOptions): OidcUser
  /** `nonce` is the one that was sent with the request, `null` where none was. */
  verifyIdToken(token: string, options: CallOptions & { nonce: string | null }): Promise<OidcUser>
  /** Asks the issuer, which also knows about revocation and about opaque tokens. Needs `clientId` and `clientSecret`. */
  introspect(token: string, options?: RequestOptions): Promise<Introspection>
}

/** Every error here; `providerCode` is the issuer's own, such as `invalid_client`. */
export class OidcError extends CountersignError {}
export interface OidcError extends ProviderErrorDetails {}
