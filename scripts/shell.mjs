// Checks the shell scripts: their syntax always, their manners where shellcheck is installed.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, main, root, run } from './lib/tree.mjs';

await main(() => {
  const candidates = [...filesBelow(join(root, 'scripts')).map((name) => `scripts/${name}`), '.ci/run'];
  const scripts = candidates.filter((name) => readFileSync(join(root, name), 'utf8').startsWith('#!/usr/bin/env bash'));
  for (const name of scripts) run('bash', ['-n', name]);
  const present = spawnSync('shellcheck', ['--version']).status === 0;
  if (present) run('shellcheck', scripts, { show: true });
  console.log(`${scripts.length} scripts${present ? '' : '; shellcheck is not installed: syntax only'}`);
});
