// What stands ready for a suite: the packed package, an installed copy of it,
// and the emulator, named by environment variables.
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { nodeTools, root, run, target, tools, version, write } from './tree.mjs';

export const tarball = join(root, `dist/countersign-${version()}.tgz`);
export const installed = join(target, 'installed');
export const emulator = join(target, 'debug/emulator');

export const environment = {
  COUNTERSIGN_TARBALL: tarball,
  COUNTERSIGN_INSTALLED: installed,
  COUNTERSIGN_NODE_TOOLS: nodeTools,
  COUNTERSIGN_EMULATOR: emulator,
  PATH: `${join(tools, 'bin')}:${process.env.PATH}`,
  WRANGLER_SEND_METRICS: 'false',
};

/** Installs the tarball into a fresh project, as a user would. */
export function install() {
  rmSync(installed, { recursive: true, force: true });
  mkdirSync(installed, { recursive: true });
  write(join(installed, 'package.json'), '{ "name": "installed", "private": true, "type": "module" }\n');
  run('npm', ['install', '--offline', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', tarball], { cwd: installed });
}

/** Copies a suite of tests/ beside the installed package, as a user's project has it; gives the folder. */
export function stageBeside(suite) {
  if (process.env.COUNTERSIGN_INSTALLED === undefined) install();
  const staged = join(target, `tests-${suite}`);
  rmSync(staged, { recursive: true, force: true });
  cpSync(join(root, 'tests', suite), staged, { recursive: true });
  symlinkSync(join(process.env.COUNTERSIGN_INSTALLED ?? installed, 'node_modules'), join(staged, 'node_modules'));
  return staged;
}

export function buildEmulator() {
  run('cargo', ['build', '--quiet', '--locked', '-p', 'emulator', '--target-dir', target]);
}
