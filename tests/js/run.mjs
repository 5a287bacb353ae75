// Runs the common cases in every runtime that is here, on the packed package, and compares their
// verdicts byte for byte; then the cases that only Node can run.
//   node tests/js/run.mjs              all
//   node tests/js/run.mjs esm workerd  only these runners
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeTools, stage, staged } from './stage.mjs';
import { runInWorkerd } from './workerd.mjs';

const node = (file) => () => runInNode(join(staged, file));

/** The runners of the common cases; the first one's verdicts are the measure of the others'. */
const common = {
  esm: node('runners/esm.mjs'),
  require: node('runners/require.cjs'),
  'common-js-copy': node('runners/common-js-copy.cjs'),
  inline: node('runners/inline.mjs'),
  borrowing: node('runners/borrowing.mjs'),
  'not-borrowing': node('runners/not-borrowing.mjs'),
  'worker-thread': node('runners/worker-thread.mjs'),
  workerd: () => runInWorkerd('workerd', []),
  'workerd-nodejs-compat': () => runInWorkerd('workerd-nodejs-compat', ['nodejs_compat']),
  'workerd-borrowing': () => runInWorkerd('workerd-borrowing', ['nodejs_compat'], 'runners/workerd-borrowing.mjs'),
};

const own = { node: node('node/run.mjs') };

/** Much of a runner's time is waiting: two at a time. */
const LANES = 2;

await stage();
const wanted = process.argv.slice(2);
const { esm, ...others } = common;
// What takes longest begins beside the measure.
const runners = Object.entries({ esm, ...own, ...others }).filter(([name]) => wanted.length === 0 || wanted.includes(name));
const total = { passed: 0, failed: 0 };
let measure;

await Promise.all(Array.from({ length: LANES }, lane));
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

async function lane() {
  for (let runner = runners.shift(); runner !== undefined; runner = runners.shift()) await examine(...runner);
}

async function examine(name, run) {
  const start = Date.now();
  const outcome = run().catch((error) => ({ log: [], passed: 0, failed: 1, failures: [String(error?.stack ?? error)] }));
  if (name in common) measure ??= outcome;
  const report = await outcome;
  const millis = Date.now() - start;
  if (name in common) compare(name, report, await measure);
  count(report);
  console.log(`${name}: ${report.passed} passed, ${report.failed} failed, ${report.log.length} verdicts, ${millis} ms`);
  for (const failure of report.failures) console.log(`   ${failure}`);
}

function count({ passed, failed }) {
  total.passed += passed;
  total.failed += failed;
}

/** One more check for each runner but the measure: that its log is the measure's. */
function compare(name, report, expected) {
  writeFileSync(join(staged, `${name}.log`), `${report.log.join('\n')}\n`);
  if (report === expected) return;
  const at = expected.log.findIndex((line, index) => line !== report.log[index]);
  if (at < 0 && expected.log.length === report.log.length) {
    report.passed += 1;
    return;
  }
  report.failed += 1;
  report.failures.push(`verdicts differ from the first runner's at line ${at + 1}: ${report.log[at]}, not ${expected.log[at]}`);
}

function runInNode(file) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--expose-gc', file], { cwd: staged, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, COUNTERSIGN_NODE_TOOLS: nodeTools } });
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.on('error', reject);
    child.on('exit', (code) => {
      try {
        resolve(JSON.parse(output));
      } catch {
        reject(new Error(`${file} ended with status ${code} and printed: ${output.slice(0, 2000)}`));
      }
    });
  });
}
