// Every suite, two at a time, each with its name, its time and what it printed in one piece; a
// failing one stops only those that need it. Ends with the line "N passed, N failed".
//   node scripts/test.mjs           all suites (needs the compiler of `make setup`)
//   node scripts/test.mjs --lint    only what reads the code, and cargo-deny
//   node scripts/test.mjs js types  only the named suites; one alone prints as it goes
// While a suite runs, what it has printed so far stands in target/test-logs/<name>.log.
import { runInLanes } from './gate/lanes.mjs';
import { runCommand, runKept } from './gate/run-suite.mjs';
import { all, deny, lint } from './gate/suites.mjs';
import { Failure, main, seconds } from './lib/tree.mjs';

/** The JavaScript suites mostly wait: one of them and a compiler keep two processors busy. */
const LANES = 2;

const running = new Set();
const rows = [];

await main(async () => {
  const suites = select(process.argv.slice(2));
  const alone = Object.keys(suites).length === 1;
  const began = process.hrtime.bigint();
  const failed = await runInLanes(suites, {
    lanes: LANES,
    run: (name) => (alone ? report(name, suites[name], runCommand) : report(name, suites[name], (command) => runKept(name, command))),
    skip: (name, need) => ended(name, false, `not run: ${need} failed`),
  });
  if (!alone) console.log(`\n${table()}\n${seconds(began)} s in all`);
  if (failed.length > 0) console.log(`\nfailed: ${failed.join(', ')}`);
  console.log(`\n${Object.keys(suites).length - failed.length} passed, ${failed.length} failed`);
  process.exitCode = failed.length === 0 ? 0 : 1;
});

function select(names) {
  if (names[0] === '--lint') return { ...lint, ...deny };
  if (names.length === 0) return all;
  const unknown = names.filter((name) => !(name in all));
  if (unknown.length > 0) throw new Failure(`no such suite: ${unknown.join(', ')}; there are ${Object.keys(all).join(', ')}`);
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

async function report(name, { command }, run) {
  const start = process.hrtime.bigint();
  running.add(name);
  console.log(`\n-- running: ${[...running].join(', ')}`);
  const { passed, problem, output } = await run(command);
  running.delete(name);
  console.log(`\n== ${name}`);
  if (output) process.stdout.write(output.endsWith('\n') ? output : `${output}\n`);
  if (problem) console.log(problem);
  ended(name, passed, `${seconds(start)} s`);
  return passed;
}

function ended(name, passed, detail) {
  const outcome = passed ? 'passed' : 'FAILED';
  console.log(`== ${name}: ${outcome}, ${detail}`);
  rows.push([name, outcome, detail]);
}

function table() {
  return rows.map(([name, outcome, detail]) => `${name.padEnd(16)} ${outcome}  ${detail}`).join('\n');
}
