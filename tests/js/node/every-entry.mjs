// A process of its own: loads every entry of the exports map in every way that Node has, and prints
// how many cores that made, and what `import` and `require` do not have in common.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const folder = dirname(require.resolve('countersign/package.json'));
const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const entries = Object.entries(exports).filter(([, conditions]) => conditions.require !== undefined);

let cores = 0;
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(...parameters) {
    super(...parameters);
    cores += 1;
  }
};

const different = [];
for (const [subpath] of entries) {
  const name = `countersign${subpath.slice(1)}`;
  const [imported, required] = [await import(name), require(name)];
  different.push(...Object.keys(imported).filter((one) => imported[one] !== required[one]).map((one) => `${one} of ${name}`));
}
// Hosts without `module-sync` get these, each with its own copies of the façade.
for (const [, { require: conditions }] of entries) require(join(folder, conditions.default));

console.log(JSON.stringify({ entries: entries.length, cores, different }));
