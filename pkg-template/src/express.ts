/** `countersign/express`: middleware for Express 4 and 5, and whatever else takes `(req, res, next)`. */
import { handled, inbox, received } from './delivery.js';
import { gate } from './guard.js';
import { credentialOf, deliveryOf, send, type NodeRequest, type NodeResponse } from './node-http.js';

interface Request extends NodeRequest {
  auth?: unknown;
  body?: unknown;
  rawBody?: unknown;
}

type Next = (error?: unknown) => void;
type Middleware = (request: Request, response: NodeResponse, next: Next) => Promise<void>;
type WebhookHandler = (event: unknown, request: Request, response: NodeResponse) => unknown;

export function protect(given: unknown, options?: unknown): Middleware {
  const admit = gate<Request>(given, options);
  return forwarding(async (request, response, next) => {
    const { auth, refusal } = await admit({ native: request, credential: credentialOf(request), call: {} });
    if (refusal !== undefined) return send(refusal, request, response);
    request.auth = auth;
    next();
  });
}

export function webhook(given: unknown, handler: WebhookHandler): Middleware {
  const receive = inbox(given, handler);
  return forwarding(async (request, response) => {
    const { event, delivery, refusal } = await receive(deliveryOf(request, request.rawBody ?? request.body), {});
    if (refusal !== undefined) return send(refusal, request, response);
    await handled(delivery, () => handler(event, request, response), () => response.statusCode);
    if (!response.headersSent && !response.writableEnded) await send(received(response.statusCode), request, response);
  });
}

/** Express 4 does not look at promises: what is thrown goes to `next`. */
function forwarding(run: Middleware): Middleware {
  return (request, response, next) => run(request, response, next).catch(next);
}
