/** Replay claims in this process's memory. */
import type { ReplayStore } from './replay-claim.js';

interface Entry {
  readonly key: string;
  /** Milliseconds since the epoch; the last in which it holds. */
  readonly end: number;
}

/** Only verified deliveries enter it, and they leave on time. */
export function memoryReplayStore(): ReplayStore {
  const held = new Map<string, Entry>();
  const queue: Entry[] = [];
  const forgetEnded = (now: number): void => {
    for (let first = queue[0]; first !== undefined && first.end < now; first = queue[0]) {
      takeFirst(queue);
      // The key may have been given back, and claimed again since.
      if (held.get(first.key) === first) held.delete(first.key);
    }
  };
  return {
    claim(key, ttlSeconds) {
      const now = Date.now();
      forgetEnded(now);
      if (held.has(key)) return false;
      const entry = { key, end: now + ttlSeconds * 1000 };
      held.set(key, entry);
      add(queue, entry);
      return true;
    },
    release(key) {
      held.delete(key);
    },
  };
}

// The queue is a binary heap: an entry ends no earlier than the one at half its place.

function add(queue: Entry[], entry: Entry): void {
  let at = queue.push(entry) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = queue[above] as Entry;
    if (parent.end <= entry.end) break;
    queue[at] = parent;
    at = above;
  }
  queue[at] = entry;
}

function takeFirst(queue: Entry[]): void {
  const last = queue.pop();
  if (last === undefined || queue.length === 0) return;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const below = (queue[left + 1]?.end ?? Infinity) < (queue[left]?.end ?? Infinity) ? left + 1 : left;
    const child = queue[below];
    if (child === undefined || child.end >= last.end) break;
    queue[at] = child;
    at = below;
  }
  queue[at] = last;
}
