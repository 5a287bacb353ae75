// Runs the common cases on the packed package in every host and through every bundler, each a cell,
// and compares their logs of verdicts byte for byte.
//   node tests/matrix/run.mjs             every cell
//   node tests/matrix/run.mjs --quick     one of each kind, for the inner loop
//   node tests/matrix/run.mjs bun 'vite'  the cells whose name begins so
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { withPrograms } from '../../scripts/demo/processes.mjs';
import { main, seconds, step } from '../../scripts/lib/tree.mjs';
import { cells as bun } from './cells/bun.mjs';
import { cells as bundlers } from './cells/bundlers.mjs';
import { cells as chromium } from './cells/chromium.mjs';
import { cells as cloudflareVite } from './cells/cloudflare-vite.mjs';
import { cells as deno } from './cells/deno.mjs';
import { cells as edgeRuntime } from './cells/edge-runtime.mjs';
import { cells as next } from './cells/next.mjs';
import { cells as node } from './cells/node.mjs';
import { cells as policy } from './cells/policy.mjs';
import { cells as vite } from './cells/vite.mjs';
import { cells as workerd } from './cells/workerd.mjs';
import { Absent } from './lib/absent.mjs';
import { Pages } from './lib/pages.mjs';
import { project, stageProject } from './lib/project.mjs';
import { installTools } from './lib/tools.mjs';

const all = [...node, ...deno, ...bun, ...workerd, ...chromium, ...policy, ...bundlers, ...vite, ...cloudflareVite, ...edgeRuntime, ...next];
/** The cell whose log is the measure of all others'. */
const measure = all.find(({ name }) => name === `node ${process.versions.node.split('.')[0]}, import`) ?? all[0];

const began = process.hrtime.bigint();
const counts = { passed: 0, failed: 0, absent: 0 };
const pages = new Pages();
let expected;

await main(() =>
  withPrograms(async (interrupted) => {
    const chosen = [measure, ...choose(process.argv.slice(2)).filter((cell) => cell !== measure)];
    for (const set of new Set(chosen.flatMap(({ tools = [] }) => tools))) {
      await step(`Install the tools of tests/matrix/tools/${set}`, () => installTools(set));
    }
    await step('Lay out a project with the package', stageProject);
    try {
      await Promise.race([interrupted, runAll(chosen)]);
    } finally {
      await pages.stop();
    }
    const { passed, failed, absent } = counts;
    if (absent > 0) console.log(`\n${absent} cells cannot run on this machine: their rows say why`);
    console.log(`\n${passed} passed, ${failed} failed (${seconds(began)} s)`);
    if (failed > 0 || passed === 0) process.exitCode = 1;
  }),
);

function choose(words) {
  if (words.includes('--quick')) return all.filter(({ quick }) => quick);
  if (words.length === 0) return all;
  const chosen = all.filter(({ name }) => words.some((word) => name.startsWith(word)));
  if (chosen.length === 0) throw new Error(`no cell begins so; there are:\n${all.map(({ name }) => name).join('\n')}`);
  return chosen;
}

/** The measure first, then several at a time, because much of a cell is waiting; cells of a group share a build. */
async function runAll([first, ...rest]) {
  mkdirSync(join(project, 'logs'), { recursive: true });
  await runCell(first);
  const groups = new Map();
  for (const cell of rest) {
    const { group = cell.name } = cell;
    groups.set(group, [...(groups.get(group) ?? []), cell]);
  }
  // What takes longest begins first.
  const tasks = [...groups.values()].sort((one, other) => other.length - one.length);
  const lane = async () => {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
      for (const cell of task) await runCell(cell);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, lane));
}

async function runCell(cell) {
  const start = process.hrtime.bigint();
  let problems = [];
  let verdicts = 0;
  try {
    const report = await cell.run(pages);
    verdicts = report.log.length;
    problems = [...report.failures, ...differences(cell, report)];
  } catch (error) {
    if (error instanceof Absent && !process.env.CI) return row('--', cell.name, `not on this machine: ${error.message}`, 'absent');
    problems = [String(error?.stack ?? error)];
  }
  const time = `${seconds(start)} s`;
  if (problems.length === 0) row('ok', cell.name, `${cell.ownLog ? 'as it must be' : `${verdicts} verdicts`}, ${time}`, 'passed');
  else row('FAIL', cell.name, `${time}\n     ${problems.slice(0, 12).join('\n     ')}`, 'failed');
}

function row(mark, name, text, count) {
  counts[count] += 1;
  console.log(`${mark.padEnd(4)} ${name.padEnd(44)} ${text}`);
}

/** Where this cell's log is not the measure's; a few cells are about something else and have a log of their own. */
function differences(cell, { log }) {
  if (cell.ownLog) return [];
  writeFileSync(join(project, 'logs', `${cell.name.replaceAll(/[^a-z0-9]+/gi, '-')}.log`), `${log.join('\n')}\n`);
  if (expected === undefined) expected = log;
  const at = Array.from({ length: Math.max(expected.length, log.length) }, (_, index) => index).filter((index) => expected[index] !== log[index]);
  return at.map((index) => `line ${index + 1} is ${log[index]}, not ${expected[index]}`);
}
