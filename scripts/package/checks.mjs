// What must hold of every package, whatever was built into it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, filesBelow } from '../lib/tree.mjs';
import { machinePaths } from './wasm.mjs';

export function check(folder, manifest) {
  const files = filesBelow(folder);
  for (const path of targets({ ...manifest.exports, ...manifest.imports })) {
    if (!files.includes(path.slice(2))) fail(`package.json names ${path}, which is not in the package`);
  }
  const modules = files.filter((name) => name.endsWith('.wasm'));
  if (modules.length !== 1) fail(`the package must hold one .wasm file, not ${modules.length}`);
  const inlined = files.filter((name) => /\.c?js$/.test(name) && readFileSync(join(folder, name), 'utf8').includes(wasmMagicInBase64));
  if (inlined.join() !== 'dist/core.inline.cjs,dist/core.inline.js') fail(`inlined copies of the module: ${inlined.join(', ')}`);
  for (const name of files) {
    const bytes = readFileSync(join(folder, name));
    const path = machinePaths.find((one) => bytes.includes(one));
    if (path) fail(`${name} names a directory of this machine: ${path}`);
  }
  // The one inline copy that edge builds may reach is the explicit ./inline.
  for (const name of files.filter((one) => /^dist\/(?!core\.|inline\/).*\.c?js$/.test(one))) {
    if (/\bWebAssembly\b/.test(withoutComments(readFileSync(join(folder, name), 'utf8')))) fail(`${name} uses WebAssembly: that is the core's business`);
  }
}

const wasmMagicInBase64 = 'AGFzbQE';

const targets = (value) => (typeof value === 'string' ? [value] : Object.values(value).flatMap(targets));

const withoutComments = (text) => text.replace(/\/\*[^]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
