// The TypeScript façade as ECMAScript modules and as CommonJS, file by file.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fail, filesBelow, nodeTool, root, run, target, write } from '../lib/tree.mjs';
import { toCommonJs, toCommonJsSpecifiers } from './common-js.mjs';

const template = join(root, 'pkg-template');
const compiled = join(target, 'package/esm');

/** Compiles pkg-template/src into `dist`; `coreTypes` is what bindgen wrote about the core. */
export async function writeFacade(coreTypes, entries, dist) {
  write(join(target, 'package/core.d.ts'), readFileSync(coreTypes, 'utf8'));
  rmSync(compiled, { recursive: true, force: true });
  for (const project of ['tsconfig.json', 'tsconfig.cli.json']) {
    run(process.execPath, [nodeTool('tsc'), '-p', join(template, project), '--outDir', compiled]);
  }

  const modules = new Map(filesBelow(compiled).map((name) => [name, readFileSync(join(compiled, name), 'utf8')]));
  for (const [name, text] of modules) {
    if (/^(core\.|inline\/)/.test(name)) fail(`pkg-template/src/${name}: this name belongs to packaging`);
    write(join(dist, name), text);
    // The command line is only ever run.
    if (!name.startsWith('cli/')) write(join(dist, name.replace(/\.js$/, '.cjs')), await toCommonJs(text, name));
  }
  writeInlineGraph(modules, entries, dist);
}

/**
 * The entries bound to the inlined core by relative addresses: `inline/*.js`. The root
 * entry's copy is for hosts whose conditions would choose another core; all of them are for
 * workers of a page that has no bundler, because those know no import maps. Only modules that
 * reach the core are written again, so that the error classes and all else stay the same ones.
 */
function writeInlineGraph(modules, entries, dist) {
  const bound = reaching('#core', modules, entries);
  for (const name of bound) {
    const folder = dirname(`inline/${name}`);
    const text = replaceSpecifiers(modules.get(name), (specifier) => {
      if (specifier === '#core') return relative(folder, 'core.inline.js');
      if (!specifier.startsWith('.')) return specifier;
      const meant = posix.join(dirname(name), specifier);
      return relative(folder, bound.has(meant) ? `inline/${meant}` : meant);
    });
    write(join(dist, 'inline', name), text);
  }
  if (!bound.has('index.js')) fail('pkg-template/src/index.ts does not reach #core');
}

/** Modules of the entries' graphs that import `core`, themselves or through others. */
function reaching(core, modules, entries) {
  const importsOf = (name) => specifiers(modules.get(name) ?? fail(`import of a missing module: ${name}`));
  const graph = new Map();
  const visit = (name) => {
    if (graph.has(name)) return;
    const wanted = importsOf(name);
    const local = wanted.filter((specifier) => specifier.startsWith('.')).map((specifier) => posix.join(dirname(name), specifier));
    graph.set(name, { local, direct: wanted.includes(core) });
    local.forEach(visit);
  };
  for (const entry of entries) visit(`${entry}.js`);

  const found = new Set([...graph].filter(([, { direct }]) => direct).map(([name]) => name));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const [name, { local }] of graph) if (local.some((other) => found.has(other))) found.add(name);
  }
  return found;
}

const specifier = /(\bfrom\s*|\bimport\s*\(\s*|^\s*import\s+)(["'])([^"']+)\2/gm;

const specifiers = (text) => [...text.matchAll(specifier)].map((match) => match[3]);

const replaceSpecifiers = (text, replace) =>
  text.replace(specifier, (_, before, quote, name) => `${before}${quote}${replace(name)}${quote}`);

function relative(folder, file) {
  const path = posix.relative(folder, file);
  return path.startsWith('.') ? path : `./${path}`;
}

/** Copies the hand-written declarations; the CommonJS twin differs only in its relative specifiers. */
export function writeTypes(entries, dist) {
  const sources = new Map(
    filesBelow(template)
      .filter((name) => name.endsWith('.d.ts') && !name.includes('/'))
      .map((name) => [name, join(template, name)]),
  );
  for (const entry of entries) {
    const name = `${entry}.d.ts`;
    const ofProvider = join(root, 'src/providers', entry, 'api.d.ts');
    if (existsSync(ofProvider)) {
      if (sources.has(name)) fail(`${name} stands in pkg-template and in src/providers/${entry}`);
      sources.set(name, ofProvider);
    }
    if (!sources.has(name)) fail(`no declarations for the entry ${entry}: write pkg-template/${name} or src/providers/${entry}/api.d.ts`);
  }
  for (const [name, path] of sources) {
    const text = readFileSync(path, 'utf8');
    write(join(dist, name), text);
    write(join(dist, name.replace(/\.d\.ts$/, '.d.cts')), toCommonJsSpecifiers(text));
  }
}
