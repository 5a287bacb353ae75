/**
 * Hooks and a plugin for Fastify. The verified token, or the provider's user, is `request.auth`.
 *
 * ```ts
 * const app = fastify()
 * app.get('/me', { onRequest: protect(verifier) }, (request) => request.auth.payload)
 * app.register(webhook(webhooks, (event) => console.log(event.type)), { url: '/webhooks' })
 * ```
 *
 * Tell the compiler once what `request.auth` is:
 *
 * ```ts
 * declare module 'fastify' { interface FastifyRequest { auth: VerifiedToken } }
 * ```
 *
 * @packageDocumentation
 */
import type { ProtectOptions as OptionsOf, Provider, TokenVerifier, WebhookProvider } from './guard.js';
import type { Claims, VerifiedToken, WebhookEvent, WebhookVerifier } from './index.js';

/** What a request must bring; `check` and `token` get Fastify's request. */
export type ProtectOptions<Auth> = OptionsOf<Auth, any>;

/** A hook for `onRequest`, `preValidation` or `preHandler`. */
export type Hook = (request: any, reply: any) => Promise<any>;

/** A plugin with one route. */
export type WebhookPlugin = (instance: any, options: { url?: string }) => Promise<void>;

/**
 * Makes a hook that lets in whoever brings a good token. Refusals are RFC 6750 answers; mistakes in
 * the server's own options are thrown, as Fastify has it.
 *
 * @throws `ERR_CONFIG_INVALID` for an empty list, and where the verifier knows no claim for what is
 * demanded.
 */
export function protect<User>(provider: Provider<User>, options?: ProtectOptions<User>): Hook;
export function protect<C extends object = Claims>(verifier: TokenVerifier, options?: ProtectOptions<VerifiedToken<C>>): Hook;

/**
 * Makes a plugin with a `POST` route for webhooks at `url` (default `/`), in which Fastify's body
 * parsers are off, so that the raw bytes are verified. Deliveries that are refused get 400, 409 or
 * 413; one whose handler throws, or sets a status of 400 or more, is given back to the replay
 * store. A handler that gives and sends nothing answers `{"received":true}`
 * with its status; one of 204, or of 400 or more, goes without that body.
 */
export function webhook<Event>(
  provider: WebhookProvider<Event>,
  handler: (event: Event, request: any, reply: any) => unknown,
): WebhookPlugin;
export function webhook(
  verifier: WebhookVerifier,
  handler: (event: WebhookEvent, request: any, reply: any) => unknown,
): WebhookPlugin;
