// Deno, without any permission but what it takes to find CommonJS files.
import { reportOf } from '../lib/programs.mjs';
import { cellFolder, host, project } from '../lib/project.mjs';
import { tool } from '../lib/tools.mjs';

const deno = (name, file, permissions = []) =>
  reportOf(tool('common', 'deno'), ['run', '--no-prompt', '--no-remote', '--node-modules-dir=manual', ...permissions, host(file)], {
    cwd: cellFolder(name),
    env: { DENO_NO_UPDATE_CHECK: '1' },
  });

export const cells = [
  { name: 'deno, import, no permissions', quick: true, tools: ['common'], run() { return deno(this.name, 'print.mjs'); } },
  { name: 'deno, require', tools: ['common'], run() { return deno(this.name, 'print.cjs', [`--allow-read=${project}`]); } },
  { name: 'deno, nothing of Node is loaded at first', ownLog: true, tools: ['common'], run() { return deno(this.name, 'lazy-globals.mjs'); } },
];
