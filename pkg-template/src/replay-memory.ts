/** Replay claims in this process's memory. */
import type { ReplayStore } from './replay-claim.js';

/** Only verified deliveries enter it, and they leave on time. */
export function memoryReplayStore(): ReplayStore {
  const ends = new Map<string, number>();
  return {
    claim(key, ttlSeconds) {
      const now = Date.now();
      forgetEnded(ends, now);
      const end = ends.get(key);
      if (end !== undefined && end > now) return false;
      ends.delete(key);
      ends.set(key, now + ttlSeconds * 1000);
      return true;
    },
    release(key) {
      ends.delete(key);
    },
  };
}

/** Drops ended entries from the front: insertion order is close to the order of ends. */
function forgetEnded(ends: Map<string, number>, now: number): void {
  for (const [key, end] of ends) {
    if (end > now) return;
    ends.delete(key);
  }
}
