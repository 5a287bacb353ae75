// A project with the packed package installed, as a user has it; each cell of the matrix works in a
// folder below it, so that `node_modules` is found above.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, target } from '../../../scripts/lib/tree.mjs';
import { stage } from '../../js/stage.mjs';

export const project = join(target, 'tests-matrix');

/** Lays the project out: package, cases, fixtures and what each kind of host runs. */
export async function stageProject() {
  await stage(project, { copy: true });
  cpSync(join(root, 'tests/matrix/hosts'), join(project, 'hosts'), { recursive: true });
  const names = Object.entries(entries());
  writeFileSync(join(project, 'hosts/packages.mjs'), names.map(([name, specifier]) => `export * as ${name} from '${specifier}';\n`).join(''));
  // Instances are counted from before the package is loaded.
  const required = names.map(([name, specifier]) => `exports.${name} = require('${specifier}');\n`);
  writeFileSync(join(project, 'hosts/packages.cjs'), [`require('./instances.mjs');\n`, ...required].join(''));
}

export const manifest = () => JSON.parse(readFileSync(join(project, 'node_modules/countersign/package.json'), 'utf8'));

/** Every entry of the package but the explicit `./inline`: its specifier by the name that the cases know it by. */
function entries() {
  const subpaths = Object.keys(manifest().exports).filter((subpath) => /^\.(\/[a-z]+)?$/.test(subpath) && !['./inline', './wasm'].includes(subpath));
  return Object.fromEntries(subpaths.map((subpath) => [subpath === '.' ? 'countersign' : subpath.slice(2), subpath.replace('.', 'countersign')]));
}

/** An empty folder for a cell, with files; what a cell runs is in `../../hosts`. */
export function cellFolder(name, files = {}) {
  const folder = join(project, 'cells', name.replaceAll(/[^a-z0-9]+/gi, '-'));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

export const host = (name) => join(project, 'hosts', name);
