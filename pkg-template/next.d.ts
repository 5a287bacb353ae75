/**
 * Guards for Next.js: route handlers, the proxy (middleware), and API routes of `pages`. The
 * verified token, or the provider's user, is `request.auth`.
 *
 * ```ts
 * // app/me/route.ts
 * export const GET = protect(verifier)((request) => Response.json(request.auth.payload))
 *
 * // app/webhooks/route.ts
 * export const POST = webhook(webhooks, (event) => console.log(event.type))
 * ```
 *
 * Server components and actions have no request; there `verifier.verify(await headers())` does it.
 *
 * @packageDocumentation
 */
import type { NextApiRequest, NextApiResponse } from 'next';
import type { NextRequest } from 'next/server.js';
import type { ProtectOptions as OptionsOf, Provider, TokenVerifier, WebhookProvider } from './guard.js';
import type { Claims, HostResponse, VerifiedToken, WebhookEvent, WebhookVerifier } from './index.js';

/** What a request must bring; `check` and `token` get the request. */
export type ProtectOptions<Auth> = OptionsOf<Auth, any>;

type Answer = HostResponse | void | undefined;

/** Puts a guard before a handler. */
export interface Guarded<Auth> {
  /** Before a route handler, or a proxy: one that gives nothing lets the request go on. */
  <Beside = any, Given extends Answer = HostResponse>(
    handler: (request: NextRequest & { auth: Auth }, beside: Beside) => Given | Promise<Given>,
  ): (request: NextRequest, beside: Beside) => Promise<Given | HostResponse>;
  /** Before an API route of `pages`, whose handler says so in its types. */
  (handler: (request: NextApiRequest & { auth: Auth }, response: NextApiResponse) => unknown): (
    request: NextApiRequest,
    response: NextApiResponse,
  ) => Promise<void>;
}

/**
 * Makes a guard that lets in whoever brings a good token. Refusals are RFC 6750 answers; mistakes
 * in the server's own options are thrown, as Next.js has it.
 *
 * @throws `ERR_CONFIG_INVALID` for an empty list, and where the verifier knows no claim for what is
 * demanded.
 */
export function protect<User>(
  provider: Provider<User>,
  options: ProtectOptions<User> & { optional: true },
): Guarded<User | undefined>;
export function protect<User>(provider: Provider<User>, options?: ProtectOptions<User>): Guarded<User>;
export function protect<C extends object = Claims>(
  verifier: TokenVerifier,
  options: ProtectOptions<VerifiedToken<C>> & { optional: true },
): Guarded<VerifiedToken<C> | undefined>;
export function protect<C extends object = Claims>(
  verifier: TokenVerifier,
  options?: ProtectOptions<VerifiedToken<C>>,
): Guarded<VerifiedToken<C>>;

/** A webhook handler for a route handler's `POST`, or an API route of `pages` with `bodyParser: false`. */
export interface WebhookRoute {
  (request: NextRequest, beside?: any): Promise<HostResponse>;
  (request: NextApiRequest, response: NextApiResponse): Promise<void>;
}

/**
 * Makes a handler for webhooks, which reads the raw body. Deliveries that are refused get 400, 409
 * or 413; one whose handler throws, or answers with a status of 400 or more, is given back to the
 * replay store. A handler that gives and sends nothing answers `{"received":true}`
 * with its status; one of 204, or of 400 or more, goes without that body.
 */
export function webhook<Event>(
  provider: WebhookProvider<Event>,
  handler: (event: Event, request: any, beside: any) => unknown,
): WebhookRoute;
export function webhook(
  verifier: WebhookVerifier,
  handler: (event: WebhookEvent, request: any, beside: any) => unknown,
): WebhookRoute;
