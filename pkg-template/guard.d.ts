/** What the guards of all frameworks have in common. */
import type { MultiIssuerVerifier, Verifier } from './index.js';

/** A provider's client, such as `hellojohn(…)`. Its user is what handlers get. */
export interface Provider<User = unknown> {
  verifyTokenSync(token: string): User;
  readonly verifier: Verifier;
}

/**
 * A provider's client that verifies webhooks. One that takes a delivery's parts as well answers
 * those at once, which is the form that the compiler infers `Event` from.
 */
export interface WebhookProvider<Event = unknown> {
  verifyWebhook(request: any): Promise<Event> | Event;
}

/** What `createVerifier` gives. */
export type TokenVerifier = Verifier | MultiIssuerVerifier;

/** What a request must bring. `Native` is what the framework calls a request. */
export interface ProtectOptions<Auth, Native> {
  /** Lets a request without a token through, with `auth` undefined; never one with a bad token. Default false. */
  optional?: boolean;
  /** Any one of these roles. The verifier must know where tokens carry them. */
  roles?: readonly string[];
  /** All of these permissions. */
  permissions?: readonly string[];
  /** All of these scopes. */
  scopes?: readonly string[];
  /**
   * The id of the organization that the token must be for, or its holder a member of; roles and
   * permissions are those in it. Where tokens list memberships, as PropelAuth's do, it must be given
   * with roles and permissions. A verifier whose tokens name no organization refuses it.
   */
  org?: string;
  /** A demand of your own; anything but `true` is refused with `ERR_FORBIDDEN`. */
  check?: (auth: Auth, native: Native) => boolean | Promise<boolean>;
  /** Reads the token from another place, such as a cookie. Default: the `Authorization` header. */
  token?: (native: Native) => string | undefined | Promise<string | undefined>;
}
