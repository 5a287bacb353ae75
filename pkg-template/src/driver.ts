/**
 * Drives the core's jobs: asks for the next step, does the I/O it wants outside of any call into
 * the core, hands the outcome back.
 *
 * No promise is ever shared between two calls. While another call has a request under way, this
 * one looks again on a short timer of its own; in Workers a promise of another request may never
 * settle.
 */
import { packed } from './fields.js';
import { NONE } from './options.js';
import { Brief, enter, report, type Handle } from './wasm.js';

export type Fetch = typeof fetch;

/** What a caller lends to one job. */
export interface Means {
  fetch: Fetch | undefined;
  signal: AbortSignal | undefined;
}

/** What a step may want instead of time. */
const DONE = -1;
const SEND = -2;

/** How often a waiting call looks whether what it waits for is there, in milliseconds. */
const FIRST_LOOK = 4;
const LONGEST_LOOK = 50;

/** The longest time that a timer can be set to, in milliseconds; beyond it timers fire at once. */
const LONGEST_WAIT = 2 ** 31 - 1;

/** What the core is told when there is no answer; the numbers are the border's. */
const FAILED = 0;
const REDIRECTED = 1;
const TIMED_OUT = 2;
const TOO_LARGE = 3;

/** What a job is, besides its steps. */
interface Manner {
  /** Called after every answer that the core has taken in. */
  heard?: () => void;
  /** Whether the job may begin again when another call's trap has replaced the instance. */
  repeatable?: boolean;
}

/** Runs the job that `start` begins to its end and gives what `finish` reads off then. */
export async function drive<Result>(
  start: () => Handle,
  means: Means,
  finish: () => Result,
  { heard, repeatable = false }: Manner = NONE,
): Promise<Result> {
  const { signal } = means;
  signal?.throwIfAborted();
  let job = new Brief(start());
  let exchange: Exchange | undefined;
  let look = FIRST_LOOK;
  try {
    for (;;) {
      const wanted = enter((core) => core.step(job.handle, Date.now()));
      if (wanted === DONE) return finish();
      // Between an answer and the next wait or request, nobody listens to the signal.
      signal?.throwIfAborted();
      job.guard();
      if (wanted === SEND) {
        // Taken at once: to abandon an exchange may run code of the caller's.
        const request = takeRequest();
        exchange?.abandon();
        exchange = send(request, means);
        continue;
      }
      const left = Math.max(1, wanted - Date.now());
      if (exchange === undefined) {
        await pause(Math.min(left, look), signal);
        look = Math.min(look * 2, LONGEST_LOOK);
      } else {
        // Asking again while the request is under way renews the job's right to it, and
        // ends the wait when another call has brought what it is for.
        const outcome = await within(left, exchange.outcome);
        if (outcome !== undefined) {
          exchange = undefined;
          look = FIRST_LOOK;
          if (job.alive) {
            handBack(job, outcome);
            heard?.();
          }
        }
      }
      if (job.alive) continue;
      if (!repeatable) throw new Error('countersign started over during this call; its outcome is not known');
      exchange?.abandon();
      exchange = undefined;
      job = new Brief(start());
    }
  } finally {
    exchange?.abandon();
    job.free();
  }
}

function handBack(job: Brief, outcome: Answer | number): void {
  enter((core) => {
    if (typeof outcome === 'number') core.fail(job.handle, outcome, Date.now());
    else core.resolve(job.handle, outcome.status, outcome.headers, outcome.body, Date.now());
  });
}

interface Answer {
  status: number;
  /** Names and values in turn, packed. */
  headers: Uint8Array;
  body: Uint8Array;
}

/** A request under way. */
interface Exchange {
  /** Rejects only with the caller's own abort reason. */
  outcome: Promise<Answer | number>;
  /** Ends it, whatever its state. */
  abandon(): void;
}

/** A request as the core leaves it. */
interface Wanted {
  request: Request;
  /** Within how many milliseconds the whole exchange must be over. */
  timeout: number;
  /** How many bytes of the answer's body may be read. */
  ceiling: number;
}

function takeRequest(): Wanted {
  const request = enter((core) => core.takeRequest() as Request);
  return { request, timeout: report(0), ceiling: report(1) };
}

/** Sends a request, within its deadline and byte ceiling, also when the given `fetch` heeds no signal. */
function send({ request, timeout, ceiling }: Wanted, means: Means): Exchange {
  const controller = new AbortController();
  const outcome = answerOf(request, timeout, ceiling, means, controller);
  outcome.catch(() => {});
  return { outcome, abandon: () => controller.abort() };
}

async function answerOf(
  request: Request,
  timeout: number,
  ceiling: number,
  { fetch, signal }: Means,
  controller: AbortController,
): Promise<Answer | number> {
  let stop: (reason: number) => void = () => {};
  const stopped = new Promise<number>((resolve) => (stop = resolve));
  const abort = () => stop(FAILED);
  const timer = setTimeout(() => stop(TIMED_OUT), Math.min(timeout, LONGEST_WAIT));
  signal?.addEventListener('abort', abort, { once: true });
  controller.signal.addEventListener('abort', abort, { once: true });
  try {
    const answer = receive(request, ceiling, fetch ?? globalThis.fetch, controller.signal);
    const outcome = await Promise.race([answer.catch(() => FAILED), stopped]);
    signal?.throwIfAborted();
    return outcome;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    // Ends whatever is still under way; for a finished exchange it does nothing.
    controller.abort();
  }
}

async function receive(
  request: Request,
  ceiling: number,
  fetcher: Fetch,
  signal: AbortSignal,
): Promise<Answer | number> {
  const response = await fetcher(request, { signal });
  const redirected = response.type === 'opaqueredirect' || response.redirected;
  // Late, from a fetch that heeds no signal: nobody waits for it any more.
  if (redirected || signal.aborted) {
    void discard(response);
    return redirected ? REDIRECTED : FAILED;
  }
  const body = await read(response, ceiling, signal);
  if (body === undefined) return TOO_LARGE;
  return { status: response.status, headers: packed([...response.headers].flat().map((value) => ({ number: 0, value: String(value) }))), body };
}

/** Gives an answer's body up, so that its connection is not held. */
async function discard(response: Response): Promise<void> {
  try {
    await response.body?.cancel();
  } catch {
    // Then there is nothing to give up.
  }
}

/** The body, or nothing when it is larger than the ceiling. */
async function read(response: Response, ceiling: number, signal: AbortSignal): Promise<Uint8Array | undefined> {
  if (response.body === null) return new Uint8Array(0);
  const reader = response.body.getReader();
  const cancel = () => void reader.cancel().catch(() => {});
  signal.addEventListener('abort', cancel, { once: true });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joined(chunks, length);
    length += value.length;
    if (length > ceiling) {
      cancel();
      return undefined;
    }
    chunks.push(value);
  }
}

function joined(chunks: Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** What `promise` gives within so many milliseconds, else nothing. */
async function within<Value>(millis: number, promise: Promise<Value>): Promise<Value | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const elapsed = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), Math.min(millis, LONGEST_WAIT))));
  try {
    return await Promise.race([promise, elapsed]);
  } finally {
    clearTimeout(timer);
  }
}

/** Sleeps, or rejects with the caller's abort reason. */
function pause(millis: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, millis);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
