/**
 * Middleware for Koa. The verified token, or the provider's user, is `ctx.state.auth`.
 *
 * ```ts
 * const app = new Koa()
 * app.use(protect(verifier))
 * app.use((ctx) => { ctx.body = ctx.state.auth.payload })
 * ```
 *
 * @packageDocumentation
 */
import type { ProtectOptions as OptionsOf, Provider, TokenVerifier, WebhookProvider } from './guard.js';
import type { Claims, VerifiedToken, WebhookEvent, WebhookVerifier } from './index.js';

/** What a request must bring; `check` and `token` get Koa's context. */
export type ProtectOptions<Auth> = OptionsOf<Auth, any>;

/** Koa's middleware. */
export type Middleware = (context: any, next: () => Promise<any>) => Promise<any>;

/**
 * Makes middleware that lets in whoever brings a good token. Refusals are RFC 6750 answers;
 * mistakes in the server's own options are thrown, as Koa has it.
 *
 * @throws `ERR_CONFIG_INVALID` for an empty list, and where the verifier knows no claim for what is
 * demanded.
 */
export function protect<User>(provider: Provider<User>, options?: ProtectOptions<User>): Middleware;
export function protect<C extends object = Claims>(verifier: TokenVerifier, options?: ProtectOptions<VerifiedToken<C>>): Middleware;

/**
 * Makes middleware for webhooks, the last of its route. It reads the raw body itself, or takes
 * `ctx.request.rawBody`; put it before body parsers that keep none. Deliveries that are refused get
 * 400, 409 or 413; one whose handler throws, or sets a status of 400 or more, is given back to the
 * replay store. A handler that sets no body answers `{"received":true}`
 * with its status; one of 204, or of 400 or more, goes without that body.
 */
export function webhook<Event>(provider: WebhookProvider<Event>, handler: (event: Event, context: any) => unknown): Middleware;
export function webhook(verifier: WebhookVerifier, handler: (event: WebhookEvent, context: any) => unknown): Middleware;
