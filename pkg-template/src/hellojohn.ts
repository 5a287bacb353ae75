/** `countersign/hellojohn`: a typed façade over one generic call; what is called is the core's row. */
import type { CallOptions } from './call-options.js';
import { HelloJohnWebhooks } from './hellojohn-webhook.js';
import * as is from './options.js';
import { Provider, type RequestOptions } from './provider.js';
import { TokenVerifier, PROTECT, type Protect, type Requirement } from './verifier.js';
import { isDelivery } from './webhook.js';

export * from './hellojohn-errors.js';

class HelloJohnClient {
  readonly #provider: Provider;
  readonly #webhooks: HelloJohnWebhooks;

  constructor(given: unknown) {
    const provider = new Provider('hellojohn', given);
    this.#provider = provider;
    this.#webhooks = new HelloJohnWebhooks(provider);
    const groups = provider.groups();
    const sessions = groups.get('sessions');
    // Many requests behind one call.
    if (sessions) sessions['revokeAll'] = (userId, options) => provider.send('sessions.revokeAll', { userId }, options as RequestOptions);
    for (const [name, methods] of groups) Object.defineProperty(this, name, { value: methods, enumerable: true });
  }

  get verifier(): TokenVerifier {
    return this.#provider.verifier;
  }

  async verifyToken(input: unknown, call?: CallOptions): Promise<unknown> {
    return (await this.verifier.verifyUser(input, call)).user;
  }

  verifyTokenSync(input: unknown, call?: CallOptions): unknown {
    return this.verifier.verifyUserSync(input, call).user;
  }

  verifyTokenRemote(token: unknown, options?: RequestOptions): unknown {
    return this.#provider.call('sessions.verify', { token }, options);
  }

  verifyWebhook(given: unknown, call?: CallOptions): unknown {
    return isDelivery(given) ? this.#webhooks.verifyParts(given, call) : this.#webhooks.verifyRequest(given, call);
  }

  requireRole(user: unknown, wanted: string, options?: { ownerPasses?: boolean }): void {
    const { role } = is.own(user, 'user');
    const { ownerPasses } = is.own(options, 'options');
    this.#provider.judge('requireRole', { role, wanted, ownerPasses: ownerPasses === true });
  }

  requireOrgRole(user: unknown, wanted: string): void {
    const { orgId, orgRole, role } = is.own(user, 'user');
    this.#provider.judge('requireOrgRole', { orgId, orgRole, role, wanted });
  }

  [PROTECT](requirement: Requirement): Protect {
    return this.verifier[PROTECT](requirement);
  }
}

export function hellojohn(options: unknown): HelloJohnClient {
  return new HelloJohnClient(options);
}

export type { HelloJohnClient };
