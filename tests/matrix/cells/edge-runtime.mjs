// Vercel's edge runtime: a bundle for it, with the module handed in as its hosts do.
import { join } from 'node:path';
import { execute, reportOf } from '../lib/programs.mjs';
import { cellFolder, host, project } from '../lib/project.mjs';
import { tool, toolsFolder } from '../lib/tools.mjs';

const script = new URL('../lib/edge-runtime.mjs', import.meta.url).pathname;

const bundle = (folder, ...parameters) =>
  execute(tool('common', 'esbuild'), [host('page.mjs'), '--bundle', '--format=iife', '--outfile=out/bundle.js', '--log-level=warning', ...parameters], { cwd: folder });

/** Runs the bundle in a process of its own: what it computes would hold up the other cells here. */
const evaluated = (folder, ...module) => reportOf(process.execPath, [script, toolsFolder('common'), 'out/bundle.js', ...module], { cwd: folder });

const moduleFile = () => join(project, 'node_modules/countersign/dist/countersign.wasm');

export const cells = [
  {
    name: 'edge-runtime, the module handed in',
    async run(folder) {
      await bundle(folder, '--conditions=edge-light', '--external:*.wasm?module');
      return evaluated(folder, moduleFile());
    },
  },
  {
    name: 'edge-runtime, the module inlined',
    async run(folder) {
      await bundle(folder);
      return evaluated(folder);
    },
  },
].map(({ name, run }) => ({ name, tools: ['common'], run: () => run(cellFolder(name)) }));
