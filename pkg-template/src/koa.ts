/** `countersign/koa`: middleware for Koa. */
import { handled, inbox, received } from './delivery.js';
import { gate } from './guard.js';
import { answerFields, credentialOf, deliveryOf, type NodeRequest } from './node-http.js';

/** What is used of Koa's context. */
interface Context {
  readonly req: NodeRequest;
  readonly request: { body?: unknown; rawBody?: unknown };
  readonly state: Record<string, unknown>;
  status: number;
  body: unknown;
  readonly respond?: boolean;
  set(name: string, value: string): void;
}

type Middleware = (context: Context, next: () => Promise<unknown>) => Promise<unknown>;
type WebhookHandler = (event: unknown, context: Context) => unknown;

export function protect(given: unknown, options?: unknown): Middleware {
  const admit = gate<Context>(given, options);
  return async (context, next) => {
    const { auth, refusal } = await admit({ native: context, credential: credentialOf(context.req), call: {} });
    if (refusal !== undefined) return answer(refusal, context);
    context.state['auth'] = auth;
    return next();
  };
}

export function webhook(given: unknown, handler: WebhookHandler): Middleware {
  const receive = inbox(given, handler);
  return async (context) => {
    const { body, rawBody } = context.request;
    const { event, delivery, refusal } = await receive(deliveryOf(context.req, rawBody ?? body), {});
    if (refusal !== undefined) return answer(refusal, context);
    const handle = async () => {
      // Koa's own 404 would stand for a handler that says nothing.
      context.status = 200;
      await handler(event, context);
    };
    await handled(delivery, handle, () => context.status);
    // Koa has a text of its own for a failing status.
    if (context.status < 400 && context.body === undefined && context.respond !== false) await answer(received(context.status), context);
  };
}

async function answer(given: Response, context: Context): Promise<void> {
  context.status = given.status;
  for (const [name, value] of answerFields(given, context.req)) context.set(name, value);
  context.body = await given.text();
}
