// Builds the emulator, then runs a script that finds it and the package in its
// environment: node scripts/run-with-emulator.mjs scripts/demo.mjs --serve
import { spawnSync } from 'node:child_process';
import { main, root, step } from './lib/tree.mjs';
import { buildEmulator, environment, install } from './lib/suites.mjs';

await main(async () => {
  await step('Build the emulator', buildEmulator);
  await step('Install the packed package', install);
  const result = spawnSync(process.execPath, process.argv.slice(2), {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  process.exitCode = result.status ?? 1;
});
