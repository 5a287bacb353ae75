// Import and first verdict in every runtime, ours beside jose's, each bundled into one file.
//
//   make bench-everywhere                    builds the package, then runs all of this
//   node scripts/bench/everywhere.mjs        the package must be there (`make package`)
//     --quick                                fewer rounds
//     --check                                fails where ours is the slower one
//     --only 'node 22',deno                  some runtimes
//
// A sample is a fresh process, a fresh page, or for workerd the time from the start of the process
// to its first answer, because its clock stands still while code runs. Samples take turns; "ours is"
// says how many times as fast Countersign was, the median over the rounds.
import { parseArgs } from 'node:util';
import { fail, main, root, seconds, step, write } from '../lib/tree.mjs';
import { environment, loadAverage } from './environment.mjs';
import { prepare, runtimes } from './runtimes.mjs';
import { ratios, spread } from './statistics.mjs';

const algorithms = ['HS256', 'RS256', 'ES256', 'EdDSA'];

await main(async () => {
  const flag = { type: 'boolean', default: false };
  const { values } = parseArgs({ options: { quick: flag, check: flag, only: { type: 'string' } } });
  const began = process.hrtime.bigint();
  const files = await step('Install the libraries and the runtimes, and bundle', () => prepare(algorithms));
  const report = { date: new Date().toISOString(), environment: environment(), load: loadAverage(), rows: [] };
  for (const runtime of runtimes(files)) {
    if (values.only !== undefined && !values.only.split(',').includes(runtime.name)) continue;
    report.rows.push(...(await measure(runtime, values.quick ? 3 : 11)));
  }
  if (values.only === undefined) write(`${root}/dist/bench-everywhere.json`, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`${seconds(began)} s, load ${report.load} before and ${loadAverage()} after`);
  const slower = report.rows.filter(({ ratio }) => ratio.median < 1);
  if (values.check && slower.length > 0) fail(`slower than jose: ${slower.map(({ runtime, algorithm }) => `${runtime} ${algorithm}`).join(', ')}`);
});

/** One row per algorithm, printed as it is there. */
async function measure({ name, sample, start }, rounds) {
  const running = await start?.();
  const rows = [];
  try {
    for (const algorithm of algorithms) {
      const samples = { countersign: [], jose: [] };
      for (let round = -1; round < rounds; round += 1) {
        for (const library of Object.keys(samples)) {
          const millis = await sample({ library, algorithm }, running);
          // The first round warms the machine's caches of files.
          if (round >= 0) samples[library].push(millis);
        }
      }
      const [ours, jose] = [spread(samples.countersign), spread(samples.jose)];
      const ratio = ratios(samples.jose, samples.countersign);
      rows.push({ runtime: name, algorithm, ours, jose, ratio });
      console.log(`${`${name}, ${algorithm}`.padEnd(24)} ours ${ours.median.toFixed(1)} ms, jose ${jose.median.toFixed(1)} ms, ours is ${ratio.median.toFixed(2)}x (${ratio.p10.toFixed(2)} to ${ratio.p90.toFixed(2)})`);
    }
  } finally {
    await running?.stop();
  }
  return rows;
}
