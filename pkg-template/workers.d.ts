/**
 * Guards for fetch handlers, as Cloudflare Workers have them.
 *
 * ```ts
 * const verifier = createVerifier({ issuer: 'https://id.example', audience: 'api' })
 * const admins = protect(verifier, { roles: ['admin'] })
 * export default { fetch: admins((request, env, ctx, auth) => Response.json(auth.payload)) }
 * ```
 *
 * @packageDocumentation
 */
import type { Claims, HostResponse, Verifier, VerifiedToken, MultiIssuerVerifier, WebhookEvent, WebhookVerifier } from './index.js';

/** A request as the runtime hands it to a fetch handler. */
export type WorkerRequest = typeof globalThis extends { Request: { prototype: infer Instance } } ? Instance : any;

/** The part of a Worker's context that is used. */
export interface WorkerContext {
  waitUntil(promise: Promise<any>): void;
}

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

/** What a request must bring. */
export interface ProtectOptions<Auth> {
  /** Lets a request without a token through, with `auth` undefined; never one with a bad token. Default false. */
  optional?: boolean;
  /** Any one of these roles. The verifier must know where tokens carry them. */
  roles?: readonly string[];
  /** All of these permissions. */
  permissions?: readonly string[];
  /** All of these scopes. */
  scopes?: readonly string[];
  /** A demand of your own; anything but `true` is refused with `ERR_FORBIDDEN`. */
  check?: (auth: Auth, request: WorkerRequest) => boolean | Promise<boolean>;
  /** Reads the token from another place, such as a cookie. Default: the `Authorization` header. */
  token?: (request: WorkerRequest) => string | undefined;
}

/** A handler behind a guard: `auth` is the verified token, or the provider's user. */
export type ProtectedHandler<Auth, Env = any> = (
  request: any,
  env: Env,
  context: any,
  auth: Auth,
) => HostResponse | Promise<HostResponse>;

/** A Worker's fetch handler. */
export type FetchHandler<Env = any> = (request: any, env: Env, context: any) => Promise<HostResponse>;

/**
 * Makes a guard. Requests that are refused get an RFC 6750 answer; what the handler throws is
 * passed on. A function instead of a verifier is called with the Worker's environment for each
 * request, and should give the same verifier each time: its key cache lives in it.
 *
 * @throws `ERR_CONFIG_INVALID` for an empty list, and where the verifier knows no claim for what is
 * demanded.
 */
export function protect<User, Env = any>(
  provider: Provider<User> | ((env: Env) => Provider<User>),
  options?: ProtectOptions<User>,
): <E = Env>(handler: ProtectedHandler<User, E>) => FetchHandler<E>;
export function protect<C extends object = Claims, Env = any>(
  verifier: Verifier | MultiIssuerVerifier | ((env: Env) => Verifier | MultiIssuerVerifier),
  options?: ProtectOptions<VerifiedToken<C>>,
): <E = Env>(handler: ProtectedHandler<VerifiedToken<C>, E>) => FetchHandler<E>;

/**
 * Makes a fetch handler for webhooks. Deliveries that are refused get 400, 409 or 413; one whose
 * handler throws is given back to the replay store. A handler that returns nothing answers
 * `{"received":true}`.
 */
export function webhook<Event, Env = any>(
  provider: WebhookProvider<Event> | ((env: Env) => WebhookProvider<Event>),
  handler: (event: Event, request: any, env: Env, context: any) => HostResponse | void | Promise<HostResponse | void>,
): FetchHandler<Env>;
export function webhook<Env = any>(
  verifier: WebhookVerifier | ((env: Env) => WebhookVerifier),
  handler: (event: WebhookEvent, request: any, env: Env, context: any) => HostResponse | void | Promise<HostResponse | void>,
): FetchHandler<Env>;
