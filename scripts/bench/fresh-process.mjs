import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { fail } from '../lib/tree.mjs';

/** Runs a script of this folder in a process of its own and returns the JSON that it prints. */
export function inFreshProcess(script, parameters) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...parameters], { encoding: 'utf8' });
  if (status !== 0) fail(`${script} ${parameters.join(' ')}\n${stderr}`);
  return JSON.parse(stdout);
}
