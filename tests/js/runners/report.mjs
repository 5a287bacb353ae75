// Runs the common cases in this process and prints the report as one line.
import fixtures from '../fixtures.mjs';
import { runCases } from '../suite/harness.mjs';
import { cases } from '../suite/index.mjs';

export async function report(packages) {
  const result = await runCases(cases, packages, fixtures);
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
