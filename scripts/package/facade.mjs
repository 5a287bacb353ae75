// The TypeScript façade as ECMAScript modules and as CommonJS.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fail, filesBelow, nodeTool, root, run, target, write } from '../lib/tree.mjs';
import { bundle } from './bundle.mjs';
import { toCommonJs, toCommonJsSpecifiers } from './common-js.mjs';
import { graphOf, replaceSpecifiers } from './graph.mjs';

const template = join(root, 'pkg-template');
const compiled = join(target, 'package/esm');

/** Compiles pkg-template/src into `dist`; `coreTypes` is what bindgen wrote about the core. */
export async function writeFacade(coreTypes, entries, dist) {
  write(join(target, 'package/core.d.ts'), readFileSync(coreTypes, 'utf8'));
  rmSync(compiled, { recursive: true, force: true });
  for (const project of ['tsconfig.json', 'tsconfig.cli.json']) {
    run(process.execPath, [nodeTool('tsc'), '-p', join(template, project), '--outDir', compiled]);
  }

  const sources = new Map(filesBelow(compiled).map((name) => [name, readFileSync(join(compiled, name), 'utf8')]));
  const taken = [...sources.keys()].find((name) => /^(core\.|inline\/)/.test(name));
  if (taken) fail(`pkg-template/src/${taken}: this name belongs to packaging`);
  const modules = await bundle(sources, graphOf(sources, entries));
  for (const [name, text] of modules) {
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
  const bound = new Set([...graphOf(modules, entries)].filter(([, node]) => node.bound).map(([name]) => name));
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
