// How long importing an entry takes Node, in fresh processes: median wall clock and processor time.
//   node scripts/bench/import-time.mjs                     the package in dist/package
//   node scripts/bench/import-time.mjs /tmp/before dist/package   several packages, in turns
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail, main, root } from '../lib/tree.mjs';
import { median } from './statistics.mjs';

const ROUNDS = 15;
const files = ['index.js', 'inline/index.js', 'express.js', 'hellojohn.js', 'index.cjs', 'core.inline.js'];

/** What the process runs: nothing else is loaded before the import. */
const sample = (url) => `const cpu = process.cpuUsage(), start = performance.now();
await import(${JSON.stringify(url)});
const wall = performance.now() - start, { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ wall, cpu: (user + system) / 1000 }));`;

await main(() => {
  const given = process.argv.slice(2).map((folder) => resolve(folder));
  const folders = given.length > 0 ? given : [join(root, 'dist/package')];
  for (const file of files) {
    const samples = folders.map(() => []);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [index, folder] of folders.entries()) samples[index].push(measure(join(folder, 'dist', file)));
    }
    for (const [index, folder] of folders.entries()) {
      const of = (what) => `${median(samples[index].map((one) => one[what])).toFixed(1)} ms`;
      console.log(`${file.padEnd(16)} ${of('wall').padStart(9)} wall ${of('cpu').padStart(9)} cpu${folders.length > 1 ? `  ${folder}` : ''}`);
    }
  }
});

function measure(file) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', sample(pathToFileURL(file).href)], { encoding: 'utf8' });
  if (status !== 0) fail(`${file}\n${stderr}`);
  return JSON.parse(stdout);
}
