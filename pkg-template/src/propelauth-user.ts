/**
 * PropelAuth's user and memberships, as a verified token gave them. What a role or a permission
 * means is asked of the core, with the token's own claims.
 */

/** Asks the core about some claims. */
export type Ask = (question: string, facts: Record<string, unknown>) => unknown;

/** What the core makes of a membership. */
export interface Member {
  orgId: string;
  orgName: string;
  orgMetadata: Record<string, unknown>;
  urlSafeOrgName: string;
  legacyOrgId: string | null;
  orgRoleStructure: string;
  userAssignedRole: string;
  userInheritedRolesPlusCurrentRole: string[];
  userPermissions: string[];
  assignedAdditionalRoles: string[];
}

/** What the core makes of a payload. */
export interface Principal {
  userId: string;
  email: string | null;
  firstName: string | null;
  lastName: string | null;
  username: string | null;
  legacyUserId: string | null;
  impersonatorUserId: string | null;
  properties: Record<string, unknown> | null;
  metadata: Record<string, unknown> | null;
  loginMethod: { loginMethod: string; provider: string | null; orgId: string | null };
  activeOrgId: string | null;
  orgIdToOrgMemberInfo: Record<string, Member> | null;
  raw: Record<string, unknown>;
}

export interface OrgMemberInfo extends Member {}

export class OrgMemberInfo {
  readonly #ask: (question: string, wanted: unknown) => boolean;

  constructor(member: Member, claims: Record<string, unknown>, ask: Ask) {
    Object.assign(this, member);
    const { orgId } = member;
    this.#ask = (question, wanted) => ask(question, { claims, orgId, wanted }) === true;
  }

  userIsRole(role: string): boolean {
    return this.#ask('isRole', role);
  }

  userIsAtLeastRole(role: string): boolean {
    return this.#ask('isAtLeastRole', role);
  }

  userHasPermission(permission: string): boolean {
    return this.#ask('hasPermission', permission);
  }

  userHasAllPermissions(permissions: string[]): boolean {
    return this.#ask('hasAllPermissions', permissions);
  }

  // The names of the provider's Node SDK.

  isRole(role: string): boolean {
    return this.userIsRole(role);
  }

  isAtLeastRole(role: string): boolean {
    return this.userIsAtLeastRole(role);
  }

  hasPermission(permission: string): boolean {
    return this.userHasPermission(permission);
  }

  hasAllPermissions(permissions: string[]): boolean {
    return this.userHasAllPermissions(permissions);
  }

  get assignedRole(): string {
    return this.userAssignedRole;
  }

  get permissions(): string[] {
    return this.userPermissions;
  }

  get inheritedRolesPlusCurrentRole(): string[] {
    return this.userInheritedRolesPlusCurrentRole;
  }

  get userAssignedAdditionalRoles(): string[] {
    return this.assignedAdditionalRoles;
  }
}

export interface User extends Omit<Principal, 'orgIdToOrgMemberInfo' | 'raw'> {}

export class User {
  readonly orgIdToOrgMemberInfo: Record<string, OrgMemberInfo> | null;
  declare readonly raw: Record<string, unknown>;
  readonly #ask: Ask;

  constructor({ orgIdToOrgMemberInfo, raw, ...principal }: Principal, ask: Ask) {
    Object.assign(this, principal);
    this.orgIdToOrgMemberInfo = orgIdToOrgMemberInfo === null ? null : membersOf(orgIdToOrgMemberInfo, raw, ask);
    // Every claim: there when asked for, not in a log of the user.
    Object.defineProperty(this, 'raw', { value: raw, enumerable: false });
    this.#ask = ask;
  }

  isImpersonated(): boolean {
    return this.impersonatorUserId !== null;
  }

  getActiveOrg(): OrgMemberInfo | null {
    return this.activeOrgId === null ? null : this.getOrg(this.activeOrgId);
  }

  getActiveOrgId(): string | null {
    return this.activeOrgId;
  }

  getOrg(orgId: string): OrgMemberInfo | null {
    return this.orgIdToOrgMemberInfo?.[orgId] ?? null;
  }

  getOrgByName(name: string): OrgMemberInfo | null {
    const orgId = this.#ask('orgByName', { claims: this.raw, wanted: name });
    return typeof orgId === 'string' ? this.getOrg(orgId) : null;
  }

  getUserProperty(name: string): unknown {
    return this.properties !== null && Object.hasOwn(this.properties, name) ? this.properties[name] : null;
  }

  getOrgs(): OrgMemberInfo[] {
    return Object.values(this.orgIdToOrgMemberInfo ?? {});
  }

  isRoleInOrg(orgId: string, role: string): boolean {
    return this.#about('isRole', orgId, role);
  }

  isAtLeastRoleInOrg(orgId: string, role: string): boolean {
    return this.#about('isAtLeastRole', orgId, role);
  }

  hasPermissionInOrg(orgId: string, permission: string): boolean {
    return this.#about('hasPermission', orgId, permission);
  }

  hasAllPermissionsInOrg(orgId: string, permissions: string[]): boolean {
    return this.#about('hasAllPermissions', orgId, permissions);
  }

  // The names of the provider's Node SDK.

  isImpersonating(): boolean {
    return this.isImpersonated();
  }

  isRole(orgId: string, role: string): boolean {
    return this.isRoleInOrg(orgId, role);
  }

  isAtLeastRole(orgId: string, role: string): boolean {
    return this.isAtLeastRoleInOrg(orgId, role);
  }

  hasPermission(orgId: string, permission: string): boolean {
    return this.hasPermissionInOrg(orgId, permission);
  }

  hasAllPermissions(orgId: string, permissions: string[]): boolean {
    return this.hasAllPermissionsInOrg(orgId, permissions);
  }

  #about(question: string, orgId: string, wanted: unknown): boolean {
    return this.#ask(question, { claims: this.raw, orgId, wanted }) === true;
  }
}

export class UserAndOrgMemberInfo {
  readonly user: User;
  readonly orgMemberInfo: OrgMemberInfo | null;

  constructor(user: User, orgMemberInfo: OrgMemberInfo | null) {
    this.user = user;
    this.orgMemberInfo = orgMemberInfo;
  }
}

/** By their ids, and nothing else: no name that every object has is a member. */
function membersOf(members: Record<string, Member>, claims: Record<string, unknown>, ask: Ask): Record<string, OrgMemberInfo> {
  const found = Object.create(null) as Record<string, OrgMemberInfo>;
  for (const [orgId, member] of Object.entries(members)) found[orgId] = new OrgMemberInfo(member, claims, ask);
  return found;
}
