/** What one call may bring of its own. Every call that verifies takes the same, whatever it needs of them. */
import { momentOf } from './clock.js';
import type { Fetch, Means } from './driver.js';
import * as is from './options.js';

const SHAPE: is.Shape = {
  signal: is.signal,
  fetch: is.callable,
  waitUntil: is.callable,
  currentDate: (value, name) => (is.instant(value, name), value),
};

export interface CallOptions {
  signal?: AbortSignal;
  fetch?: Fetch;
  waitUntil?: (promise: Promise<unknown>) => void;
  currentDate?: Date;
}

/** What a call has to work with. */
export interface Lent extends Means {
  /** Milliseconds since the epoch, or NaN for the host's own time. */
  moment: number;
  waitUntil: ((promise: Promise<unknown>) => void) | undefined;
}

/** What the options of one call give, else the object's own. A signal that has aborted ends the call here. */
export function lent(call: CallOptions | undefined, currentDate: unknown, fetch?: Fetch): Lent {
  const taken: CallOptions = call === undefined ? is.NONE : is.take(call, SHAPE, 'call');
  taken.signal?.throwIfAborted();
  return {
    moment: momentOf(currentDate, taken.currentDate),
    fetch: taken.fetch ?? fetch,
    signal: taken.signal,
    waitUntil: taken.waitUntil,
  };
}
