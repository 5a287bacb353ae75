/** What `webhook` is in every framework: a delivery is verified, handled, and given back if that fails. */
import { configError } from './errors.js';
import { found, isGuard, refusalOf, type Manner } from './guard.js';
import { callable, NONE } from './options.js';

/** A verified delivery; or else the answer to give. */
export type Reception =
  | { event: unknown; delivery: Releasable; refusal?: undefined }
  | { event?: undefined; delivery?: undefined; refusal: Response };

interface Releasable {
  release(): Promise<void>;
}

interface Call {
  signal?: AbortSignal;
}

interface WebhookVerifier {
  verify(request: unknown, call: Call): Promise<Releasable>;
}

interface WebhookProvider {
  verifyWebhook(request: unknown, call: Call): Promise<{ event: Releasable }>;
}

/** Makes the gate of one `webhook`. A wrong verifier or handler shows at once, where it is there at once. */
export function inbox(
  given: unknown,
  handler: unknown,
  manner: Manner = NONE,
): (request: unknown, call: Call, environment?: unknown) => Promise<Reception> {
  callable(handler, 'handler');
  const verifierIn = found(given, manner, verificationBy);
  const { refuse = refusalOf } = manner;
  return async (request, call, environment) => {
    try {
      return await verifierIn(environment)(request, call);
    } catch (error) {
      return { refusal: refuse(error) };
    }
  };
}

type Verification = (request: unknown, call: Call) => Promise<Reception>;

function verificationBy(verifier: unknown): Verification {
  const { verify, verifyWebhook } = (verifier ?? NONE) as Partial<WebhookVerifier & WebhookProvider>;
  if (typeof verifyWebhook === 'function') {
    return async (request, call) => {
      const event = await verifyWebhook.call(verifier, request, call);
      return { event, delivery: event.event };
    };
  }
  if (isGuard(verifier)) throw configError('verifier', 'verifies tokens; a webhook takes what createWebhookVerifier gives, or a provider');
  if (typeof verify !== 'function') throw configError('verifier', 'must be a webhook verifier or a provider');
  return async (request, call) => {
    const event = await verify.call(verifier, request, call);
    return { event, delivery: event };
  };
}

/**
 * Handles a verified delivery. Where that throws, or `status` of its answer tells of a failure, the
 * sender tries again, and that delivery must pass: its claim in the replay store is given back.
 */
export async function handled<Answer>(
  delivery: Releasable,
  handle: () => Answer | Promise<Answer>,
  status: (answer: Answer) => number,
): Promise<Answer> {
  let answer: Answer;
  try {
    answer = await handle();
  } catch (error) {
    // The handler's own error is the one to know of, also where the store fails as well.
    await delivery.release().catch(() => {});
    throw error;
  }
  if (status(answer) >= 400) await delivery.release();
  return answer;
}

/**
 * What a handler that sends nothing itself answers, by the status that it has set. Only where a
 * delivery was taken, and a body belongs, does one say so.
 */
export function received(status = 200): Response {
  const isBare = status >= 400 || status === 204 || status === 205 || status === 304;
  return isBare ? new Response(null, { status }) : Response.json({ received: true }, { status });
}
