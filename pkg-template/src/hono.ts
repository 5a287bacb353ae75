/** `countersign/hono`: middleware for Hono, in every runtime that Hono runs in. */
import { fetchGate, fetchInbox } from './fetch-handler.js';

/** What is used of Hono's context. */
interface Context {
  readonly req: { readonly raw: Request };
  readonly env: unknown;
  readonly executionCtx: { waitUntil(promise: Promise<unknown>): void };
  set(name: string, value: unknown): void;
}

type Middleware = (context: Context, next: () => Promise<void>) => Promise<Response | void>;
type WebhookHandler = (event: unknown, context: Context) => Response | void | Promise<Response | void>;

const MANNER = { __proto__: null, lazy: true };

export function protect(given: unknown, options?: unknown): Middleware {
  const admit = fetchGate<Context>(given, options, MANNER);
  return async (context, next) => {
    const surroundings = { waitUntil: waitUntilOf(context), environment: context.env };
    const { auth, refusal } = await admit(context.req.raw, context, surroundings);
    if (refusal !== undefined) return refusal;
    context.set('auth', auth);
    return next();
  };
}

export function webhook(given: unknown, handler: WebhookHandler): (context: Context) => Promise<Response> {
  const receive = fetchInbox(given, handler, MANNER);
  return (context) => receive(context.req.raw, context.env, (event) => handler(event, context));
}

/** Asking a context for what its runtime does not have throws. */
function waitUntilOf(context: Context): ((promise: Promise<unknown>) => void) | undefined {
  try {
    const { executionCtx } = context;
    return (promise) => executionCtx.waitUntil(promise);
  } catch {
    return undefined;
  }
}
