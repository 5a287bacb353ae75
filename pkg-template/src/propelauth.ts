/** `countersign/propelauth`: a typed façade over one generic call; what is called is the core's row. */
import { momentOf } from './clock.js';
import * as is from './options.js';
import { User, UserAndOrgMemberInfo, type Principal } from './propelauth-user.js';
import { Provider } from './provider.js';
import { TokenVerifier, PROTECT, type CallOptions, type Protect, type Requirement, type VerifiedUser } from './verifier.js';
import type { Held } from './wasm.js';
import { judge, judgeRequest, rawBytes, type WebhookEvent } from './webhook.js';

export * from './propelauth-errors.js';
export { OrgMemberInfo, User } from './propelauth-user.js';

/** A delivery given by its parts. */
interface Delivery {
  payload: unknown;
  headers: unknown;
}

class PropelAuthClient {
  readonly #provider: Provider;
  #webhook: Held | undefined;

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
    const { currentDate, signal } = is.own(call, 'call') as CallOptions;
    const { replayStore } = this.#provider;
    const moment = momentOf(this.#provider.currentDate, currentDate);
    const webhook = (this.#webhook ??= this.#provider.webhook([]));
    const read = (event: WebhookEvent) => ({ ...this.#provider.event(event.body), id: event.id, event });
    return isDelivery(given)
      ? judge(webhook, replayStore, rawBytes(given.payload), given.headers, { moment, read })
      : judgeRequest(webhook, replayStore, given, { moment, signal, read });
  }

  [PROTECT](requirement: Requirement): Protect {
    const verify = this.verifier[PROTECT](requirement);
    return async (input, call) => {
      const verified = await verify(input, call);
      return { ...verified, user: this.#user(verified) };
    };
  }

  /** The token in a header's value; the core knows which forms there are. */
  #token(header: unknown): string {
    return this.#provider.judge('header', { header }) as string;
  }

  #user({ user }: VerifiedUser): User {
    return new User(user as Principal, (question, facts) => this.#provider.judge(question, facts));
  }

  #demand(question: string, user: User, orgId: unknown, wanted: unknown): UserAndOrgMemberInfo {
    const claims = user.raw;
    const found = this.#provider.judge(question, { claims, orgId, wanted });
    return new UserAndOrgMemberInfo(user, user.getOrg(found as string));
  }
}

export function propelauth(options: unknown): PropelAuthClient {
  return new PropelAuthClient(options);
}

function isDelivery(given: unknown): given is Delivery {
  return typeof given === 'object' && given !== null && 'payload' in given;
}

export type { PropelAuthClient };
