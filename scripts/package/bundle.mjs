// The façade's many modules as few files: Node pays about a millisecond for each file that an
// import leads to.
//
// - An entry is one file. Of what the root entry offers, `verifier.js` and `webhook.js` are files
//   of their own: a bundler always drops a whole file that nobody wants, a class within a file
//   only sometimes.
// - A module that only one file imports is a part of that file.
// - What is left is in three: `border.js` has what the root entry needs and reaches the core,
//   `shared.js` what several of the others need and reaches it, `common.js` what does not reach it.
// - The entries' copies that are bound to another core (`inline/`) import what does not reach the
//   core from where all do, so that there is one set of error classes. That is why a module of
//   one entry alone is a file where there is such a copy, as `hellojohn-errors.js`.
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { fail, nodeTools } from '../lib/tree.mjs';

const require = createRequire(join(nodeTools, 'package.json'));

const ROOT = 'index.js';
const APART = ['verifier.js', 'webhook.js'];
const COLLECTIONS = ['border.js', 'common.js', 'shared.js'];

/**
 * Bundles `modules`, texts by name. `graph` has a node for each module of the entries' graphs:
 * `importers`, the modules that import it, `entries`, those that reach it, and `bound`, whether it
 * reaches the core. Modules without a node (the command line) are left as they are.
 */
export async function bundle(modules, graph) {
  const taken = COLLECTIONS.find((name) => modules.has(name));
  if (taken) fail(`pkg-template/src/${taken}: this name belongs to packaging`);
  const places = new Map();
  for (const name of graph.keys()) place(name, graph, places);

  const bundled = new Map([...modules].filter(([name]) => !graph.has(name)));
  for (const file of new Set(places.values())) bundled.set(file, await bundleFile(file, modules, places));
  return bundled;
}

/** Finds the file that a module becomes a part of, once its importers have theirs. */
function place(name, graph, places, above = []) {
  if (above.includes(name)) fail(`modules of pkg-template/src import each other: ${[...above, name].join(', ')}`);
  if (!places.has(name)) {
    const importers = graph.get(name).importers.map((importer) => place(importer, graph, places, [...above, name]));
    places.set(name, fileOf(name, graph, new Set(importers)));
  }
  return places.get(name);
}

function fileOf(name, graph, [importer, ...others]) {
  const { entries, bound } = graph.get(name);
  if (entries.includes(name) || APART.includes(name)) return name;
  const copied = graph.get(entries[0]).bound;
  if (!bound && (entries.length > 1 || copied)) return entries.length > 1 ? 'common.js' : name;
  if (others.length === 0) return importer;
  return entries.includes(ROOT) ? 'border.js' : 'shared.js';
}

async function bundleFile(file, modules, places) {
  const { build } = require('esbuild');
  const parts = [...places].filter(([, place]) => place === file).map(([name]) => `export * from './${name}';\n`);
  const { outputFiles, warnings } = await build({
    stdin: { contents: COLLECTIONS.includes(file) ? parts.join('') : modules.get(file), sourcefile: file },
    plugins: [within(file, modules, places)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'silent',
    // No two modules of one file may export the same name.
    logOverride: { 'ambiguous-reexport': 'error' },
  });
  if (warnings.length > 0) fail(`${file} cannot be bundled: ${warnings.map(({ text }) => text).join('; ')}`);
  return outputFiles[0].text;
}

/** Takes in what belongs into this file and leaves every other import to the file that has it. */
const within = (file, modules, places) => ({
  name: 'within',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path, importer }) => {
      if (!path.startsWith('.')) return { path, external: true };
      const name = posix.join(dirname(importer), path);
      const holder = places.get(name);
      return holder === file ? { path: name, namespace: 'module' } : { path: `./${holder}`, external: true };
    });
    onLoad({ filter: /.*/, namespace: 'module' }, ({ path }) => ({ contents: modules.get(path) }));
  },
});
