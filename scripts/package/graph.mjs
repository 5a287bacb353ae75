// Which module imports which, read from their texts.
import { dirname, posix } from 'node:path';
import { fail } from '../lib/tree.mjs';

/** A node for each module of the entries' graphs: its `importers`, the `entries` that reach it, whether it is `bound` to the core. */
export function graphOf(modules, entries) {
  const graph = new Map();
  for (const entry of entries.map((name) => `${name}.js`)) {
    for (const name of reachedFrom(entry, modules)) {
      if (!graph.has(name)) graph.set(name, { importers: [], entries: [], bound: reachesCore(name, modules) });
      graph.get(name).entries.push(entry);
    }
  }
  for (const name of graph.keys()) for (const imported of importsOf(name, modules)) graph.get(imported).importers.push(name);
  return graph;
}

/** The modules that a module imports. */
const importsOf = (name, modules) =>
  specifiers(modules.get(name))
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => posix.join(dirname(name), specifier));

const reachesCore = (name, modules) => [...reachedFrom(name, modules)].some((other) => specifiers(modules.get(other)).includes('#core'));

/** A module and all that it imports, itself or through others. */
function reachedFrom(name, modules, reached = new Set()) {
  if (reached.has(name)) return reached;
  if (!modules.has(name)) fail(`import of a missing module: ${name}`);
  reached.add(name);
  for (const imported of importsOf(name, modules)) reachedFrom(imported, modules, reached);
  return reached;
}

const specifier = /(\bfrom\s*|\bimport\s*\(\s*|^\s*import\s+)(["'])([^"']+)\2/gm;

const specifiers = (text) => [...text.matchAll(specifier)].map((match) => match[3]);

/** The text with `replace(specifier)` for every specifier of an import or export. */
export const replaceSpecifiers = (text, replace) =>
  text.replace(specifier, (_, before, quote, name) => `${before}${quote}${replace(name)}${quote}`);
