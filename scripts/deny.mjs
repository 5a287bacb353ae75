// cargo-deny over deny.toml. Advisories come from a git repository: they are
// checked where it can be reached, and said to be skipped where it cannot.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fail, main, root, run, tools } from './lib/tree.mjs';

await main(() => {
  run(join(root, 'scripts/setup-wasm-tools'), ['cargo-deny', '0.20.2'], { show: true });
  const deny = join(tools, 'bin/cargo-deny');
  run(deny, ['--locked', 'check', 'bans', 'licenses', 'sources'], { show: true });
  const fetched = spawnSync(deny, ['fetch', 'db'], { cwd: root, encoding: 'utf8', timeout: 120_000 });
  if (fetched.status !== 0) return console.log('advisories: skipped, their database cannot be reached from here');
  const checked = spawnSync(deny, ['--locked', 'check', '--disable-fetch', 'advisories'], { cwd: root, stdio: 'inherit' });
  if (checked.status !== 0) fail('advisories');
});
