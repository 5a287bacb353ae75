// The command line, run as `npx countersign` does, on the packed package.
import { spawnSync } from 'node:child_process';
import { stageBeside } from '../../scripts/lib/suites.mjs';

const staged = stageBeside('cli');
const { status } = spawnSync(process.execPath, ['--test'], { cwd: staged, stdio: 'inherit' });
process.exitCode = status ?? 1;
