// Bun: as a runtime, and what it bundles and compiles for itself.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute, reportOf } from '../lib/programs.mjs';
import { cellFolder, host } from '../lib/project.mjs';
import { tool } from '../lib/tools.mjs';

const program = tool('common', 'bun');
const env = { DO_NOT_TRACK: '1' };
const bun = (cwd, ...parameters) => reportOf(program, parameters, { cwd, env });
const build = (cwd, ...parameters) => execute(program, ['build', host('print.mjs'), ...parameters], { cwd, env });

export const cells = [
  { name: 'bun, import', quick: true, run: (folder) => bun(folder, host('print.mjs')) },
  { name: 'bun, require', run: (folder) => bun(folder, host('print.cjs')) },
  {
    name: 'bun build for bun',
    async run(folder) {
      await build(folder, '--target=bun', '--outdir=out');
      return bun(folder, 'out/print.js');
    },
  },
  {
    name: 'bun build for node',
    async run(folder) {
      await build(folder, '--target=node', '--outdir=out');
      return reportOf(process.execPath, ['out/print.js'], { cwd: folder });
    },
  },
  {
    name: 'bun build --compile',
    async run(folder) {
      await build(folder, '--compile', '--outfile=program');
      // Far from the project: nothing may be read at run time.
      return reportOf(join(folder, 'program'), [], { cwd: tmpdir() });
    },
  },
].map((cell) => ({ ...cell, tools: ['common'], run: () => cell.run(cellFolder(cell.name)) }));
