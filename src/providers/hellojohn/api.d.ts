/**
 * Types of `countersign/hellojohn`.
 *
 * Every API method takes the path parameters first, in order, then one object with all other
 * parameters where there are any, then the options of the call. Answers have camelCase names;
 * the content of metadata objects is left as it was written. Fields that are not known here
 * are handed on all the same, and enumerations may grow: treat unknown values as opaque.
 */

import { CountersignError } from 'countersign'
import type {
  CallOptions, FetchLike, HeadersLike, JwkSet, ProviderErrorDetails, ReplayStore, RequestLike, RequestOptions as CommonRequestOptions,
  VerifiedToken, Verifier, WebhookEvent, WebhookRequestLike,
} from 'countersign'

/** Creates a HelloJohn client. Options that are wrong or unknown throw `ERR_CONFIG_INVALID`. */
export function hellojohn(options: HelloJohnOptions): HelloJohn

export interface HelloJohnOptions {
  /** Tenant of calls that name none; also the audience and tenant that tokens must be of. */
  tenantId?: string
  /** `sk_…`: server-to-server calls. Refused in a browser unless `dangerouslyAllowBrowser`. Never a verification key. */
  secretKey?: string
  /** `pk_…`: sign-in and sign-up. */
  publishableKey?: string
  /** `mk_…`: the tenants API. Refused in a browser unless `dangerouslyAllowBrowser`. */
  masterKey?: string
  /** A signed-in user's token, for calls on their behalf; a call may bring its own. */
  accessToken?: string
  /** Token of `controlPlane.signIn`; a call may bring its own as `accessToken`. */
  controlPlaneToken?: string
  /** Base URL with or without `/v1`; https, or http on a loopback host. Default: the cloud. */
  apiUrl?: string
  /** Accepted issuers; `null` checks none. Default: the origin of `apiUrl`. */
  issuer?: string | string[] | null
  /** Accepted audiences; `null` checks none, and then tokens must name `tenantId`. Default: `tenantId`. */
  audience?: string | string[] | null
  /** Accept tokens of every tenant. Cannot stand beside `tenantId` or `audience`. Default false. */
  allowAnyTenant?: boolean
  /** Where the keys are. Default: `/.well-known/jwks.json` of the origin, then `/jwks/{tenantId}` of `apiUrl`. */
  jwksUrl?: string
  /** The same as `jwksUrl`. */
  jwksUri?: string
  /** The keys themselves: no network at all. */
  jwks?: JwkSet
  /** One Ed25519 key, as JWK or PEM: no network at all. */
  publicKey?: Record<string, unknown> | string
  /** How far clocks may be apart, in seconds or as `"5s"`; at most 300. Default 30. */
  clockTolerance?: number | string
  /** The same as `clockTolerance`. */
  clockSkewSeconds?: number
  /** Read roles and permissions from the open-source server's system claims. Default false. */
  systemClaims?: boolean
  /** Milliseconds for which keys are fresh. Default 3_600_000. */
  cacheMaxAge?: number
  /** Milliseconds between refetches for unknown key ids. Default 60_000. */
  cooldownDuration?: number
  /** Milliseconds a key fetch may take. Default 10_000. */
  timeoutDuration?: number
  /** Milliseconds for which old keys serve while fetching fails. Default 86_400_000. */
  staleIfError?: number
  /** `whsec_…`, used whole; with a list any may match. */
  webhookSecret?: string | string[]
  /** How deliveries are signed. `body` and `hook` have no replay protection. Default `standard`. */
  webhookFormat?: 'standard' | 'body' | 'hook'
  /**
   * Where deliveries are claimed, so that each is accepted once; for `webhookFormat: "standard"`,
   * whose time is signed. A delivery given by its parts needs a store that answers at once.
   */
  replayStore?: ReplayStore
  /** Milliseconds one attempt of a call may take. Default 10_000. */
  timeout?: number
  /** Retries after a failure that may pass, where repeating is safe; at most 10. Default 2. */
  maxRetries?: number
  /** Milliseconds: a longer wait asked for by the provider fails the call instead. Default 60_000. */
  maxRetryWait?: number
  /** Send an `Idempotency-Key` with every POST that it makes repeatable. Default true. */
  idempotencyKeys?: boolean
  /** Other paths for operations with a fixed path, such as `{ "auth.refresh": "/auth/refresh" }`. */
  paths?: Record<string, string>
  /** Default: the host's. */
  fetch?: FetchLike
  /** Default: the host's clock, read once a call. */
  currentDate?: Date | (() => Date)
  /** Accept server credentials in a browser. Default false. */
  dangerouslyAllowBrowser?: boolean
}

export interface HelloJohn {
  /** The verifier of this tenant's tokens: what `protect` and `explain` need. */
  readonly verifier: Verifier
  /**
   * Verifies an access token here; fetches the keys when they are needed. Throws `InvalidTokenError`
   * when it is refused, and `ERR_JWKS_*` (503) when the keys cannot be had.
   */
  verifyToken(token: string | RequestLike | HeadersLike, call?: CallOptions): Promise<HelloJohnUser>
  /** The same with the keys in memory, in every runtime. */
  verifyTokenSync(token: string | RequestLike | HeadersLike, call?: CallOptions): HelloJohnUser
  /** Asks the provider, which also knows about revocation. `valid: false` is a result. */
  verifyTokenRemote(token: string, options?: RequestOptions): Promise<RemoteVerdict>
  /** Verifies a delivery by `webhookSecret`; reads the raw body of a request itself. */
  verifyWebhook(request: WebhookRequestLike, call?: CallOptions): Promise<HelloJohnEvent>
  verifyWebhook(delivery: WebhookDelivery, call?: CallOptions): HelloJohnEvent
  /** Throws `ERR_FORBIDDEN` unless `user.role` equals `role`. `ownerPasses` lets `owner` pass for `admin`. Nobody has no role. */
  requireRole(user: Pick<HelloJohnUser, 'role'> | null | undefined, role: string, options?: { ownerPasses?: boolean }): void
  /** As `requireRole`, with the role in the active organization. */
  requireOrgRole(user: Pick<HelloJohnUser, 'orgId' | 'orgRole' | 'role'> | null | undefined, role: string): void
  readonly auth: AuthApi
  readonly users: UsersApi
  readonly sessions: SessionsApi
  readonly mfa: MfaApi
  readonly organizations: OrganizationsApi
  readonly apiKeys: ApiKeysApi
  readonly webhooks: WebhooksApi
  readonly clients: ClientsApi
  readonly auditLogs: AuditLogsApi
  readonly tenants: TenantsApi
  readonly admin: AdminApi
  readonly controlPlane: ControlPlaneApi
}

/** Options of one call. Those of the client hold where they are absent. */
export interface RequestOptions extends CommonRequestOptions {
  /**
   * The `Idempotency-Key` of a POST: 1 to 255 visible ASCII characters, `true` for one that is made,
   * `false` for none, with which the POST is never repeated. Default: as `idempotencyKeys` says.
   */
  idempotencyKey?: string | boolean
  /** The tenant of this call. Default: the client's. */
  tenantId?: string
  /** The token of calls on a user's behalf, and of the control plane; refused for others. Default: the client's. */
  accessToken?: string
}

/** One page of a list; iterating goes through the items of this and all later pages. */
export interface Page<T> extends AsyncIterable<T> {
  data: T[]
  hasMore: boolean
  nextCursor: string | null
  total: number | null
}

/** A page to come. It can be iterated as it stands: through the items of this and all later pages. */
export type Listed<T> = Promise<Page<T>> & AsyncIterable<T>

export interface PageParameters {
  /** 1 to 100; the provider's default is 20. */
  limit?: number
  cursor?: string
  /** Instead of the client's. */
  tenantId?: string
}

/** Takes a tenant instead of the client's. */
export interface InTenant {
  tenantId?: string
}

export type Metadata = Record<string, unknown>

/** The caller that a verified access token describes. */
export interface HelloJohnUser {
  sub: string
  email: string | null
  tenantId: string | null
  role: string | null
  roles: string[]
  permissions: string[]
  scopes: string[]
  customClaims: Record<string, unknown>
  sessionId: string | null
  orgId: string | null
  orgRole: string | null
  emailVerified: boolean | null
  mfaVerified: boolean | null
  name: string | null
  clientId: string | null
  publicMetadata: Metadata | null
  iss: string | null
  aud: string | string[] | null
  /** Seconds since the epoch. */
  iat: number | null
  /** Seconds since the epoch. */
  nbf: number | null
  /** Seconds since the epoch. */
  exp: number | null
  raw: VerifiedToken['payload']
}

export interface RemoteVerdict {
  valid: boolean
  /** As the provider sends it; `null` unless valid. */
  payload: Record<string, unknown> | null
  error: unknown
}

/** A delivery given by its parts. What a request lacks is refused as in the request itself. */
export interface WebhookDelivery {
  /** The body as it was received. */
  payload: Uint8Array | ArrayBuffer | string
  /** The value of the signature's header, which `webhookFormat` names. */
  signature: string | null | undefined
  /** The value of `X-HelloJohn-Timestamp`. May be left out where the signature carries it. */
  timestamp?: string | number | null | undefined
  /** Any may match. Default: `webhookSecret`. */
  secret?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined
}

export interface HelloJohnEvent {
  id: string | null
  type: EventType
  /** RFC 3339, UTC. */
  createdAt: string | null
  tenantId: string | null
  /** `null` in the flat events of the open-source server. */
  data: Record<string, unknown> | null
  raw: Record<string, unknown>
  /** The delivery itself; absent where only its parts were given and nothing was claimed. */
  event?: WebhookEvent
}

export type EventType =
  | 'user.created' | 'user.login' | 'user.updated' | 'user.deleted' | 'user.disabled' | 'user.password_changed'
  | 'session.created' | 'session.revoked'
  | 'mfa.enrolled' | 'mfa.removed' | 'mfa.verified'
  | 'oauth.connected' | 'oauth.disconnected'
  | 'org.created' | 'org.deleted' | 'org.member.added' | 'org.member.removed'
  | 'org.invitation.sent' | 'org.invitation.accepted'
  | (string & {})

export interface AuthApi {
  signUp(parameters: SignUpParameters, options?: RequestOptions): Promise<SignUpResult>
  signIn(parameters: SignInParameters, options?: RequestOptions): Promise<SignInResult>
  signOut(parameters?: InTenant, options?: RequestOptions): Promise<null>
  /** At most one at a time per session; never repeated. Store the new token before using it. */
  refresh(parameters: { refreshToken: string } & InTenant, options?: RequestOptions): Promise<Session>
  me(parameters?: InTenant, options?: RequestOptions): Promise<User>
  changePassword(parameters: { currentPassword: string; newPassword: string } & InTenant, options?: RequestOptions): Promise<unknown>
  forgotPassword(parameters: { email: string } & InTenant, options?: RequestOptions): Promise<unknown>
  resetPassword(parameters: { token: string; newPassword: string } & InTenant, options?: RequestOptions): Promise<unknown>
  sendMagicLink(parameters: { email: string; redirectUrl?: string } & InTenant, options?: RequestOptions): Promise<unknown>
  verifyMagicLink(parameters: { token: string } & InTenant, options?: RequestOptions): Promise<SignInResult>
  /** Where to send the browser; makes no request. */
  oauthAuthorizeUrl(provider: string, parameters: OAuthAuthorizeParameters): string
  oauthCallback(provider: string, parameters: OAuthCallbackParameters, options?: RequestOptions): Promise<SignInResult>
  verifyMfa(parameters: { challengeId: string; factorId?: string; code: string } & InTenant, options?: RequestOptions): Promise<SignInResult>
  /** The open-source server's grant for programs. `expiresIn` is 3600 where the server does not tell. */
  clientCredentials(parameters: ClientCredentialsParameters, options?: RequestOptions): Promise<ClientToken>
}

export interface SignUpParameters extends InTenant {
  email: string
  /** At least 8 characters. */
  password: string
  name?: string
  displayName?: string
  username?: string
  metadata?: Metadata
}

export interface SignInParameters extends InTenant {
  email: string
  password: string
  captchaToken?: string
}

/** `session` is `null` where the address must be verified first. */
export interface SignUpResult {
  status: 'complete'
  user: User | null
  session: Session | null
}

export type SignInResult =
  | { status: 'complete'; user: User | null; session: Session }
  | { status: 'mfa_required'; challengeId: string | null; availableFactors: { type: string; [field: string]: unknown }[] }

export interface Session {
  id?: string
  accessToken: string
  refreshToken?: string
  /** Seconds. */
  expiresIn?: number
  accessTokenExpiresAt?: string
  refreshTokenExpiresAt?: string
  [field: string]: unknown
}

export interface OAuthAuthorizeParameters {
  redirectUri: string
  state: string
  /** Of method S256. */
  codeChallenge: string
  connectionId?: string
  organizationId?: string
}

export interface OAuthCallbackParameters extends InTenant {
  code: string
  codeVerifier: string
  redirectUri: string
}

export interface ClientCredentialsParameters {
  clientId: string
  clientSecret: string
  scope?: string
  tenantSlug?: string
}

export interface ClientToken extends Session {
  expiresIn: number
  tokenType?: string
  scope?: string
}

export interface UsersApi {
  list(parameters?: UserListParameters, options?: RequestOptions): Listed<User>
  create(parameters: UserCreateParameters, options?: RequestOptions): Promise<User>
  /** Throws `UserNotFoundError`. */
  get(id: string, parameters?: InTenant, options?: RequestOptions): Promise<User>
  /** `null` where nobody has exactly this address. */
  getByEmail(parameters: { email: string } & InTenant, options?: RequestOptions): Promise<User | null>
  update(id: string, parameters: UserUpdateParameters, options?: RequestOptions): Promise<User>
  disable(id: string, parameters?: { revokeSessions?: boolean } & InTenant, options?: RequestOptions): Promise<User | null>
  enable(id: string, parameters?: InTenant, options?: RequestOptions): Promise<User | null>
  /** Cannot be undone. */
  delete(id: string, parameters?: InTenant, options?: RequestOptions): Promise<null>
  search(parameters?: UserSearchParameters, options?: RequestOptions): Listed<User>
  impersonate(parameters: { userId: string; reason?: string; expiresIn?: string } & InTenant, options?: RequestOptions): Promise<{ accessToken: string; [field: string]: unknown }>
}

export interface User {
  id: string
  email?: string
  username?: string | null
  name?: string | null
  phone?: string | null
  avatarUrl?: string | null
  emailVerified?: boolean
  phoneVerified?: boolean
  role?: string | null
  status?: 'active' | 'disabled' | 'banned' | 'pending' | 'unverified' | (string & {})
  mfaEnabled?: boolean
  publicMetadata?: Metadata
  privateMetadata?: Metadata
  externalId?: string | null
  createdAt?: string
  updatedAt?: string
  lastSignInAt?: string | null
  [field: string]: unknown
}

export interface UserListParameters extends PageParameters {
  email?: string
  status?: string
  role?: string
  q?: string
  sort?: 'created_at' | 'last_sign_in_at' | 'email' | (string & {})
  /** The provider's default is `desc`. */
  order?: 'asc' | 'desc'
  externalId?: string
  emailVerified?: boolean
  disabled?: boolean
  createdAfter?: string
  createdBefore?: string
}

export interface UserCreateParameters extends InTenant {
  email: string
  password?: string
  passwordHash?: string
  name?: string
  /** Sent as `name`. */
  displayName?: string
  username?: string
  phone?: string
  emailVerified?: boolean
  role?: string
  externalId?: string
  avatarUrl?: string
  publicMetadata?: Metadata
  privateMetadata?: Metadata
}

/** `null` clears a field. */
export interface UserUpdateParameters extends InTenant {
  name?: string | null
  /** Sent as `name`. */
  displayName?: string | null
  email?: string
  phone?: string | null
  phoneNumber?: string | null
  avatarUrl?: string | null
  role?: string | null
  emailVerified?: boolean
  externalId?: string | null
  publicMetadata?: Metadata | null
  privateMetadata?: Metadata | null
}

export interface UserSearchParameters extends PageParameters {
  query?: string
  filters?: {
    createdAfter?: string
    createdBefore?: string
    lastActiveAfter?: string
    mfaEnrolled?: boolean
    emailVerified?: boolean
    disabled?: boolean
    organizationId?: string
    role?: string
    [filter: string]: unknown
  }
  sort?: { field: string; direction: 'asc' | 'desc' }
}

export interface SessionsApi {
  list(parameters?: { userId?: string; status?: 'active' | 'expired' | 'revoked' } & PageParameters, options?: RequestOptions): Listed<UserSession>
  get(id: string, parameters?: InTenant, options?: RequestOptions): Promise<UserSession>
  revoke(id: string, parameters?: InTenant, options?: RequestOptions): Promise<null>
  /** Lists the active sessions of a user and ends each. */
  revokeAll(userId: string, options?: RequestOptions): Promise<{ revoked: number }>
  verify(parameters: { token: string } & InTenant, options?: RequestOptions): Promise<RemoteVerdict>
}

export interface UserSession {
  id: string
  userId?: string
  tenantId?: string
  status?: string
  userAgent?: string | null
  ipAddress?: string | null
  country?: string | null
  deviceType?: string | null
  createdAt?: string
  lastActiveAt?: string
  expiresAt?: string
  [field: string]: unknown
}

export interface MfaApi {
  listFactors(userId: string, parameters?: InTenant, options?: RequestOptions): Listed<Factor>
  enroll(userId: string, parameters: FactorParameters, options?: RequestOptions): Promise<FactorEnrollment>
  confirm(userId: string, factorId: string, parameters: { code: string } & InTenant, options?: RequestOptions): Promise<FactorConfirmation | null>
  remove(userId: string, factorId: string, parameters?: InTenant, options?: RequestOptions): Promise<null>
}

export interface Factor {
  id: string
  userId?: string
  type?: 'totp' | 'sms' | 'email_otp' | 'webauthn' | 'backup_codes' | (string & {})
  name?: string | null
  status?: 'pending' | 'active' | 'disabled' | (string & {})
  createdAt?: string
  lastUsedAt?: string | null
  [field: string]: unknown
}

export interface FactorParameters extends InTenant {
  type: 'totp' | 'sms' | 'email_otp' | 'webauthn' | (string & {})
  name?: string
  /** E.164, for `sms`. */
  phoneNumber?: string
}

export interface FactorEnrollment {
  factorId?: string
  type?: string
  status?: string
  totp?: { secret: string; uri: string; qrCode?: string }
  [field: string]: unknown
}

export interface FactorConfirmation {
  /** Shown once, with a user's first factor. */
  backupCodes?: string[]
  [field: string]: unknown
}

export interface OrganizationsApi {
  list(parameters?: { q?: string } & PageParameters, options?: RequestOptions): Listed<Organization>
  create(parameters: OrganizationCreateParameters, options?: RequestOptions): Promise<Organization>
  get(id: string, parameters?: InTenant, options?: RequestOptions): Promise<Organization>
  getBySlug(slug: string, parameters?: InTenant, options?: RequestOptions): Promise<Organization>
  /** `publicMetadata` replaces the whole object. */
  update(id: string, parameters: OrganizationUpdateParameters, options?: RequestOptions): Promise<Organization>
  delete(id: string, parameters?: InTenant, options?: RequestOptions): Promise<null>
  listMembers(organizationId: string, parameters?: { role?: string; q?: string } & PageParameters, options?: RequestOptions): Listed<Member>
  addMember(organizationId: string, parameters: { userId: string; role: string } & InTenant, options?: RequestOptions): Promise<Member>
  updateMemberRole(organizationId: string, userId: string, parameters: { role: string } & InTenant, options?: RequestOptions): Promise<Member>
  removeMember(organizationId: string, userId: string, parameters?: InTenant, options?: RequestOptions): Promise<null>
  inviteMember(organizationId: string, parameters: InvitationParameters, options?: RequestOptions): Promise<Invitation>
  listInvitations(organizationId: string, parameters?: PageParameters, options?: RequestOptions): Listed<Invitation>
  revokeInvitation(organizationId: string, invitationId: string, parameters?: InTenant, options?: RequestOptions): Promise<null>
  acceptInvitation(token: string, parameters?: InTenant, options?: RequestOptions): Promise<unknown>
  createRole(organizationId: string, parameters: { name: string; slug?: string; permissions?: string[] } & InTenant, options?: RequestOptions): Promise<Role>
}

export interface Organization {
  id: string
  tenantId?: string
  name?: string
  slug?: string
  logoUrl?: string | null
  memberCount?: number
  publicMetadata?: Metadata
  createdAt?: string
  updatedAt?: string
  [field: string]: unknown
}

export interface OrganizationCreateParameters extends InTenant {
  name: string
  slug?: string
  logoUrl?: string
  /** A user id, who becomes the owner. */
  createdBy?: string
  publicMetadata?: Metadata
}

export interface OrganizationUpdateParameters extends InTenant {
  name?: string
  slug?: string
  logoUrl?: string | null
  publicMetadata?: Metadata | null
}

export interface Member {
  userId?: string
  organizationId?: string
  role?: string
  joinedAt?: string
  user?: { id: string; email?: string; name?: string | null; avatarUrl?: string | null }
  [field: string]: unknown
}

export interface InvitationParameters extends InTenant {
  email: string
  role: string
  redirectUrl: string
  /** Such as `7d`. */
  expiresIn?: string
}

export interface Invitation {
  id: string
  organizationId?: string
  email?: string
  role?: string
  status?: string
  token?: string
  expiresAt?: string
  createdAt?: string
  [field: string]: unknown
}

export interface Role {
  id: string
  name?: string
  slug?: string
  permissions?: string[]
  createdAt?: string
  [field: string]: unknown
}

export interface ApiKeysApi {
  list(parameters?: { type?: 'publishable' | 'secret'; revoked?: boolean } & InTenant, options?: RequestOptions): Listed<ApiKey>
  /** The full key is in this answer and never again. */
  create(parameters: ApiKeyParameters, options?: RequestOptions): Promise<ApiKey>
  delete(id: string, parameters?: InTenant, options?: RequestOptions): Promise<null>
}

export interface ApiKey {
  id: string
  name?: string
  type?: string
  prefix?: string
  lastFour?: string
  scopes?: string[]
  createdAt?: string
  lastUsedAt?: string | null
  expiresAt?: string | null
  revoked?: boolean
  [field: string]: unknown
}

export interface ApiKeyParameters extends InTenant {
  name: string
  type: 'publishable' | 'secret'
  /** Default `["*"]`. */
  scopes?: string[]
  /** Such as `90d` or `1y`. */
  expiresIn?: string
}

export interface WebhooksApi {
  list(parameters?: InTenant, options?: RequestOptions): Listed<Webhook>
  create(parameters: { url: string; events: string[]; description?: string } & InTenant, options?: RequestOptions): Promise<Webhook>
  update(id: string, parameters: { url?: string; events?: string[]; description?: string | null; status?: string } & InTenant, options?: RequestOptions): Promise<Webhook>
  delete(id: string, parameters?: InTenant, options?: RequestOptions): Promise<null>
  test(id: string, parameters?: InTenant, options?: RequestOptions): Promise<unknown>
}

export interface Webhook {
  id: string
  url?: string
  description?: string | null
  events?: string[]
  status?: string
  signingSecret?: string
  createdAt?: string
  lastTriggeredAt?: string | null
  [field: string]: unknown
}

export interface ClientsApi {
  list(parameters?: InTenant, options?: RequestOptions): Listed<OAuthClient>
  create(parameters: OAuthClientParameters, options?: RequestOptions): Promise<OAuthClient>
}

export interface OAuthClient {
  id: string
  [field: string]: unknown
}

export interface OAuthClientParameters extends InTenant {
  name: string
  type: 'web' | 'spa' | 'native' | 'machine'
  redirectUris?: string[]
  allowedOrigins?: string[]
  grantTypes?: string[]
  postLogoutRedirectUris?: string[]
  scopes?: string[]
}

export interface AuditLogsApi {
  /** `limit` is up to 200 here, 50 by default. */
  list(parameters?: AuditLogParameters, options?: RequestOptions): Listed<AuditEntry>
  /** CSV, JSON or NDJSON, as bytes. */
  export(parameters?: { format?: 'csv' | 'json' | 'ndjson'; from?: string; to?: string } & InTenant, options?: RequestOptions): Promise<{ mediaType: string | null; bytes: Uint8Array }>
}

export interface AuditLogParameters extends PageParameters {
  actorId?: string
  actorType?: string
  /** May end in a wildcard: `user.*`. */
  type?: string
  result?: string
  ipAddress?: string
  country?: string
  from?: string
  to?: string
  resourceId?: string
  resourceType?: string
}

export interface AuditEntry {
  id: string
  type?: string
  actor?: { id?: string; email?: string; type?: string }
  resource?: { id?: string; type?: string }
  tenantId?: string
  organizationId?: string | null
  ipAddress?: string
  userAgent?: string
  country?: string | null
  result?: string
  metadata?: Metadata
  createdAt?: string
  [field: string]: unknown
}

export interface TenantsApi {
  list(parameters?: { q?: string; status?: string; plan?: string; limit?: number; cursor?: string }, options?: RequestOptions): Listed<Tenant>
  create(parameters: { name: string } & TenantParameters, options?: RequestOptions): Promise<Tenant>
  /** Throws `TenantNotFoundError`. */
  get(id: string, options?: RequestOptions): Promise<Tenant>
  update(id: string, parameters: TenantParameters, options?: RequestOptions): Promise<Tenant>
  delete(id: string, options?: RequestOptions): Promise<null>
}

export interface Tenant {
  id: string
  name?: string
  slug?: string
  status?: 'active' | 'suspended' | 'deleted' | (string & {})
  plan?: 'free' | 'starter' | 'pro' | 'enterprise' | (string & {})
  userCount?: number
  orgCount?: number
  authConfig?: TenantAuthConfig
  publicMetadata?: Metadata
  privateMetadata?: Metadata
  createdAt?: string
  updatedAt?: string
  [field: string]: unknown
}

export interface TenantAuthConfig {
  allowedOrigins?: string[]
  sessionDuration?: string | number
  mfaRequired?: boolean
  passwordMinLength?: number
  [field: string]: unknown
}

export interface TenantParameters {
  name?: string
  slug?: string
  plan?: string
  ownerEmail?: string
  authConfig?: TenantAuthConfig
  publicMetadata?: Metadata
  privateMetadata?: Metadata
}

export interface AdminApi {
  stats(parameters?: InTenant, options?: RequestOptions): Promise<Record<string, unknown>>
  /** Changes tenant settings. */
  config(parameters: AdminConfigParameters, options?: RequestOptions): Promise<Record<string, unknown>>
}

export interface AdminConfigParameters extends InTenant {
  idleTimeout?: string | number
  accessTokenTtl?: string | number
  sessionDuration?: string | number
  mfaAllowedFactors?: string[]
  /** Sent as it is. */
  hooks?: Record<string, unknown>
}

export interface ControlPlaneApi {
  signIn(parameters: { email: string; password: string }, options?: RequestOptions): Promise<Record<string, unknown>>
  updateTenant(id: string, parameters: { name?: string; plan?: string; status?: string; allowedOrigins?: string[] }, options?: RequestOptions): Promise<Record<string, unknown>>
}

/** Base of all errors here. `code` is one of Countersign's; `providerCode` is HelloJohn's own. */
export class HelloJohnError extends CountersignError {}
export interface HelloJohnError extends ProviderErrorDetails {}
/** A token is refused: `providerCode` is `token_expired`, `missing_token`, `invalid_token` or the API's own. */
export class InvalidTokenError extends HelloJohnError {}
export class AuthenticationError extends HelloJohnError {}
export class PermissionError extends HelloJohnError {}
export class MfaRequiredError extends HelloJohnError {}
export class NotFoundError extends HelloJohnError {}
export class UserNotFoundError extends HelloJohnError {}
export class TenantNotFoundError extends HelloJohnError {}
export class ConflictError extends HelloJohnError {}
export class ValidationError extends HelloJohnError {}
export class RateLimitError extends HelloJohnError {
  /** Seconds; absent where the answer is no 429 and does not say. */
  override readonly retryAfter?: number
}
export class ServerError extends HelloJohnError {}
export class TransportError extends HelloJohnError {}
/** A delivery is refused; `providerCode` is the reason. */
export class WebhookVerificationError extends HelloJohnError {}
