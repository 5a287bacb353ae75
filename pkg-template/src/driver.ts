/**
 * Drives the core's jobs: asks for the next step, does the I/O it wants outside of any call into
 * the core, hands the outcome back.
 *
 * No promise is ever shared between two calls. While another call has a request under way, this
 * one looks again on a short timer of its own; in Workers a promise of another request may never
 * settle.
 */
import { Brief, enter, type Handle } from './wasm.js';

export type Fetch = typeof fetch;

/** What a caller lends to one job. */
export interface Means {
  fetch: Fetch | undefined;
  signal: AbortSignal | undefined;
}

const DONE = 0;
const SEND = 1;

/** How often a waiting call looks whether what it waits for is there, in milliseconds. */
const FIRST_LOOK = 4;
const LONGEST_LOOK = 50;

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
  { heard, repeatable = false }: Manner = {},
): Promise<Result> {
  const { signal } = means;
  signal?.throwIfAborted();
  let job = new Brief(start());
  let look = FIRST_LOOK;
  try {
    for (;;) {
      const state = enter((core) => core.step(job.handle, Date.now()));
      if (state === DONE) return finish();
      if (state === SEND) {
        await exchange(job, means);
        if (job.alive) heard?.();
        look = FIRST_LOOK;
      } else {
        const left = enter((core) => core.waitUntil(job.handle)) - Date.now();
        await pause(Math.max(1, Math.min(left, look)), signal);
        look = Math.min(look * 2, LONGEST_LOOK);
      }
      if (job.alive) continue;
      if (!repeatable) throw new Error('countersign started over during this call; its outcome is not known');
      job = new Brief(start());
    }
  } finally {
    job.free();
  }
}

/** Sends the job's request and hands the outcome back. */
async function exchange(job: Brief, means: Means): Promise<void> {
  const [request, timeout, ceiling] = enter((core) => [
    core.request(job.handle),
    core.requestTimeout(job.handle),
    core.requestCeiling(job.handle),
  ]);
  const outcome = await send(request, timeout, ceiling, means);
  if (!job.alive) return;
  enter((core) => {
    if (typeof outcome === 'number') core.fail(job.handle, outcome, Date.now());
    else core.resolve(job.handle, outcome.status, outcome.headers, outcome.body, Date.now());
  });
}

interface Answer {
  status: number;
  /** Names and values in turn. */
  headers: string[];
  body: Uint8Array;
}

/**
 * Fetches within the deadline and the byte ceiling, also when the given `fetch` heeds no signal.
 * Rejects only with the caller's own abort reason.
 */
async function send(request: Request, timeout: number, ceiling: number, means: Means): Promise<Answer | number> {
  const { signal } = means;
  const controller = new AbortController();
  let stop: (reason: number) => void = () => {};
  const stopped = new Promise<number>((resolve) => (stop = resolve));
  const abort = () => stop(FAILED);
  const timer = setTimeout(() => stop(TIMED_OUT), timeout);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const answer = receive(request, ceiling, means.fetch ?? globalThis.fetch, controller.signal);
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
  if (response.type === 'opaqueredirect' || response.redirected) return REDIRECTED;
  const body = await read(response, ceiling, signal);
  if (body === undefined) return TOO_LARGE;
  return { status: response.status, headers: [...response.headers].flat(), body };
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
