// The adapters' declarations against those of the frameworks themselves.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { environment } from '../../scripts/lib/suites.mjs';
import { write } from '../../scripts/lib/tree.mjs';
import { staged } from './stage.mjs';

const tools = join({ ...environment, ...process.env }.COUNTERSIGN_NODE_TOOLS, 'node_modules');

export const typeChecks = () =>
  Object.entries({ NodeNext: 'NodeNext', Bundler: 'ESNext' }).map(([moduleResolution, module]) => [
    moduleResolution,
    '',
    async () => compile({ module, moduleResolution }),
  ]);

function compile(options) {
  const project = join(staged, 'tsconfig.json');
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2024', 'DOM', 'DOM.Iterable'],
    strict: true,
    noEmit: true,
    // The frameworks' own declarations want those of React and others; ours are checked in full by tests/types.
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [join(tools, '@types')],
    ...options,
  };
  write(project, JSON.stringify({ compilerOptions, files: ['types.mts'] }));
  return spawnSync(join(tools, '.bin/tsc'), ['-p', project, '--pretty', 'false'], { cwd: staged, encoding: 'utf8' }).stdout;
}
