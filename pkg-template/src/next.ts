/** `countersign/next`: guards for Next.js route handlers, its proxy (middleware) and API routes of `pages`. */
import { handled, inbox, received } from './delivery.js';
import { fetchInbox } from './fetch-handler.js';
import { gate } from './guard.js';
import { credentialOf, deliveryOf, send, type NodeRequest, type NodeResponse } from './node-http.js';
import { NONE } from './options.js';

interface ApiRequest extends NodeRequest {
  auth?: unknown;
  body?: unknown;
}

type Incoming = (Request & { auth?: unknown }) | ApiRequest;
/** The second argument: parameters of a route, the proxy's event, or an API route's response. */
type Beside = { waitUntil?(promise: Promise<unknown>): void } | NodeResponse | undefined;
type Handler = (request: Incoming, beside: Beside) => unknown;
type WebhookHandler = (event: unknown, request: Incoming, beside: Beside) => unknown;

export function protect(given: unknown, options?: unknown): (handler: Handler) => Handler {
  const admit = gate<Incoming>(given, options);
  return (handler) => async (request, beside) => {
    const credential = isRequest(request) ? request : credentialOf(request);
    const { auth, refusal } = await admit({ native: request, credential, call: callOf(beside) });
    if (refusal !== undefined) return isRequest(request) ? refusal : send(refusal, request, beside as NodeResponse);
    request.auth = auth;
    return handler(request, beside);
  };
}

export function webhook(given: unknown, handler: WebhookHandler): Handler {
  const [receive, receiveFromNode] = [fetchInbox(given, handler, NONE), inbox(given, handler)];
  return async (request, beside) => {
    const handle = (event: unknown) => handler(event, request, beside);
    if (isRequest(request)) return receive(request, undefined, handle as (event: unknown) => Response);
    const response = beside as NodeResponse;
    const { event, delivery, refusal } = await receiveFromNode(deliveryOf(request, request.body), {});
    if (refusal !== undefined) return send(refusal, request, response);
    await handled(delivery, () => handle(event), () => response.statusCode);
    if (!response.headersSent && !response.writableEnded) await send(received(response.statusCode), request, response);
  };
}

function isRequest(request: Incoming): request is Request {
  return typeof (request.headers as Partial<Headers>).get === 'function';
}

/** The proxy's event can wait for what goes on behind the answer. */
function callOf(beside: Beside): { waitUntil?: (promise: Promise<unknown>) => void } {
  if (beside === undefined || !('waitUntil' in beside) || typeof beside.waitUntil !== 'function') return {};
  const event = beside as { waitUntil(promise: Promise<unknown>): void };
  return { waitUntil: (promise) => event.waitUntil(promise) };
}
