/**
 * Runs cases against a package that is handed in, and keeps a log of every verdict. Only
 * web-standard APIs are used here and in the cases, so that one body runs in every runtime; the
 * log holds nothing that depends on the runtime, so that the logs can be compared byte for byte.
 */

/** Runs every case; gives the verdicts and what was not as it must be. */
export async function runCases(cases, packages, fixtures) {
  const log = [];
  const failures = [];
  let failed = 0;
  const calls = await withoutGlobalFetch(async () => {
    for (const { name, run } of cases) {
      const trial = new Trial(name, packages, fixtures, log);
      try {
        await run(trial);
      } catch (error) {
        trial.fail(`threw ${error?.stack ?? String(error)}`);
      }
      failed += trial.failures.length === 0 ? 0 : 1;
      log.push(`${name} → ${trial.failures.length === 0 ? 'ok' : 'FAILED'}`);
      failures.push(...trial.failures);
    }
  });
  log.push(`no case reaches the global fetch → ${calls === 0 ? 'ok' : 'FAILED'}`);
  if (calls > 0) {
    failed += 1;
    failures.push(`the global fetch was called ${calls} times`);
  }
  return { log, failures, passed: cases.length + 1 - failed, failed };
}

/** Every case brings its own `fetch`; whoever takes the global one is found out. */
async function withoutGlobalFetch(run) {
  const own = globalThis.fetch;
  let calls = 0;
  globalThis.fetch = () => {
    calls += 1;
    return Promise.reject(new Error('the global fetch was called'));
  };
  try {
    await run();
  } finally {
    globalThis.fetch = own;
  }
  return calls;
}

class Trial {
  failures = [];

  constructor(name, packages, fixtures, log) {
    this.name = name;
    this.fixtures = fixtures;
    this.log = log;
    Object.assign(this, packages);
  }

  fail(problem) {
    this.failures.push(`${this.name}: ${problem}`);
  }

  ok(value, what) {
    if (!value) this.fail(what);
  }

  equal(actual, expected, what = 'value') {
    if (!same(actual, expected)) this.fail(`${what} is ${show(actual)}, not ${show(expected)}`);
  }

  /**
   * Runs `action`, logs its verdict and compares that with `expected`: `ok`, or a code with the
   * claim and the reason where the error has them. Gives what came back, or the error.
   */
  async verdict(label, expected, action) {
    let outcome = 'ok';
    let result;
    try {
      result = await action();
    } catch (error) {
      result = error;
      outcome = this.describe(error);
    }
    this.log.push(`${this.name} / ${label} → ${outcome}`);
    if (outcome !== expected) this.fail(`${label} is ${outcome}${explained(result)}, not ${expected}`);
    return result;
  }

  /** The same for one token and both ways to verify it; the ways must agree. */
  async token(label, expected, verifier, input, call) {
    await this.verdict(`${label}, sync`, expected, () => verifier.verifySync(input, call));
    return this.verdict(label, expected, () => verifier.verify(input, call));
  }

  describe(error) {
    if (!(error instanceof this.countersign.CountersignError)) return `UNTYPED ${error?.name ?? typeof error}`;
    return [error.code, error.claim, error.reason].filter((part) => part !== undefined).join(' ');
  }
}

function explained(result) {
  return result instanceof Error ? ` (${result.message}${result.cause ? `; cause: ${result.cause}` : ''})` : '';
}

/** Whether two values are alike: plain data, dates, bytes, and objects by their own members. */
export function same(one, other) {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (one instanceof Date && other instanceof Date) return one.getTime() === other.getTime();
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [names, otherNames] = [Reflect.ownKeys(one), Reflect.ownKeys(other)];
  return names.length === otherNames.length && names.every((name) => Object.hasOwn(other, name) && same(one[name], other[name]));
}

function show(value) {
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function') return String(value);
  return JSON.stringify(value) ?? String(value);
}
