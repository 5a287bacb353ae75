/**
 * Stores that grant every delivery once, also between processes and machines: `replayStore` of
 * `createWebhookVerifier`.
 *
 * A claim must be one step, "put it there unless it is there": Cloudflare KV has no such operation
 * and shows writes late, so that there is no store on it.
 *
 * Verifiers that share a store share the names of deliveries: give each sender a store of its own,
 * which in Redis is a `prefix` and for Durable Objects a namespace.
 *
 * @packageDocumentation
 */
import type { HostResponse, ReplayStore } from './index.js';

export { memoryReplayStore } from './index.js';
export type { ReplayStore } from './index.js';

/**
 * Claims in Redis, by `SET key 1 NX EX seconds`. Takes a client of `ioredis` or `redis`, or a
 * function that sends a command's words: `(...words) => client.sendCommand(words)`.
 *
 * While Redis cannot be reached, deliveries fail with the client's own error: their senders try again.
 *
 * @throws `ERR_CONFIG_INVALID` for anything else.
 */
export function redisReplayStore(client: RedisClient | RedisCommand, options?: RedisReplayOptions): ReplayStore;

/** Sends one command, and gives its answer: `"OK"` or `null` to a claim. */
export type RedisCommand = (...words: string[]) => Promise<unknown>;

/** A client of `ioredis`, which has `call`, or of `redis`, which has `sendCommand`. */
export type RedisClient =
  | { call(command: string, ...words: any[]): Promise<unknown> }
  | { sendCommand(words: string[], ...more: any[]): Promise<unknown> };

/** What may be said of claims in Redis. */
export interface RedisReplayOptions {
  /** What stands before every key; each sender needs its own. Default `countersign:replay:`. */
  prefix?: string;
}

/**
 * Claims in Durable Objects of the class {@link ReplayClaim}, one for each delivery.
 *
 * @throws `ERR_CONFIG_INVALID` for what is no namespace.
 */
export function durableObjectReplayStore(namespace: DurableObjectNamespaceLike): ReplayStore;

/** The binding of a namespace. */
export interface DurableObjectNamespaceLike {
  idFromName(name: string): any;
  get(id: any): { fetch(request: any): Promise<any> };
}

/**
 * The class of the objects. The Worker exports it, and its configuration names it:
 *
 * ```jsonc
 * "durable_objects": { "bindings": [{ "name": "CLAIMS", "class_name": "ReplayClaim" }] },
 * "migrations": [{ "tag": "v1", "new_sqlite_classes": ["ReplayClaim"] }]
 * ```
 */
export class ReplayClaim {
  constructor(state: any, env?: any);
  fetch(request: any): Promise<HostResponse>;
  alarm(): void;
}
