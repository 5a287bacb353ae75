// Times every algorithm of the engine, as wasm, against node:crypto.
//
//   node engine/benches/speed.mjs             a table
//   node engine/benches/speed.mjs --json      the same rows as JSON
//   node engine/benches/speed.mjs ES EdDSA    rows whose name starts so
//   node engine/benches/speed.mjs --with a.wasm   another build of the module beside it:
//                                                 a file, or `portable` or `rustcrypto`
//   node engine/benches/speed.mjs --save a.wasm   keeps the module for that
//
// All candidates of a row take turns in one process, in slices of a few
// milliseconds and in a new order in every round, for a slice is slower behind
// some than behind others. Times are of the processor, so that a busy machine spoils them
// less. A ratio is the median over all rounds of the native slice's
// time by the engine's slice of the same round: above 1 the engine is faster.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { median, shuffled } from '../../scripts/bench/statistics.mjs';
import { buildNames, moduleBytes } from './lib/module.mjs';
import { instance, rows, setups } from './lib/rows.mjs';

const rounds = 41;
const sliceMillis = 6;

const { values: options, positionals: wanted } = parseArgs({
  options: { json: { type: 'boolean' }, with: { type: 'string' }, save: { type: 'string' } },
  allowPositionals: true,
});

const bytes = moduleBytes();
if (options.save) writeFileSync(options.save, bytes);
const ours = instance(bytes);
const other = options.with && instance(otherBytes(options.with));

const chosen = ({ name }) => wanted.length === 0 || wanted.some((start) => name.startsWith(start));
const results = [...rows.filter(chosen).map(compare), ...setups.filter(chosen).map(pause)];
if (options.json) console.log(JSON.stringify(results, null, 2));
else results.forEach((row) => console.log(line(row)));

function otherBytes(name) {
  return buildNames.includes(name) ? moduleBytes({ build: name }) : readFileSync(name);
}

/** Times one row; all candidates do the same work `count` times. */
function compare({ name, prepare }) {
  const { work, native } = prepare();
  const candidates = { engine: work(ours), native, ...(other && { other: work(other) }) };
  const counts = {};
  for (const [key, run] of Object.entries(candidates)) counts[key] = calibrated(run);
  const micros = Object.fromEntries(Object.keys(candidates).map((key) => [key, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [key, run] of shuffled(Object.entries(candidates))) micros[key].push(timed(run, counts[key]));
  }
  const against = (key) => median(micros[key].map((time, round) => time / micros.engine[round]));
  return {
    name,
    engineMicros: median(micros.engine),
    nativeMicros: median(micros.native),
    ratio: against('native'),
    ...(other && { otherMicros: median(micros.other), otherRatio: against('other') }),
  };
}

/** Warms up and finds how many repetitions, a multiple of eight, fill a slice. */
function calibrated(run) {
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < 150) {
    run(8);
    count += 8;
  }
  const each = timed(run, 16) / 1000;
  return Math.max(8, 8 * Math.round(sliceMillis / each / 8));
}

/** Microseconds for each repetition. */
function timed(run, count) {
  const start = process.cpuUsage();
  run(count);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / count;
}

/** The longest of a key's first verifications, once V8 has optimised the code. */
function pause({ name, prepare }) {
  const longest = (exports) => median(Array.from({ length: 15 }, prepare(exports)));
  const result = { name, engineMillis: longest(ours) };
  return other ? { ...result, otherMillis: longest(other) } : result;
}

function line(row) {
  const cells = [row.name.padEnd(26)];
  if (row.engineMillis !== undefined) {
    cells.push(`${row.engineMillis.toFixed(2)} ms`);
    if (row.otherMillis !== undefined) cells.push(`other build ${row.otherMillis.toFixed(2)} ms`);
  } else {
    cells.push(`${row.engineMicros.toFixed(2)} us`.padStart(11));
    cells.push(`node:crypto ${row.nativeMicros.toFixed(2)} us`.padEnd(22));
    cells.push(`${row.ratio.toFixed(2)}x`);
    if (other) cells.push(`other build ${row.otherMicros.toFixed(2)} us, ${row.otherRatio.toFixed(3)}x`);
  }
  return cells.join('  ');
}
