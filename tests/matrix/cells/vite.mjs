// Vite: its development server, what it builds for pages, workers and servers.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { start, stop } from '../../../scripts/demo/processes.mjs';
import { execute, reportOf } from '../lib/programs.mjs';
import { cellFolder, project } from '../lib/project.mjs';
import { toolFile } from '../lib/tools.mjs';
import { page } from './chromium.mjs';

const program = toolFile('common', 'vite/bin/vite.js');
const vite = (folder, ...parameters) => execute(process.execPath, [program, ...parameters], { cwd: folder });

/** The site is the cell's folder; the cases and the package are above it. */
const config = `export default {
  base: './',
  logLevel: 'warn',
  server: { host: '127.0.0.1', fs: { allow: [${JSON.stringify(project)}] } },
  worker: { format: 'es' },
};
`;

const entry = { 'vite.config.mjs': config, 'index.html': page('<script type="module" src="./main.js"></script>') };
const onPage = { ...entry, 'main.js': `import '../../hosts/page.mjs';\n` };
const inWorker = {
  ...entry,
  'main.js': `import ReportWorker from '../../hosts/worker.mjs?worker';
const worker = new ReportWorker();
globalThis.report = new Promise((resolve, reject) => {
  worker.onmessage = (event) => resolve(event.data);
  worker.onerror = (event) => reject(new Error(event.message));
});
`,
};

/** The address at which a server started in `folder` is. */
export async function served(folder, parameters, options, use) {
  const { program: vitePath = program, node = process.execPath, env = {} } = options;
  const server = await start('vite', node, [vitePath, ...parameters, '--port', '0'], {
    cwd: folder,
    env: { NO_COLOR: '1', ...env },
    ready: (line) => /Local:\s+(http:\/\/[^/\s]+)/.exec(line)?.[1],
  });
  try {
    return await use(server.value);
  } finally {
    await stop(server);
  }
}

async function built(folder, open) {
  await vite(folder, 'build', '--outDir', 'out');
  return open(`${folder}/out`);
}

export const cells = [
  {
    name: 'vite, development server, in a page',
    run(folder, { open }) {
      return served(folder, ['dev', '--logLevel', 'info'], {}, (url) => open(`${url}/`));
    },
    files: onPage,
  },
  { name: 'vite, development server, in a worker', files: inWorker, run: (folder, { open }) => served(folder, ['dev', '--logLevel', 'info'], {}, (url) => open(`${url}/`)) },
  { name: 'vite, build, in a page', files: onPage, run: (folder, { open }) => built(folder, open) },
  { name: 'vite, build, in a worker', files: inWorker, run: (folder, { open }) => built(folder, open) },
  {
    name: 'vite, build for a server',
    // By default Vite leaves dependencies out, and Node would load the package itself.
    files: { 'vite.config.mjs': config.replace('export default {', `export default {\n  ssr: { noExternal: ['countersign'] },`) },
    async run(folder) {
      await vite(folder, 'build', '--ssr', '../../hosts/print.mjs', '--outDir', 'out');
      const [file] = readdirSync(join(folder, 'out'));
      return reportOf(process.execPath, [join('out', file)], { cwd: folder });
    },
  },
].map(({ name, files, run }) => ({ name, tools: ['common'], run: (pages) => run(cellFolder(name, files), pages) }));
