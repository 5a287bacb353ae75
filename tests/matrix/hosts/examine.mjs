/** Runs the common cases, and what each host must show besides. */
import { instances } from './instances.mjs';
import fixtures from '../fixtures.mjs';
import { runCases } from '../suite/harness.mjs';
import { cases } from '../suite/index.mjs';
import { options } from '../suite/tokens.mjs';

/** What is there right after the package is loaded: the verdict on a token, and how many cores. */
export function look({ countersign }) {
  const loaded = instances();
  try {
    const { payload } = countersign.createVerifier(options(fixtures, 'ES256')).verifySync(fixtures.jose.ES256);
    return { verdict: payload.sub, instances: loaded };
  } catch (error) {
    return { verdict: `${error.name}: ${error.message}`, instances: loaded };
  }
}

/** The report of the cases with two more checks; `first` is what {@link look} saw at import. */
export async function examine(packages, first) {
  // What a host lends is borrowed at its first use: the cases use no key often enough otherwise.
  globalThis[Symbol.for('countersign.primitives')] = 'at once';
  const report = await runCases(cases, packages, fixtures);
  check(report, 'a token verified while the modules were still loading', first.verdict, 'user-1');
  check(report, 'instances of the core behind all entries', first.instances, 1);
  return report;
}

function check(report, what, actual, expected) {
  report.log.push(`${what} → ${actual}`);
  if (actual === expected) {
    report.passed += 1;
    return;
  }
  report.failed += 1;
  report.failures.push(`${what}: ${actual}, not ${expected}`);
}
