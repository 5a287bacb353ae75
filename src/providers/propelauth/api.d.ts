/**
 * Types of `countersign/propelauth`.
 *
 * Every API method takes the path parameters first, in order, then one object with all other
 * parameters where there are any, then the options of the call. Answers have camelCase names;
 * what is the product's own (properties, metadata) is left as it was written. Fields that are not
 * known here are handed on all the same, and enumerations may grow: treat unknown values as opaque.
 */

import { CountersignError } from 'countersign'
import type {
  CallOptions, FetchLike, ProviderErrorDetails, ReplayStore, RequestOptions as CommonRequestOptions, Verifier, WebhookEvent,
  WebhookHeaders, WebhookRequestLike,
} from 'countersign'

/** Creates a PropelAuth client. Options that are wrong or unknown throw `ERR_CONFIG_INVALID`. */
export function propelauth(options: PropelAuthOptions): PropelAuth

export interface PropelAuthOptions {
  /** The project's auth URL; https, or http on a loopback host. Only its host counts. */
  authUrl: string
  /** The integration API key. Refused in a browser unless `dangerouslyAllowBrowser`; not needed to verify with `tokenVerificationMetadata`. */
  apiKey?: string
  /** The dashboard's verifier key and issuer: no network at all. Default: the key is fetched with `apiKey`. */
  tokenVerificationMetadata?: TokenVerificationMetadata
  /** Where the backend API is. Default: `https://propelauth-api.com`. */
  apiUrl?: string
  /** How far clocks may be apart, in seconds or as `"5s"`; at most 120. Default 60. */
  clockTolerance?: number | string
  /** Milliseconds for which a fetched key is fresh. Default 3_600_000. */
  cacheMaxAge?: number
  /** Milliseconds between attempts to fetch the key after a failure. Default 30_000. */
  cooldownDuration?: number
  /** Milliseconds a key fetch may take. Default 10_000. */
  timeoutDuration?: number
  /** Milliseconds for which an old key serves while fetching fails. Default 86_400_000. */
  staleIfError?: number
  /** A signed-in user's token, for `session.userInfo`; a call may bring its own. */
  accessToken?: string
  /** `whsec_…`; with a list any may match. */
  webhookSecret?: string | string[]
  /** Refuses a delivery whose `svix-id` was seen before; one given by its parts needs a store that answers at once. */
  replayStore?: ReplayStore
  /** Milliseconds one attempt of a call may take. Default 10_000. */
  timeout?: number
  /** Retries of a read after a failure that may pass; at most 10. Writes are never repeated. Default 2. */
  maxRetries?: number
  /** Milliseconds: a longer wait asked for by the provider fails the call instead. Default 5_000. */
  maxRetryWait?: number
  /** Default: the host's. */
  fetch?: FetchLike
  /** Default: the host's clock, read once a call. */
  currentDate?: Date | (() => Date)
  /** Accept the API key in a browser. Default false. */
  dangerouslyAllowBrowser?: boolean
}

export interface TokenVerificationMetadata {
  /** PEM, with its line ends in any form; several while one replaces the other. */
  verifierKey: string | string[]
  /** Default: the origin of `authUrl`. */
  issuer?: string
}

/** The value of an `Authorization` header, scheme included. */
export type AuthorizationHeader = string | null | undefined

export interface PropelAuth {
  readonly verifier: Verifier
  /** Throws `UnauthorizedException`; `ERR_JWKS_*` (503) when the key cannot be had. */
  validateAccessTokenAndGetUser(header: AuthorizationHeader, call?: CallOptions): Promise<User>
  /** The same with the key in memory. */
  validateAccessTokenAndGetUserSync(header: AuthorizationHeader, call?: CallOptions): User
  /** Throws `ForbiddenException` besides, as the following. */
  validateAccessTokenAndGetUserWithOrg(header: AuthorizationHeader, requiredOrgId: string, call?: CallOptions): Promise<UserAndOrgMemberInfo>
  validateAccessTokenAndGetUserWithOrgByMinimumRole(header: AuthorizationHeader, requiredOrgId: string, minimumRole: string, call?: CallOptions): Promise<UserAndOrgMemberInfo>
  validateAccessTokenAndGetUserWithOrgByExactRole(header: AuthorizationHeader, requiredOrgId: string, exactRole: string, call?: CallOptions): Promise<UserAndOrgMemberInfo>
  validateAccessTokenAndGetUserWithOrgByPermission(header: AuthorizationHeader, requiredOrgId: string, permission: string, call?: CallOptions): Promise<UserAndOrgMemberInfo>
  validateAccessTokenAndGetUserWithOrgByAllPermissions(header: AuthorizationHeader, requiredOrgId: string, permissions: string[], call?: CallOptions): Promise<UserAndOrgMemberInfo>
  validateOrgAccessAndGetOrg(user: User, requiredOrgId: string): UserAndOrgMemberInfo
  validateMinimumOrgRoleAndGetOrg(user: User, requiredOrgId: string, minimumRole: string): UserAndOrgMemberInfo
  validateExactOrgRoleAndGetOrg(user: User, requiredOrgId: string, exactRole: string): UserAndOrgMemberInfo
  validatePermissionAndGetOrg(user: User, requiredOrgId: string, permission: string): UserAndOrgMemberInfo
  validateAllPermissionsAndGetOrg(user: User, requiredOrgId: string, permissions: string[]): UserAndOrgMemberInfo
  /** Verifies a delivery; reads the raw body of a request itself. */
  verifyWebhook(request: WebhookRequestLike, call?: CallOptions): Promise<PropelAuthEvent>
  verifyWebhook(delivery: { payload: Uint8Array | ArrayBuffer | string; headers: WebhookHeaders }, call?: CallOptions): PropelAuthEvent

  /** The verifier key, for `tokenVerificationMetadata`. */
  fetchTokenVerificationMetadata(options?: RequestOptions): Promise<{ verifierKeyPem: string }>

  // Users: reading.
  fetchUserMetadataByUserId(userId: string, parameters?: IncludeOrgs, options?: RequestOptions): Promise<UserMetadata | null>
  fetchUserMetadataByEmail(parameters: { email: string } & IncludeOrgs, options?: RequestOptions): Promise<UserMetadata | null>
  fetchUserMetadataByUsername(parameters: { username: string } & IncludeOrgs, options?: RequestOptions): Promise<UserMetadata | null>
  fetchUserSignupQueryParams(userId: string, options?: RequestOptions): Promise<{ userSignupQueryParameters: Record<string, string> } | null>
  fetchUserMfaMethods(userId: string, options?: RequestOptions): Promise<{ mfaSetup: MfaSetup | null } | null>
  /** By provider. */
  fetchUserOAuthTokens(userId: string, options?: RequestOptions): Promise<Record<string, SocialLoginToken> | null>
  fetchFreshTokenFromProvider(userId: string, provider: SocialLoginProvider, options?: RequestOptions): Promise<SocialLoginToken | null>
  /** By id; users that are not there are left out. */
  fetchBatchUserMetadataByUserIds(parameters: { userIds: string[] } & IncludeOrgs, options?: RequestOptions): Promise<Record<string, UserMetadata>>
  fetchBatchUserMetadataByEmails(parameters: { emails: string[] } & IncludeOrgs, options?: RequestOptions): Promise<Record<string, UserMetadata>>
  fetchBatchUserMetadataByUsernames(parameters: { usernames: string[] } & IncludeOrgs, options?: RequestOptions): Promise<Record<string, UserMetadata>>
  fetchUsersByQuery(parameters?: UsersQuery, options?: RequestOptions): Listed<UserMetadata>
  fetchUsersInOrg(orgId: string, parameters?: { role?: string } & IncludeOrgs & PageParameters, options?: RequestOptions): Listed<UserInOrg>

  // Users: writing. `false`: there is no such user.
  createUser(parameters: CreateUserParameters, options?: RequestOptions): Promise<{ userId: string }>
  updateUserMetadata(userId: string, parameters: UserMetadataParameters, options?: RequestOptions): Promise<boolean>
  updateUserEmail(userId: string, parameters: { newEmail: string; requireEmailConfirmation: boolean }, options?: RequestOptions): Promise<boolean>
  updateUserPassword(userId: string, parameters: { password: string; askUserToUpdatePasswordOnLogin?: boolean }, options?: RequestOptions): Promise<boolean>
  clearUserPassword(userId: string, options?: RequestOptions): Promise<boolean>
  deleteUser(userId: string, options?: RequestOptions): Promise<boolean>
  disableUser(userId: string, options?: RequestOptions): Promise<boolean>
  enableUser(userId: string, options?: RequestOptions): Promise<boolean>
  disableUser2fa(userId: string, options?: RequestOptions): Promise<boolean>
  enableUserCanCreateOrgs(userId: string, options?: RequestOptions): Promise<boolean>
  disableUserCanCreateOrgs(userId: string, options?: RequestOptions): Promise<boolean>
  resendEmailConfirmation(parameters: { userId: string }, options?: RequestOptions): Promise<boolean>
  logoutAllUserSessions(userId: string, options?: RequestOptions): Promise<boolean>
  createMagicLink(parameters: MagicLinkParameters, options?: RequestOptions): Promise<{ url: string }>
  /** Throws `UserNotFoundException`, or `FeatureDisabledException` where the project does not allow it. */
  createAccessToken(parameters: { userId: string; durationInMinutes: number; activeOrgId?: string }, options?: RequestOptions): Promise<{ accessToken: string }>
  migrateUserFromExternalSource(parameters: MigrateUserParameters, options?: RequestOptions): Promise<{ userId: string }>
  migrateUserPassword(parameters: { userId: string; passwordHash: string }, options?: RequestOptions): Promise<boolean>
  fetchEmployeeById(employeeId: string, options?: RequestOptions): Promise<{ email: string } | null>

  // Organizations. `false`: there is no such organization, user or membership.
  fetchOrg(orgId: string, options?: RequestOptions): Promise<Organization | null>
  fetchOrgByQuery(parameters?: OrgQuery, options?: RequestOptions): Listed<OrganizationSummary>
  createOrg(parameters: CreateOrgParameters, options?: RequestOptions): Promise<{ orgId: string; name: string }>
  updateOrg(orgId: string, parameters: UpdateOrgParameters, options?: RequestOptions): Promise<boolean>
  subscribeOrgToRoleMapping(orgId: string, parameters: { customRoleMappingName: string }, options?: RequestOptions): Promise<boolean>
  deleteOrg(orgId: string, options?: RequestOptions): Promise<boolean>
  fetchCustomRoleMappings(options?: RequestOptions): Promise<{ customRoleMappings: { customRoleMappingName: string; numOrgsSubscribed: number }[] }>
  addUserToOrg(parameters: MemberParameters, options?: RequestOptions): Promise<boolean>
  changeUserRoleInOrg(parameters: MemberParameters, options?: RequestOptions): Promise<boolean>
  removeUserFromOrg(parameters: { userId: string; orgId: string }, options?: RequestOptions): Promise<boolean>
  inviteUserToOrg(parameters: { email: string } & InviteParameters, options?: RequestOptions): Promise<boolean>
  inviteUserToOrgByUserId(parameters: MemberParameters, options?: RequestOptions): Promise<boolean>
  fetchPendingInvites(parameters?: { orgId?: string } & PageParameters, options?: RequestOptions): Listed<PendingInvite>
  revokePendingOrgInvite(parameters: { orgId: string; inviteeEmail: string }, options?: RequestOptions): Promise<boolean>

  // Single sign-on and SCIM.
  allowOrgToSetupSamlConnection(orgId: string, options?: RequestOptions): Promise<boolean>
  disallowOrgToSetupSamlConnection(orgId: string, options?: RequestOptions): Promise<boolean>
  createOrgSamlConnectionLink(orgId: string, parameters?: { expiresInSeconds?: number }, options?: RequestOptions): Promise<{ url: string }>
  fetchSamlSpMetadata(orgId: string, options?: RequestOptions): Promise<{ entityId: string; acsUrl: string; logoutUrl: string } | null>
  setSamlIdpMetadata(parameters: SamlIdpParameters, options?: RequestOptions): Promise<boolean>
  setOidcIdpMetadata(parameters: OidcIdpParameters, options?: RequestOptions): Promise<boolean>
  samlGoLive(orgId: string, options?: RequestOptions): Promise<boolean>
  deleteSamlConnection(orgId: string, options?: RequestOptions): Promise<boolean>
  fetchOrgScimGroups(orgId: string, parameters?: { userId?: string } & PageParameters, options?: RequestOptions): Promise<ScimGroups>
  fetchScimGroup(orgId: string, groupId: string, parameters?: { membersPageSize?: number; membersPageNumber?: number }, options?: RequestOptions): Promise<ScimGroup & { members: { userId: string }[] }>

  // API keys of users and organizations. Throws `NotFoundException` where there is none.
  fetchApiKey(apiKeyId: string, options?: RequestOptions): Promise<ApiKey>
  fetchCurrentApiKeys(parameters?: ApiKeysQuery, options?: RequestOptions): Listed<ApiKey>
  fetchArchivedApiKeys(parameters?: ApiKeysQuery, options?: RequestOptions): Listed<ApiKey>
  createApiKey(parameters?: ApiKeyParameters, options?: RequestOptions): Promise<{ apiKeyId: string; apiKeyToken: string }>
  updateApiKey(apiKeyId: string, parameters: { expiresAtSeconds?: number | null; metadata?: Data | null; setToNeverExpire?: boolean }, options?: RequestOptions): Promise<boolean>
  deleteApiKey(apiKeyId: string, options?: RequestOptions): Promise<boolean>
  importApiKey(parameters: { importedApiKey: string } & ApiKeyParameters, options?: RequestOptions): Promise<{ apiKeyId: string }>
  /** A leading `Bearer ` is dropped. Throws `BadRequestException`, `RateLimitedException`; so do the following. */
  validateApiKey(parameters: { apiKeyToken: string }, options?: RequestOptions): Promise<ApiKeyValidation>
  validateImportedApiKey(parameters: { apiKeyToken: string }, options?: RequestOptions): Promise<ApiKeyValidation>
  validatePersonalApiKey(parameters: { apiKeyToken: string }, options?: RequestOptions): Promise<{ user: UserMetadata; metadata?: Data | null }>
  validateOrgApiKey(parameters: { apiKeyToken: string }, options?: RequestOptions): Promise<OrgApiKeyValidation>
  /** `date`: `YYYY-MM-DD`. */
  fetchApiKeyUsage(parameters: { date: string; orgId?: string; userId?: string; apiKeyId?: string }, options?: RequestOptions): Promise<{ count: number }>

  // Step-up authentication. Throws `MfaNotEnabledException`, `IncorrectMfaCodeException` and the like.
  verifyStepUpTotpChallenge(parameters: { code: string } & StepUpParameters, options?: RequestOptions): Promise<{ stepUpGrant: string }>
  sendSmsMfaCode(parameters: { mfaPhoneId: string } & StepUpParameters, options?: RequestOptions): Promise<{ challengeId: string }>
  verifySmsChallenge(parameters: { challengeId: string; userId: string; code: string }, options?: RequestOptions): Promise<{ stepUpGrant: string }>
  /** `false`: there is no such grant. */
  verifyStepUpGrant(parameters: { actionType: string; userId: string; grant: string }, options?: RequestOptions): Promise<boolean>

  // Insights.
  fetchUserTopInviterReport(parameters?: ReportQuery<'30' | '60' | '90'>, options?: RequestOptions): Listed<UserReport>
  fetchUserChampionReport(parameters?: ReportQuery<'30' | '60' | '90'>, options?: RequestOptions): Listed<UserReport>
  fetchUserReengagementReport(parameters?: ReportQuery<'Weekly' | 'Monthly'>, options?: RequestOptions): Listed<UserReport>
  fetchUserChurnReport(parameters?: ReportQuery<'7' | '14' | '30'>, options?: RequestOptions): Listed<UserReport>
  fetchOrgReengagementReport(parameters?: ReportQuery<'Weekly' | 'Monthly'>, options?: RequestOptions): Listed<OrgReport>
  fetchOrgChurnReport(parameters?: ReportQuery<'7' | '14' | '30'>, options?: RequestOptions): Listed<OrgReport>
  fetchOrgGrowthReport(parameters?: ReportQuery<'30' | '60' | '90'>, options?: RequestOptions): Listed<OrgReport>
  fetchOrgAttritionReport(parameters?: ReportQuery<'30' | '60' | '90'>, options?: RequestOptions): Listed<OrgReport>
  /** Dates: `YYYY-MM-DD`. */
  fetchChartMetricData(metric: 'signups' | 'orgs_created' | 'active_users' | 'active_orgs' | (string & {}), parameters?: ChartQuery, options?: RequestOptions): Promise<Chart>

  /** The endpoints and pages below `authUrl`. */
  readonly session: SessionApi
}

export interface SessionApi {
  /** What the browser's cookies are good for; `null` when nobody is signed in. */
  refresh(parameters?: { activeOrgId?: string; cookie?: string }, options?: RequestOptions): Promise<RefreshedSession | null>
  logout(parameters?: { cookie?: string }, options?: RequestOptions): Promise<{ redirectTo: string }>
  /** On a server, with its API key; `null` when the session is gone. */
  exchangeRefreshToken(parameters: { refreshToken: string; activeOrgId?: string }, options?: RequestOptions): Promise<{ refreshToken: string; accessToken: { accessToken: string; expiresAtSeconds: number } } | null>
  exchangeCode(parameters: { redirectUri: string; code: string }, options?: RequestOptions): Promise<{ accessToken: string; refreshToken: string }>
  /** `null` when the access token is no good. */
  userInfo(options?: RequestOptions): Promise<UserMetadata | null>
  authorizeUrl(parameters: { redirectUri: string; state: string; signup?: boolean }): string
  loginUrl(parameters?: { returnTo?: string }): string
  signupUrl(parameters?: { returnTo?: string }): string
  accountUrl(parameters?: { returnTo?: string }): string
  orgUrl(parameters: { orgId: string; returnTo?: string }): string
  createOrgUrl(parameters?: { returnTo?: string }): string
  samlUrl(parameters: { orgId: string; returnTo?: string }): string
}

/** Options of one call. Those of the client hold where they are absent; writes are never sent again. */
export interface RequestOptions extends CommonRequestOptions {
  /** The user's token of `session.userInfo`; refused for other calls. Default: the client's. */
  accessToken?: string
}

/** The product's own data, never renamed. */
export type Data = Record<string, unknown>

/** One page of a list; iterating goes through the items of this and all later pages. */
export interface Page<T> extends AsyncIterable<T> {
  data: T[]
  hasMore: boolean
  /** The next `pageNumber`. */
  nextCursor: number | null
  total: number | null
}

/** A page to come. It can be iterated as it stands: through the items of this and all later pages. */
export type Listed<T> = Promise<Page<T>> & AsyncIterable<T>

export interface PageParameters {
  /** Default 10. */
  pageSize?: number
  /** From 0. */
  pageNumber?: number
}

export interface IncludeOrgs {
  /** Default false. */
  includeOrgs?: boolean
}

/** Whose token it is. */
export class User {
  private constructor()
  readonly userId: string
  readonly email: string | null
  readonly firstName: string | null
  readonly lastName: string | null
  readonly username: string | null
  readonly legacyUserId: string | null
  readonly impersonatorUserId: string | null
  readonly properties: Data | null
  readonly metadata: Data | null
  readonly loginMethod: LoginMethod
  readonly activeOrgId: string | null
  /** By organization; memberships without a role are left out. With an active organization it alone. */
  readonly orgIdToOrgMemberInfo: Record<string, OrgMemberInfo> | null
  /** Every claim. */
  readonly raw: Data
  isImpersonated(): boolean
  getActiveOrg(): OrgMemberInfo | null
  getActiveOrgId(): string | null
  getOrg(orgId: string): OrgMemberInfo | null
  /** By name, then by the name in URLs; `null` where several match. */
  getOrgByName(name: string): OrgMemberInfo | null
  getUserProperty(name: string): unknown
  getOrgs(): OrgMemberInfo[]
  isRoleInOrg(orgId: string, role: string): boolean
  isAtLeastRoleInOrg(orgId: string, role: string): boolean
  hasPermissionInOrg(orgId: string, permission: string): boolean
  hasAllPermissionsInOrg(orgId: string, permissions: string[]): boolean
  /** As `isImpersonated`; the following are the Node SDK's names, too. */
  isImpersonating(): boolean
  isRole(orgId: string, role: string): boolean
  isAtLeastRole(orgId: string, role: string): boolean
  hasPermission(orgId: string, permission: string): boolean
  hasAllPermissions(orgId: string, permissions: string[]): boolean
}

export interface LoginMethod {
  loginMethod:
    | 'password' | 'magic_link' | 'email_confirmation_link' | 'impersonation' | 'generated_from_backend_api'
    | 'social_sso' | 'saml_sso' | 'unknown'
  /** Of `social_sso` and `saml_sso`. */
  provider: string | null
  /** Of `saml_sso`. */
  orgId: string | null
}

/** A membership. Names of roles and permissions compare exactly. */
export class OrgMemberInfo {
  private constructor()
  readonly orgId: string
  readonly orgName: string
  readonly orgMetadata: Data
  readonly urlSafeOrgName: string
  readonly legacyOrgId: string | null
  readonly orgRoleStructure: 'single_role_in_hierarchy' | 'multi_role'
  readonly userAssignedRole: string
  readonly userInheritedRolesPlusCurrentRole: string[]
  readonly userPermissions: string[]
  readonly assignedAdditionalRoles: string[]
  userIsRole(role: string): boolean
  userIsAtLeastRole(role: string): boolean
  userHasPermission(permission: string): boolean
  /** True for an empty list. */
  userHasAllPermissions(permissions: string[]): boolean
  /** As `userIsRole`; the following are the Node SDK's names, too. */
  isRole(role: string): boolean
  isAtLeastRole(role: string): boolean
  hasPermission(permission: string): boolean
  hasAllPermissions(permissions: string[]): boolean
  get assignedRole(): string
  get permissions(): string[]
  get inheritedRolesPlusCurrentRole(): string[]
  get userAssignedAdditionalRoles(): string[]
}

export interface UserAndOrgMemberInfo {
  readonly user: User
  readonly orgMemberInfo: OrgMemberInfo
}

/** A verified delivery; `raw` holds its members as they were sent. */
export interface PropelAuthEvent {
  type: PropelAuthEventType
  raw: Data & { event_type: string }
  /** The same over all attempts at one delivery. */
  id: string
  event: WebhookEvent
}

export type PropelAuthEventType =
  | 'org.created' | 'org.updated' | 'org.deleted' | 'org.saml_setup' | 'org.saml_went_live' | 'org.saml_removed'
  | 'org.api_key_deleted' | 'org.scim_group_created' | 'org.scim_group_updated' | 'org.scim_group_deleted'
  | 'org.scim_key_created' | 'org.scim_key_revoked'
  | 'user.created' | 'user.updated' | 'user.deleted' | 'user.enabled' | 'user.disabled' | 'user.locked'
  | 'user.logged_out' | 'user.login' | 'user.added_to_org' | 'user.removed_from_org'
  | 'user.role_changed_within_org' | 'user.invited_to_org' | 'user.impersonated' | 'user.deleted_personal_api_key'
  | 'user.added_to_scim_group' | 'user.removed_from_scim_group' | 'user.send_mfa_phone_code'
  | (string & {})

export interface UserMetadata {
  userId: string
  email: string
  emailConfirmed: boolean
  hasPassword: boolean
  username?: string | null
  firstName?: string | null
  lastName?: string | null
  pictureUrl?: string | null
  locked: boolean
  enabled: boolean
  mfaEnabled: boolean
  canCreateOrgs: boolean
  /** Unix seconds. */
  createdAt: number
  /** Unix seconds. */
  lastActiveAt: number
  /** With `includeOrgs`. */
  orgIdToOrgInfo?: Record<string, OrgInfo>
  legacyUserId?: string | null
  impersonatorUserId?: string | null
  metadata?: Data | null
  properties?: Data
  updatePasswordRequired: boolean
  [field: string]: unknown
}

export interface UserInOrg extends UserMetadata {
  roleInOrg: string
  additionalRolesInOrg: string[]
}

/** A membership as the API shows it. */
export interface OrgInfo {
  orgId: string
  orgName: string
  orgMetadata: Data
  urlSafeOrgName: string
  userRole: string | null
  inheritedUserRolesPlusCurrentRole: string[]
  userPermissions: string[]
  orgRoleStructure?: string
  additionalRoles?: string[]
  legacyOrgId?: string
}

export interface UsersQuery extends IncludeOrgs, PageParameters {
  orderBy?: 'CREATED_AT_ASC' | 'CREATED_AT_DESC' | 'LAST_ACTIVE_AT_ASC' | 'LAST_ACTIVE_AT_DESC' | 'EMAIL' | 'USERNAME'
  emailOrUsername?: string
  legacyUserId?: string
}

export type MfaSetup =
  | { type: 'Totp' }
  | { type: 'Phone'; phoneNumbers: { mfaPhoneNumberSuffix: string; mfaPhoneId: string }[] }
  | { type: string & {}; [field: string]: unknown }

export type SocialLoginProvider =
  | 'apple' | 'google' | 'github' | 'microsoft' | 'slack' | 'salesforce' | 'linkedin' | 'outreach' | 'quickbooks' | 'xero'
  | 'salesloft' | 'atlassian' | 'gitlab' | (string & {})

export interface SocialLoginToken {
  accessToken: string
  tokenProvider: string
  refreshToken?: string | null
  tokenExpiration?: number | null
  authorizedScopes?: string[] | null
}

export interface CreateUserParameters {
  email: string
  /** Default false. */
  emailConfirmed?: boolean
  /** Default true. */
  sendEmailToConfirmEmailAddress?: boolean
  /** Default false. */
  askUserToUpdatePasswordOnLogin?: boolean
  password?: string
  username?: string
  firstName?: string
  lastName?: string
  properties?: Data
  /** Default false. */
  ignoreDomainRestrictions?: boolean
}

export interface UserMetadataParameters {
  username?: string | null
  firstName?: string | null
  lastName?: string | null
  metadata?: Data | null
  properties?: Data | null
  pictureUrl?: string | null
  updatePasswordRequired?: boolean
  legacyUserId?: string | null
}

export interface MagicLinkParameters {
  email: string
  redirectToUrl?: string
  expiresInHours?: number
  createNewUserIfOneDoesntExist?: boolean
  userSignupQueryParameters?: Record<string, string>
  expiresAfterFirstUse?: boolean
  requiresInterstitial?: boolean
}

export interface MigrateUserParameters {
  email: string
  emailConfirmed: boolean
  existingUserId?: string
  existingPasswordHash?: string
  existingMfaBase32EncodedSecret?: string
  askUserToUpdatePasswordOnLogin?: boolean
  enabled?: boolean
  firstName?: string
  lastName?: string
  username?: string
  pictureUrl?: string
  properties?: Data
}

export interface Organization {
  orgId: string
  name: string
  urlSafeOrgSlug: string
  canSetupSaml: boolean
  isSamlConfigured: boolean
  isSamlInTestMode: boolean
  maxUsers?: number | null
  metadata?: Data | null
  domain?: string | null
  extraDomains: string[]
  domainAutojoin: boolean
  domainRestrict: boolean
  customRoleMappingName?: string | null
  legacyOrgId?: string | null
  [field: string]: unknown
}

export interface OrganizationSummary {
  orgId: string
  name: string
  maxUsers?: number | null
  isSamlConfigured: boolean
  legacyOrgId?: string | null
  metadata: Data
  customRoleMappingName?: string | null
  createdAt?: number
  [field: string]: unknown
}

export interface OrgQuery extends PageParameters {
  orderBy?: 'CREATED_AT_ASC' | 'CREATED_AT_DESC' | 'NAME'
  name?: string
  legacyOrgId?: string
  domain?: string
}

export interface CreateOrgParameters {
  name: string
  /** Default false. */
  enableAutoJoiningByDomain?: boolean
  /** Default false. */
  membersMustHaveMatchingDomain?: boolean
  domain?: string
  maxUsers?: number
  customRoleMappingName?: string
  legacyOrgId?: string
}

export interface UpdateOrgParameters {
  name?: string
  canSetupSaml?: boolean
  metadata?: Data | null
  maxUsers?: number | null
  canJoinOnEmailDomainMatch?: boolean
  membersMustHaveEmailDomainMatch?: boolean
  domain?: string | null
  /** `YYYY-MM-DD HH:MM:SS UTC`. */
  require2faBy?: string | null
  extraDomains?: string[]
  passwordRotationEnabled?: boolean
  passwordRotationHistorySize?: number
  passwordRotationPeriod?: number
  legacyOrgId?: string | null
}

export interface InviteParameters {
  orgId: string
  role: string
  additionalRoles?: string[]
}

export interface MemberParameters extends InviteParameters {
  userId: string
}

export interface PendingInvite {
  inviteeEmail: string
  orgId: string
  orgName: string
  roleInOrg: string
  additionalRolesInOrg: string[]
  createdAt: number
  expiresAt: number
  inviterEmail?: string | null
  inviterUserId?: string | null
  [field: string]: unknown
}

export interface SamlIdpParameters {
  orgId: string
  idpEntityId: string
  idpSsoUrl: string
  idpCertificate: string
  provider: 'Google' | 'Rippling' | 'OneLogin' | 'JumpCloud' | 'Okta' | 'Azure' | 'Duo' | 'Generic' | (string & {})
}

export interface OidcIdpParameters {
  orgId: string
  clientId: string
  clientSecret: string
  usesPkce: boolean
  idpType: 'Generic' | 'Okta' | 'Azure' | (string & {})
  /** These three of `Generic`. */
  authUrl?: string
  tokenUrl?: string
  userinfoUrl?: string
  /** Of `Okta`. */
  oktaSsoDomain?: string
  /** Of `Azure`. */
  entraTenantId?: string
}

export interface ScimGroup {
  groupId: string
  displayName: string
  externalIdFromIdp?: string | null
}

export interface ScimGroups {
  groups: ScimGroup[]
  pageNumber: number
  pageSize: number
  totalGroups: number
}

export interface ApiKeysQuery extends PageParameters {
  orgId?: string
  userId?: string
  userEmail?: string
  apiKeyType?: string
}

export interface ApiKeyParameters {
  orgId?: string | null
  userId?: string | null
  /** Unix seconds. */
  expiresAtSeconds?: number | null
  metadata?: Data | null
  displayName?: string | null
}

export interface ApiKey {
  apiKeyId: string
  createdAt: number
  expiresAtSeconds?: number | null
  metadata?: Data | null
  userId?: string | null
  orgId?: string | null
  displayName?: string | null
  [field: string]: unknown
}

export interface ApiKeyOrg {
  orgId: string
  orgName: string
  metadata: Data
  [field: string]: unknown
}

export interface ApiKeyValidation {
  metadata?: Data | null
  user?: UserMetadata | null
  org?: ApiKeyOrg | null
  userInOrg?: OrgInfo | null
  userId?: string | null
  orgId?: string | null
}

export interface OrgApiKeyValidation {
  org: ApiKeyOrg
  user?: UserMetadata | null
  userInOrg?: OrgInfo | null
  metadata?: Data | null
}

export interface StepUpParameters {
  actionType: string
  userId: string
  grantType: 'ONE_TIME_USE' | 'TIME_BASED'
  validForSeconds: number
}

export interface ReportQuery<Interval extends string> extends PageParameters {
  reportInterval?: Interval
}

export interface UserReport {
  id: string
  userId: string
  email: string
  extraProperties: Data
  [field: string]: unknown
}

export interface OrgReport {
  id: string
  orgId: string
  name: string
  numUsers: number
  extraProperties: Data
  [field: string]: unknown
}

export interface ChartQuery {
  cadence?: 'Daily' | 'Weekly' | 'Monthly'
  startDate?: string
  endDate?: string
}

export interface Chart {
  chartType: string
  cadence: string
  metrics: { date: string; result: number; cadenceCompleted: boolean }[]
}

export interface RefreshedSession {
  accessToken: string
  expiresAtSeconds: number
  user: UserMetadata
  [field: string]: unknown
}

/** Base of all errors here. `code` is one of Countersign's; which check a token failed is told by it alone. */
export class PropelAuthError extends CountersignError {
  /** Of refused calls: messages by field. */
  readonly fieldErrors?: Record<string, string[]>
}
export interface PropelAuthError extends ProviderErrorDetails {}
/** The header or its token is refused: 401. */
export class UnauthorizedException extends PropelAuthError {}
/** The token is good; organization, role or permission is not: 403. */
export class ForbiddenException extends PropelAuthError {}
export class BadRequestException extends PropelAuthError {}
export class InvalidApiKeyException extends PropelAuthError {}
export class NotFoundException extends PropelAuthError {}
export class UserNotFoundException extends PropelAuthError {}
export class RateLimitedException extends PropelAuthError {
  /** Whole seconds. */
  override readonly retryAfter: number
  /** Seconds, perhaps a fraction, where the provider says so. */
  get waitSeconds(): number | undefined
}
/** The plan does not include it, such as organizations without B2B support. */
export class FeatureDisabledException extends PropelAuthError {}
export class FeatureGatedException extends PropelAuthError {}
export class MfaNotEnabledException extends PropelAuthError {}
export class IncorrectMfaCodeException extends PropelAuthError {}
/** Anything else, keys that cannot be had (503) and no answer at all included. */
export class UnexpectedException extends PropelAuthError {}
