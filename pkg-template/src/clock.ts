/** The moment that a caller wants judged at, where it is not the host's own time. */
import { configError } from './errors.js';
import { instant } from './options.js';

/** Stands for the host's own time where a moment crosses the border. */
export const NOW = Number.NaN;

/**
 * The moment of one call, in milliseconds since the epoch, or {@link NOW}. `option` is the checked
 * `currentDate` of the object: milliseconds, or a function, which is called once.
 */
export function momentOf(option: unknown, perCall?: unknown): number {
  if (perCall !== undefined) return instant(perCall, 'currentDate');
  if (typeof option === 'function') return instant((option as () => unknown)(), 'currentDate');
  if (option === undefined) return NOW;
  if (typeof option === 'number') return option;
  throw configError('currentDate', 'must be a Date or a function');
}
