/** `countersign/workers`: guards for fetch handlers, as Cloudflare Workers have them. */
import { CountersignError } from './errors.js';
import { fetchGate, fetchInbox } from './fetch-handler.js';

interface Context {
  waitUntil(promise: Promise<unknown>): void;
}

type Answer<Result> = Result | Promise<Result>;
type FetchHandler = (request: Request, env: unknown, context: Context) => Promise<Response>;
type Handler = (request: Request, env: unknown, context: Context, auth: unknown) => Answer<Response>;
type WebhookHandler = (event: unknown, request: Request, env: unknown, context: Context) => Answer<Response | void>;

/** A Worker has no place where errors are answered: also the server's own mistakes get their answer here. */
const MANNER = { __proto__: null, lazy: true, refuse: answerTo };

export function protect(given: unknown, options?: unknown): (handler: Handler) => FetchHandler {
  const admit = fetchGate<Request>(given, options, MANNER);
  return (handler) => async (request, environment, context) => {
    const waitUntil = (promise: Promise<unknown>) => context?.waitUntil?.(promise);
    const { auth, refusal } = await admit(request, request, { waitUntil, environment });
    return refusal ?? handler(request, environment, context, auth);
  };
}

export function webhook(given: unknown, handler: WebhookHandler): FetchHandler {
  const receive = fetchInbox(given, handler, MANNER);
  return (request, env, context) => receive(request, env, (event) => handler(event, request, env, context));
}

function answerTo(error: unknown): Response {
  if (error instanceof CountersignError) return error.toResponse();
  throw error;
}
