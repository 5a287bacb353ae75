// Runs every provider's own published SDKs against the emulator, beside ours.
//   node tests/providers/run.mjs             all
//   node tests/providers/run.mjs propelauth  only these
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const own = dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2);
const found = readdirSync(own).filter((name) => existsSync(join(own, name, 'run.mjs')));
const failed = found
  .filter((name) => wanted.length === 0 || wanted.includes(name))
  .filter((name) => spawnSync(process.execPath, [join(own, name, 'run.mjs')], { stdio: 'inherit' }).status !== 0);
if (failed.length > 0) console.log(`failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
