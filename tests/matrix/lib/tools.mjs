// The runtimes and bundlers of the matrix: sets of pinned packages, installed below target/.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, target } from '../../../scripts/lib/tree.mjs';
import { execute } from './programs.mjs';

const pinned = (set) => join(root, 'tests/matrix/tools', set);

/** Where a set stands once it is installed. */
export const toolsFolder = (set) => join(target, 'tests-matrix-tools', set);

/** Installs a set when its lock file changed. A set with a package of the user's own needs more room than `node_modules`. */
export async function installTools(set) {
  const folder = toolsFolder(set);
  const lock = readFileSync(join(pinned(set), 'package-lock.json'), 'utf8');
  const stamp = join(folder, 'installed-lock.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json', '.npmrc']) cpSync(join(pinned(set), name), join(folder, name));
  await execute('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, timeout: 600_000 });
  writeFileSync(stamp, lock);
}

/** A program of a set. */
export const tool = (set, name) => join(toolsFolder(set), 'node_modules/.bin', name);

/** A file of a package of a set. */
export const toolFile = (set, path) => join(toolsFolder(set), 'node_modules', path);

/**
 * The Node of a major version: this one, or the registry's for this platform.
 * Nothing when there is neither.
 */
export function nodeOf(major) {
  if (process.versions.node.split('.')[0] === String(major)) return process.execPath;
  const program = toolFile('common', `node${major}-${process.platform}-${process.arch}/bin/node`);
  return existsSync(program) ? program : undefined;
}
