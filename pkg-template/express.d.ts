/**
 * Middleware for Express 4 and 5, and for Connect. The verified token, or the provider's user, is
 * `req.auth`.
 *
 * ```ts
 * const app = express()
 * app.get('/me', protect(verifier), (req, res) => res.json(req.auth.payload))
 * app.post('/webhooks', webhook(webhooks, (event) => console.log(event.type)))
 * ```
 *
 * Declarations of Express itself are not needed here. Tell the compiler once what `req.auth` is:
 *
 * ```ts
 * declare global { namespace Express { interface Request { auth: VerifiedToken } } }
 * ```
 *
 * @packageDocumentation
 */
import type { ProtectOptions as OptionsOf, Provider, TokenVerifier, WebhookProvider } from './guard.js';
import type { Claims, VerifiedToken, WebhookEvent, WebhookVerifier } from './index.js';

/** What a request must bring; `check` and `token` get Express's request. */
export type ProtectOptions<Auth> = OptionsOf<Auth, any>;

/** Express's middleware. */
export type Middleware = (request: any, response: any, next: (error?: any) => void) => Promise<void>;

/**
 * Makes middleware that lets in whoever brings a good token. Refusals are RFC 6750 answers;
 * mistakes in the server's own options go to `next`.
 *
 * @throws `ERR_CONFIG_INVALID` for an empty list, and where the verifier knows no claim for what is
 * demanded.
 */
export function protect<User>(provider: Provider<User>, options?: ProtectOptions<User>): Middleware;
export function protect<C extends object = Claims>(verifier: TokenVerifier, options?: ProtectOptions<VerifiedToken<C>>): Middleware;

/**
 * Makes a handler for webhooks. It reads the raw body itself, or takes what `express.raw` has read,
 * or `req.rawBody`, where Nest (`rawBody: true`) and cloud functions keep it; put it before
 * `express.json`, which leaves no raw bytes. Deliveries that are refused get 400, 409
 * or 413; one whose handler throws, or sets a status of 400 or more, is given back to the replay
 * store. A handler that sends nothing answers `{"received":true}`
 * with its status; one of 204, or of 400 or more, goes without that body.
 */
export function webhook<Event>(
  provider: WebhookProvider<Event>,
  handler: (event: Event, request: any, response: any) => unknown,
): Middleware;
export function webhook(
  verifier: WebhookVerifier,
  handler: (event: WebhookEvent, request: any, response: any) => unknown,
): Middleware;
