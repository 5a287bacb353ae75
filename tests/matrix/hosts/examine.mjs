/** Runs the common cases, and what each host must show besides. */
import { instances } from './instances.mjs';
import fixtures from '../fixtures.mjs';
import { runCases } from '../suite/harness.mjs';
import { cases } from '../suite/index.mjs';
import { options } from '../suite/tokens.mjs';

/** The verdict on one token, synchronously. */
export function verifyFirst({ countersign }) {
  try {
    return countersign.createVerifier(options(fixtures, 'ES256')).verifySync(fixtures.jose.ES256).payload.sub;
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
}

/** The report of the cases with two more checks; `first` is what {@link verifyFirst} gave at import. */
export async function examine(packages, first) {
  const shared = instances();
  const report = await runCases(cases, packages, fixtures);
  check(report, 'a token verified while the modules were still loading', first, 'user-1');
  check(report, 'instances of the core behind all entries', shared, 1);
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
