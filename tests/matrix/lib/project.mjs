// A project with the packed package installed, as a user has it; each cell of the matrix works in a
// folder below it, so that `node_modules` is found above.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, target } from '../../../scripts/lib/tree.mjs';
import { stage } from '../../js/stage.mjs';

export const project = join(target, 'tests-matrix');

/** Lays the project out: package, cases, fixtures and what each kind of host runs. */
export async function stageProject() {
  await stage(project, { copy: true });
  cpSync(join(root, 'tests/matrix/hosts'), join(project, 'hosts'), { recursive: true });
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
