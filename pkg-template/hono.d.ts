/**
 * Middleware for Hono. The verified token, or the provider's user, is `c.get('auth')`.
 *
 * ```ts
 * const app = new Hono()
 * app.get('/me', protect(verifier), (c) => c.json(c.get('auth').payload))
 * app.post('/webhooks', webhook(webhooks, (event) => console.log(event.type)))
 * ```
 *
 * @packageDocumentation
 */
import type { Context, MiddlewareHandler } from 'hono';
import type { ProtectOptions as OptionsOf, Provider, TokenVerifier, WebhookProvider } from './guard.js';
import type { Claims, HostResponse, VerifiedToken, WebhookEvent, WebhookVerifier } from './index.js';

/** What a request must bring; `check` and `token` get Hono's context. */
export type ProtectOptions<Auth> = OptionsOf<Auth, Context>;

/** Middleware behind which `c.get('auth')` is there. */
export type Protection<Auth> = MiddlewareHandler<{ Variables: { auth: Auth } }>;

/**
 * Makes middleware that lets in whoever brings a good token. Refusals are RFC 6750 answers. A
 * function instead of a verifier is called with `c.env` for each request, and should give the same
 * verifier each time: its key cache lives in it.
 *
 * @throws `ERR_CONFIG_INVALID` for an empty list, and where the verifier knows no claim for what is
 * demanded.
 */
export function protect<User>(
  provider: Provider<User> | ((env: any) => Provider<User>),
  options: ProtectOptions<User> & { optional: true },
): Protection<User | undefined>;
export function protect<User>(
  provider: Provider<User> | ((env: any) => Provider<User>),
  options?: ProtectOptions<User>,
): Protection<User>;
export function protect<C extends object = Claims>(
  verifier: TokenVerifier | ((env: any) => TokenVerifier),
  options: ProtectOptions<VerifiedToken<C>> & { optional: true },
): Protection<VerifiedToken<C> | undefined>;
export function protect<C extends object = Claims>(
  verifier: TokenVerifier | ((env: any) => TokenVerifier),
  options?: ProtectOptions<VerifiedToken<C>>,
): Protection<VerifiedToken<C>>;

/**
 * Makes a handler for webhooks, which reads the raw body. Deliveries that are refused get 400, 409
 * or 413; one whose handler throws, or answers with a status of 400 or more, is given back to the
 * replay store. A handler that returns nothing answers `{"received":true}`.
 */
export function webhook<Event>(
  provider: WebhookProvider<Event> | ((env: any) => WebhookProvider<Event>),
  handler: (event: Event, context: Context) => HostResponse | void | Promise<HostResponse | void>,
): (context: Context) => Promise<HostResponse>;
export function webhook(
  verifier: WebhookVerifier | ((env: any) => WebhookVerifier),
  handler: (event: WebhookEvent, context: Context) => HostResponse | void | Promise<HostResponse | void>,
): (context: Context) => Promise<HostResponse>;
