// The test kit, `countersign/testing`, and what the READMEs show, on the packed package.
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { stageBeside } from '../../scripts/lib/suites.mjs';
import { root } from '../../scripts/lib/tree.mjs';

const staged = stageBeside('testing');
cpSync(join(root, 'pkg-template/README.md'), join(staged, 'README.md'));
cpSync(join(root, 'README.md'), join(staged, 'README-of-repository.md'));
const { status } = spawnSync(process.execPath, ['--test'], { cwd: staged, stdio: 'inherit' });
process.exitCode = status ?? 1;
