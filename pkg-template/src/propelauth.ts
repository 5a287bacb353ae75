/** `countersign/propelauth`: a typed façade over one generic call; what is called is the core's row. */
import { lent, type CallOptions } from './call-options.js';
import { configError } from './errors.js';
import * as is from './options.js';
import { User, UserAndOrgMemberInfo, type Principal } from './propelauth-user.js';
import { Provider } from './provider.js';
import { TokenVerifier, PROTECT, type Protect, type Requirement, type VerifiedUser } from './verifier.js';
import type { Held } from './wasm.js';
import { isDelivery, judge, judgeRequest, rawBytes, type WebhookEvent } from './webhook.js';

export * from './propelauth-errors.js';
export { OrgMemberInfo, User } from './propelauth-user.js';

class PropelAuthClient {
  readonly #provider: Provider;
  #webhook: Held | undefined;
  readonly #read = (event: WebhookEvent) => ({ ...this.#provider.event(event.body), id: event.id, event });

  constructor(given: unknown) {
    this.#provider = new Provider('propelauth', given);
    // Rows of the backend API stand for themselves; those of a session are a group.
    for (const [name, methods] of this.#provider.groups()) {
      Object.defineProperty(this, name, { value: methods[''] ?? methods, enumerable: true });
    }
  }

  get verifier(): TokenVerifier {
    return this.#provider.verifier;
  }

  async validateAccessTokenAndGetUser(header: unknown, call?: CallOptions): Promise<User> {
    return this.#user(await this.verifier.verifyUser(this.#token(header), call));
  }

  validateAccessTokenAndGetUserSync(header: unknown, call?: CallOptions): User {
    return this.#user(this.verifier.verifyUserSync(this.#token(header), call));
  }

  async validateAccessTokenAndGetUserWithOrg(header: unknown, orgId: unknown, call?: CallOptions): Promise<UserAndOrgMemberInfo> {
    return this.validateOrgAccessAndGetOrg(await this.validateAccessTokenAndGetUser(header, call), orgId);
  }

  async validateAccessTokenAndGetUserWithOrgByMinimumRole(header: unknown, orgId: unknown, role: unknown, call?: CallOptions): Promise<UserAndOrgMemberInfo> {
    return this.validateMinimumOrgRoleAndGetOrg(await this.validateAccessTokenAndGetUser(header, call), orgId, role);
  }

  async validateAccessTokenAndGetUserWithOrgByExactRole(header: unknown, orgId: unknown, role: unknown, call?: CallOptions): Promise<UserAndOrgMemberInfo> {
    return this.validateExactOrgRoleAndGetOrg(await this.validateAccessTokenAndGetUser(header, call), orgId, role);
  }

  async validateAccessTokenAndGetUserWithOrgByPermission(header: unknown, orgId: unknown, permission: unknown, call?: CallOptions): Promise<UserAndOrgMemberInfo> {
    return this.validatePermissionAndGetOrg(await this.validateAccessTokenAndGetUser(header, call), orgId, permission);
  }

  async validateAccessTokenAndGetUserWithOrgByAllPermissions(header: unknown, orgId: unknown, permissions: unknown, call?: CallOptions): Promise<UserAndOrgMemberInfo> {
    return this.validateAllPermissionsAndGetOrg(await this.validateAccessTokenAndGetUser(header, call), orgId, permissions);
  }

  validateOrgAccessAndGetOrg(user: User, orgId: unknown): UserAndOrgMemberInfo {
    return this.#demand('membership', user, orgId, []);
  }

  validateMinimumOrgRoleAndGetOrg(user: User, orgId: unknown, role: unknown): UserAndOrgMemberInfo {
    return this.#demand('minimumRole', user, orgId, role);
  }

  validateExactOrgRoleAndGetOrg(user: User, orgId: unknown, role: unknown): UserAndOrgMemberInfo {
    return this.#demand('exactRole', user, orgId, role);
  }

  validatePermissionAndGetOrg(user: User, orgId: unknown, permission: unknown): UserAndOrgMemberInfo {
    return this.#demand('permission', user, orgId, permission);
  }

  validateAllPermissionsAndGetOrg(user: User, orgId: unknown, permissions: unknown): UserAndOrgMemberInfo {
    return this.#demand('allPermissions', user, orgId, permissions);
  }

  verifyWebhook(given: unknown, call?: CallOptions): unknown {
    return isDelivery(given) ? this.#verifyParts(given, call) : this.#verifyRequest(given, call);
  }

  [PROTECT](requirement: Requirement): Protect {
    const verify = this.verifier[PROTECT](requirement);
    return async (input, call) => {
      const verified = await verify(input, call);
      return { ...verified, user: this.#user(verified) };
    };
  }

  async #verifyRequest(request: unknown, call: CallOptions | undefined): Promise<unknown> {
    const { currentDate, replayStore } = this.#provider;
    const { moment, signal } = lent(call, currentDate);
    return judgeRequest(this.#webhooks(), replayStore, request, { moment, signal, read: this.#read });
  }

  #verifyParts(given: object, call: CallOptions | undefined): unknown {
    const { currentDate, replayStore } = this.#provider;
    const { moment } = lent(call, currentDate);
    const { payload, headers } = is.own(given, 'delivery');
    return judge(this.#webhooks(), replayStore, rawBytes(payload), headers, { moment, read: this.#read });
  }

  #webhooks(): Held {
    return (this.#webhook ??= this.#provider.webhook([]));
  }

  /** The token in a header's value; the core knows which forms there are. */
  #token(header: unknown): string {
    return this.#provider.judge('header', { header }) as string;
  }

  #user({ user }: VerifiedUser): User {
    return new User(user as Principal, (question, facts) => this.#provider.judge(question, facts));
  }

  #demand(question: string, user: User, orgId: unknown, wanted: unknown): UserAndOrgMemberInfo {
    // It may be a promise that nobody has awaited.
    if (typeof (user as Partial<User> | undefined)?.getOrg !== 'function') throw configError('user', 'must be a user that was validated');
    const claims = user.raw;
    const found = this.#provider.judge(question, { claims, orgId, wanted });
    return new UserAndOrgMemberInfo(user, user.getOrg(found as string));
  }
}

export function propelauth(options: unknown): PropelAuthClient {
  return new PropelAuthClient(options);
}

export type { PropelAuthClient };
