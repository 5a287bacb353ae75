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
import type { ProtectOptions as OptionsOf, Provider, TokenVerifier, WebhookProvider } from './guard.js';
import type { Claims, HostResponse, VerifiedToken, WebhookEvent, WebhookVerifier } from './index.js';

export type { Provider, WebhookProvider } from './guard.js';

/** A request as the runtime hands it to a fetch handler. */
export type WorkerRequest = typeof globalThis extends { Request: { prototype: infer Instance } } ? Instance : any;

/** The part of a Worker's context that is used. */
export interface WorkerContext {
  waitUntil(promise: Promise<any>): void;
}

/** What a request must bring. */
export type ProtectOptions<Auth> = OptionsOf<Auth, WorkerRequest>;

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
  options: ProtectOptions<User> & { optional: true },
): <E = Env>(handler: ProtectedHandler<User | undefined, E>) => FetchHandler<E>;
export function protect<User, Env = any>(
  provider: Provider<User> | ((env: Env) => Provider<User>),
  options?: ProtectOptions<User>,
): <E = Env>(handler: ProtectedHandler<User, E>) => FetchHandler<E>;
export function protect<C extends object = Claims, Env = any>(
  verifier: TokenVerifier | ((env: Env) => TokenVerifier),
  options: ProtectOptions<VerifiedToken<C>> & { optional: true },
): <E = Env>(handler: ProtectedHandler<VerifiedToken<C> | undefined, E>) => FetchHandler<E>;
export function protect<C extends object = Claims, Env = any>(
  verifier: TokenVerifier | ((env: Env) => TokenVerifier),
  options?: ProtectOptions<VerifiedToken<C>>,
): <E = Env>(handler: ProtectedHandler<VerifiedToken<C>, E>) => FetchHandler<E>;

/**
 * Makes a fetch handler for webhooks. Deliveries that are refused get 400, 409 or 413; one whose
 * handler throws, or answers with a status of 400 or more, is given back to the replay store. A
 * handler that returns nothing answers `{"received":true}`.
 */
export function webhook<Event, Env = any>(
  provider: WebhookProvider<Event> | ((env: Env) => WebhookProvider<Event>),
  handler: (event: Event, request: any, env: Env, context: any) => HostResponse | void | Promise<HostResponse | void>,
): FetchHandler<Env>;
export function webhook<Env = any>(
  verifier: WebhookVerifier | ((env: Env) => WebhookVerifier),
  handler: (event: WebhookEvent, request: any, env: Env, context: any) => HostResponse | void | Promise<HostResponse | void>,
): FetchHandler<Env>;
