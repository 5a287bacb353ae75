/** Replay protection: claiming a delivery in a store that the caller owns. */
import { configError } from './errors.js';
import { Found, refusal } from './wasm.js';
import type { Take } from './options.js';

export interface ReplayStore {
  claim(key: string, ttlSeconds: number): boolean | Promise<boolean>;
  release(key: string): void | Promise<void>;
}

/** What the core wants claimed for a delivery. */
export interface Claimed {
  key: string;
  /** Seconds. */
  ttl: number;
}

export const replayStore: Take = (value, name) => {
  const store = value as Partial<ReplayStore> | null;
  if (typeof store !== 'object' || typeof store?.claim !== 'function' || typeof store.release !== 'function') {
    throw configError(name, 'must have the methods claim and release');
  }
  return store;
};

/** Claims the delivery or throws `ERR_WEBHOOK_REPLAYED`; or the reason of `signal`, once that is aborted. */
export async function claim(store: ReplayStore | undefined, wanted: Claimed | undefined, signal: AbortSignal | undefined): Promise<void> {
  if (store === undefined || wanted === undefined) return;
  signal?.throwIfAborted();
  const answer = Promise.resolve(store.claim(wanted.key, wanted.ttl));
  settle(await (signal === undefined ? answer : unlessAborted(answer, signal, () => giveBack(store, wanted, answer))));
}

function unlessAborted<Value>(answer: Promise<Value>, signal: AbortSignal, abandon: () => void): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      abandon();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** The delivery was not accepted: what the store grants later is given back. */
function giveBack(store: ReplayStore, wanted: Claimed, answer: Promise<unknown>): void {
  answer.then((granted) => (granted === true ? store.release(wanted.key) : undefined)).catch(() => {});
}

/** The same on a synchronous path, where a store that answers later cannot be waited for. */
export function claimNow(store: ReplayStore | undefined, wanted: Claimed | undefined): void {
  if (store === undefined || wanted === undefined) return;
  const won = store.claim(wanted.key, wanted.ttl);
  if (typeof won === 'boolean') return settle(won);
  giveBack(store, wanted, Promise.resolve(won));
  throw configError('replayStore', 'answers asynchronously; use the asynchronous verify');
}

function settle(won: unknown): void {
  if (typeof won !== 'boolean') throw configError('replayStore', 'claim must answer true or false');
  if (!won) throw refusal(Found.Replay);
}
