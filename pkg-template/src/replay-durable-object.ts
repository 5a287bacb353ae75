/**
 * Replay claims in Durable Objects: one object for each delivery. An object runs one request at a
 * time while it waits for its storage, which makes looking and claiming one step. Its alarm is the
 * end of the claim, and all that it stores: an object whose alarm has gone off holds nothing.
 */
import { configError } from './errors.js';
import type { ReplayStore } from './replay-claim.js';

interface Namespace {
  idFromName(name: string): unknown;
  get(id: unknown): { fetch(request: Request): Promise<Response> };
}

interface State {
  storage: {
    getAlarm(): Promise<number | null>;
    setAlarm(time: number): Promise<void>;
    deleteAlarm(): Promise<void>;
  };
}

const CLAIMED = 201;
const RELEASED = 204;
const TAKEN = 409;

/** Nothing is sent there: the request goes to the object. */
const ADDRESS = 'https://replay-claim.invalid/';

export class ReplayClaim {
  readonly #storage: State['storage'];

  constructor(state: State) {
    this.#storage = state.storage;
  }

  async fetch(request: Request): Promise<Response> {
    if (request.method === 'DELETE') {
      await this.#storage.deleteAlarm();
      return new Response(null, { status: RELEASED });
    }
    const seconds = Number(await request.text());
    if ((await this.#storage.getAlarm()) !== null) return new Response(null, { status: TAKEN });
    await this.#storage.setAlarm(Date.now() + seconds * 1000);
    return new Response(null, { status: CLAIMED });
  }

  /** That it has gone off is all there is to it. */
  alarm(): void {}
}

export function durableObjectReplayStore(namespace: unknown): ReplayStore {
  const { idFromName, get } = (namespace ?? {}) as Partial<Namespace>;
  if (typeof idFromName !== 'function' || typeof get !== 'function') {
    throw configError('namespace', 'must be the binding of a Durable Object namespace');
  }
  const ask = async (key: string, init: RequestInit): Promise<number> => {
    const claims = namespace as Namespace;
    const { status } = await claims.get(claims.idFromName(key)).fetch(new Request(ADDRESS, init));
    return status;
  };
  return {
    async claim(key, ttlSeconds) {
      const status = await ask(key, { method: 'PUT', body: String(ttlSeconds) });
      if (status === CLAIMED || status === TAKEN) return status === CLAIMED;
      throw new Error(`the Durable Object answered a claim with ${status}; is its class ReplayClaim of countersign/replay?`);
    },
    async release(key) {
      const status = await ask(key, { method: 'DELETE' });
      if (status !== RELEASED) throw new Error(`the Durable Object answered a release with ${status}`);
    },
  };
}
