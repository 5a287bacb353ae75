// Vercel's edge runtime: a bundle for it, with the module handed in as its hosts do.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { execute } from '../lib/programs.mjs';
import { cellFolder, host, project } from '../lib/project.mjs';
import { tool, toolsFolder } from '../lib/tools.mjs';

const bundle = (folder, ...parameters) =>
  execute(tool('common', 'esbuild'), [host('page.mjs'), '--bundle', '--format=iife', '--outfile=out/bundle.js', '--log-level=warning', ...parameters], { cwd: folder });

/** Runs the bundle in a machine of its own, with further globals. */
async function evaluated(folder, globals = {}) {
  const { EdgeRuntime } = createRequire(join(toolsFolder('common'), 'package.json'))('edge-runtime');
  const runtime = new EdgeRuntime({ extend: (context) => Object.assign(context, globals) });
  return runtime.evaluate(`${readFileSync(join(folder, 'out/bundle.js'), 'utf8')}\n;globalThis.report`);
}

const moduleFile = () => join(project, 'node_modules/countersign/dist/countersign.wasm');

export const cells = [
  {
    name: 'edge-runtime, the module handed in',
    async run(folder) {
      await bundle(folder, '--conditions=edge-light', '--external:*.wasm?module');
      return evaluated(folder, { require: () => new WebAssembly.Module(readFileSync(moduleFile())) });
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
