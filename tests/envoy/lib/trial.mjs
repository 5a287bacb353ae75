// Named checks, one after the other; a failing one does not stop the rest.
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';

export class Report {
  passed = 0;
  failed = 0;

  /** Runs a check and says what came of it. */
  async check(name, body) {
    const began = Date.now();
    try {
      await body();
      this.passed += 1;
      if (Date.now() - began > 2_000 || process.env.COUNTERSIGN_VERBOSE) console.log(`  ok   ${name} (${Date.now() - began} ms)`);
    } catch (error) {
      this.failed += 1;
      console.log(`  FAIL ${name}: ${error?.message ?? error}`);
    }
  }
}

export function same(actual, expected, what = '') {
  if (!isDeepStrictEqual(actual, expected)) {
    throw new Error(`${what ? `${what}: ` : ''}expected ${JSON.stringify(expected)}, came ${JSON.stringify(actual)}`);
  }
}

export function holds(condition, what) {
  if (!condition) throw new Error(what);
}

/** Status and, where one is given, code of an answer against what must be. */
export const answers = (answer, status, code = answer.code) => same([answer.status, answer.code], [status, code], answer.text.slice(0, 200));

/** Asks until the condition holds; gives the milliseconds that took. */
export async function until(condition, what, patience = 10_000) {
  const began = Date.now();
  while (!(await condition())) {
    if (Date.now() - began > patience) throw new Error(`not within ${patience} ms: ${what}`);
    await sleep(20);
  }
  return Date.now() - began;
}
