// The side-by-side benchmark.
//
//   make bench                           builds the package, then runs all of this
//   node scripts/bench/run.mjs           the package must be there (`make package`)
//     --quick                            about a minute: fewer rounds, fewer cold starts
//     --readme                           also writes scripts/bench/chart.svg, which README.md shows
//     --check                            fails when a floor or ceiling of floors.mjs is not kept
//     --only HS256,junk,cold,figures     some rows; then nothing is written to dist/
//
// Writes dist/bench.json (environment, versions, date, rows) and dist/bench.svg. Reads
// COUNTERSIGN_TARBALL, COUNTERSIGN_INSTALLED and COUNTERSIGN_NODE_TOOLS, each optional: the tarball
// of `make package`, a folder it is installed in, and the folder of the Node tools (esbuild).
//
// How it is measured. All libraries of a row run in one process, in slices of a few milliseconds
// that take turns (harness.mjs). "ours is" says how many times as fast Countersign was: the median,
// over the rounds, of the ratio of two slices of one round, with the range that eight in ten rounds
// lie in. A busy machine shifts both sides of it; the times alone are good only beside each other.
// "by CPU" is the same ratio of processor time over all threads, without waiting: on a machine that
// others use too it is the steadier one. floors.mjs says which of the two a floor is judged by.
// Cold starts are the same with one process per slice. Before a row is measured, each contestant
// must accept all of its good inputs and refuse each of its forged ones (checks.mjs).
//
// Rows without "with Node" are computed in the module alone, as in every runtime; those with it
// borrow Node's own RSA and SHA-256, as the package does there by itself.
//
// Libraries that return a promise are awaited call by call, one at a time, as a request handler
// does. Those on WebCrypto (jose) hand each signature to a thread pool; waking its threads takes
// from ten to a hundred microseconds, by the machine's mood, and two runs may differ by a factor of
// two. Their medians are kept as they come: a ratio to jose is no better than that, and one to a
// synchronous library repeats within a few per cent.
import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { fail, main, root, seconds, step, write } from '../lib/tree.mjs';
import { chart } from './chart.mjs';
import { coldStart } from './cold-start.mjs';
import { environment, loadAverage } from './environment.mjs';
import { junkFigures, sizes } from './figures.mjs';
import { judge } from './floors.mjs';
import { installCountersign, installPeers, load, loadPeers, versions } from './libraries.mjs';
import { figureLines, rowLines, verdictLines } from './report.mjs';
import { measureRow, rows } from './rows.mjs';

const thorough = { rounds: 41, sliceMs: 8, warmMs: 120, coldRounds: 9, coldAlgorithms: ['HS256', 'RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'] };
const quick = { rounds: 15, sliceMs: 4, warmMs: 50, coldRounds: 3, coldAlgorithms: ['HS256', 'RS256', 'ES256', 'EdDSA'] };
const parts = [...Object.keys(rows), 'cold', 'figures'];

await main(async () => {
  const options = read(process.argv.slice(2));
  const start = process.hrtime.bigint();
  const places = await step('Install the libraries', () => ({ peersFolder: installPeers(), installed: installCountersign() }));
  const report = await measureAll(places, options);
  if (options.complete) writeReport(report, options.readme);
  console.log(verdictLines(report.floors).join('\n'));
  console.log(`${seconds(start)} s, load ${report.load.before} before and ${report.load.after} after, on ${report.environment.processors} processors`);
  if (report.busy) console.log('The machine is busy: the clock says little, least of all about awaited libraries; look at "by CPU".');
  if (options.check && report.floors.some(({ met }) => !met)) fail('a floor is not kept');
});

function read(parameters) {
  const flag = { type: 'boolean', default: false };
  const values = parse(parameters, { quick: flag, check: flag, readme: flag, only: { type: 'string' } });
  const chosen = values.only?.split(',') ?? parts;
  const unknown = chosen.filter((name) => !parts.includes(name));
  if (unknown.length > 0) fail(`no such row: ${unknown.join(', ')}; there are ${parts.join(', ')}`);
  const complete = values.only === undefined;
  if (values.readme && !complete) fail('the chart of README.md shows all rows');
  return { check: values.check, readme: values.readme, complete, chosen, settings: values.quick ? quick : thorough };
}

function parse(args, options) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    return fail(error.message);
  }
}

async function measureAll(places, { chosen, settings }) {
  const [before, place] = [loadAverage(), environment()];
  const { measured, floors } = await measureRows(places, chosen, settings);
  const figures = chosen.includes('figures') ? [...sizes(places.installed), ...junkFigures(places.installed)] : [];
  floors.push(...judge([], figures));
  if (figures.length > 0) console.log(figureLines(figures).join('\n'));
  return {
    date: new Date().toISOString(),
    environment: place,
    load: { before, after: loadAverage() },
    busy: before > place.processors / 2,
    versions: versions(places.installed),
    settings,
    rows: measured,
    figures,
    floors,
  };
}

/** Measures the chosen rows and prints each as soon as it is there. */
async function measureRows({ peersFolder, installed }, chosen, settings) {
  const { countersign } = await load(installed, ['countersign']);
  const libraries = { countersign, peers: await loadPeers() };
  const measured = [];
  const floors = [];
  const add = (row) => {
    measured.push(row);
    floors.push(...judge([row], []));
    console.log(rowLines(row).join('\n'));
  };
  for (const id of chosen.filter((name) => name in rows)) add(await measureRow(id, libraries, settings));
  if (chosen.includes('cold')) {
    for (const row of await coldStart({ installed, peersFolder }, settings.coldAlgorithms, settings.coldRounds)) add(row);
  }
  return { measured, floors };
}

function writeReport(report, forReadme) {
  write(join(root, 'dist/bench.json'), `${JSON.stringify(report, null, 2)}\n`);
  const drawn = chart(report);
  write(join(root, 'dist/bench.svg'), drawn);
  if (forReadme) write(join(root, 'scripts/bench/chart.svg'), drawn);
  console.log('\ndist/bench.json, dist/bench.svg');
}
