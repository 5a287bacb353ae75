/** Guards of handlers that take a `Request` and give a `Response`. */
import { handled, inbox, received } from './delivery.js';
import { gate, type Admission, type Manner } from './guard.js';

/** What belongs to a request beside the `Request` itself. */
export interface Surroundings {
  waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
  environment?: unknown;
}

export function fetchGate<Native>(
  given: unknown,
  options: unknown,
  manner: Manner,
): (request: Request, native: Native, surroundings: Surroundings) => Promise<Admission> {
  const admit = gate<Native>(given, options, manner);
  return (request, native, { waitUntil, environment }) => {
    const call = waitUntil === undefined ? { signal: request.signal } : { signal: request.signal, waitUntil };
    return admit({ native, credential: request, call, environment });
  };
}

type Handle = (event: unknown) => Response | void | Promise<Response | void>;

/** Verifies the delivery in a request and answers it with what `handle` gives. */
export function fetchInbox(
  given: unknown,
  handler: unknown,
  manner: Manner,
): (request: Request, environment: unknown, handle: Handle) => Promise<Response> {
  const receive = inbox(given, handler, manner);
  return async (request, environment, handle) => {
    const { event, delivery, refusal } = await receive(request, { signal: request.signal }, environment);
    if (refusal !== undefined) return refusal;
    return handled(delivery, async () => (await handle(event)) ?? received(), ({ status }) => status);
  };
}
