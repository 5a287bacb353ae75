/** The time that the core is lent: the host's clock, or the moment that the caller has named. */
import { configError } from './errors.js';
import { instant } from './options.js';

export interface Clock {
  /** Milliseconds since the epoch. Time named by the caller passes too, or no wait would end. */
  read(): number;
  /** Whether the caller has named the time; the core trusts it then as it stands. */
  given: boolean;
}

const HOST: Clock = { read: () => Date.now(), given: false };

/**
 * The clock of one call. `option` is the checked `currentDate` of the object: milliseconds or a
 * function, which is called once.
 */
export function clockOf(option: unknown, perCall?: unknown): Clock {
  const start = perCall !== undefined ? instant(perCall, 'currentDate') : named(option);
  if (start === undefined) return HOST;
  const since = Date.now();
  return { read: () => start + (Date.now() - since), given: true };
}

function named(option: unknown): number | undefined {
  if (typeof option === 'function') return instant((option as () => unknown)(), 'currentDate');
  if (option === undefined || typeof option === 'number') return option;
  throw configError('currentDate', 'must be a Date or a function');
}
