/** Replay claims in Redis, or anything that speaks its `SET key value NX EX seconds`. */
import { configError } from './errors.js';
import * as is from './options.js';
import type { ReplayStore } from './replay-claim.js';

type Command = (...words: string[]) => Promise<unknown>;

/** What is used of the two clients that most have: `ioredis` has `call`, `redis` has `sendCommand`. */
interface Client {
  call?: Command;
  sendCommand?: (words: string[]) => Promise<unknown>;
}

const OPTIONS: is.Shape = { prefix: is.text };

export function redisReplayStore(client: unknown, options: unknown = {}): ReplayStore {
  const send = commandOf(client);
  const { prefix = 'countersign:replay:' } = is.take(options, OPTIONS, 'options') as { prefix?: string };
  return {
    async claim(key, ttlSeconds) {
      const answer = await send('SET', prefix + key, '1', 'NX', 'EX', String(ttlSeconds));
      if (answer === null) return false;
      // Bytes, where the client was told to give them.
      if (String(answer) === 'OK') return true;
      throw new Error('Redis answered a claim with neither OK nor nil');
    },
    async release(key) {
      await send('DEL', prefix + key);
    },
  };
}

function commandOf(client: unknown): Command {
  if (typeof client === 'function') return client as Command;
  const known = (client ?? {}) as Client;
  if (typeof known.call === 'function') return (...words) => (known.call as Command)(...words);
  if (typeof known.sendCommand === 'function') return (...words) => (known.sendCommand as (words: string[]) => Promise<unknown>)(words);
  throw configError('client', 'must be a client of ioredis or redis, or a function that sends a command');
}
