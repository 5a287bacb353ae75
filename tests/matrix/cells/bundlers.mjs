// What bundlers make of the package, for Node and for pages, run there.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute, reportOf } from '../lib/programs.mjs';
import { cellFolder, host } from '../lib/project.mjs';
import { tool, toolFile, toolsFolder } from '../lib/tools.mjs';
import { page, serviceWorkerPage, workerPage } from './chromium.mjs';

const webpackScript = new URL('../lib/webpack.mjs', import.meta.url).pathname;

/** One function for each bundler: bundles `entry` into `folder/out/bundle.<extension>`. */
const bundlers = {
  esbuild: (folder, entry, { format, platform, extension, minify = false }) =>
    execute(tool('common', 'esbuild'), [entry, '--bundle', `--format=${format}`, `--platform=${platform}`, `--outfile=out/bundle.${extension}`, '--log-level=warning', ...(minify ? ['--minify'] : [])], { cwd: folder }),
  rollup: (folder, entry, { format, platform, extension }) => {
    const plugin = toolFile('common', '@rollup/plugin-node-resolve/dist/es/index.js');
    const conditions = platform === 'node' ? `exportConditions: ['node']` : 'browser: true';
    const output = { file: `out/bundle.${extension}`, format, name: 'bundle' };
    const settings = `import resolve from ${JSON.stringify(plugin)};\nexport default { input: ${JSON.stringify(entry)}, external: [/^node:/], plugins: [resolve({ ${conditions} })], output: ${JSON.stringify(output)} };\n`;
    writeFileSync(join(folder, 'rollup.config.mjs'), settings);
    return execute(tool('common', 'rollup'), ['--config', 'rollup.config.mjs', '--silent', '--failAfterWarnings'], { cwd: folder });
  },
  rolldown: (folder, entry, { format, platform, extension, minify = false }) =>
    execute(tool('common', 'rolldown'), [entry, '--format', format, '--platform', platform, '--file', `out/bundle.${extension}`, ...(minify ? ['--minify'] : [])], { cwd: folder }),
  webpack: (folder, entry, { target, extension, minify = false }) => {
    const output = { path: join(folder, 'out'), filename: `bundle.${extension}`, publicPath: '' };
    const settings = { target, entry, output, context: folder, optimization: { minimize: minify } };
    return execute(process.execPath, [webpackScript, toolsFolder('common'), JSON.stringify(settings)], { cwd: folder });
  },
  'bun build': (folder, entry, { extension }) =>
    execute(tool('common', 'bun'), ['build', entry, '--target=browser', '--minify', `--outfile=out/bundle.${extension}`], { cwd: folder, env: { DO_NOT_TRACK: '1' } }),
};

/** Where a bundle runs: the file it is made from, and how it is run. */
const places = {
  node: { entry: 'print.mjs', run: (folder, { extension }) => reportOf(process.execPath, [`out/bundle.${extension}`], { cwd: folder }) },
  page: { entry: 'page.mjs', html: (file, { format }) => page(`<script ${format === 'esm' || format === 'es' ? 'type="module" ' : ''}src="${file}"></script>`) },
  worker: { entry: 'worker.mjs', html: (file) => workerPage(`./${file}`) },
  'service worker': { entry: 'service-worker.mjs', html: (file) => serviceWorkerPage(file) },
};

const table = [
  ['esbuild', 'node', { format: 'esm', platform: 'node', extension: 'mjs' }],
  ['esbuild', 'node', { format: 'cjs', platform: 'node', extension: 'cjs' }],
  ['esbuild', 'page', { format: 'esm', platform: 'browser', extension: 'js', minify: true, quick: true }],
  ['esbuild', 'page', { format: 'iife', platform: 'browser', extension: 'js' }],
  ['esbuild', 'service worker', { format: 'iife', platform: 'browser', extension: 'js' }],
  ['rollup', 'node', { format: 'es', platform: 'node', extension: 'mjs' }],
  ['rollup', 'page', { format: 'es', platform: 'browser', extension: 'js' }],
  ['rollup', 'page', { format: 'iife', platform: 'browser', extension: 'js' }],
  ['rolldown', 'node', { format: 'es', platform: 'node', extension: 'mjs' }],
  ['rolldown', 'page', { format: 'es', platform: 'browser', extension: 'js', minify: true }],
  ['rolldown', 'page', { format: 'iife', platform: 'browser', extension: 'js' }],
  ['webpack', 'node', { target: 'node', extension: 'cjs' }],
  ['webpack', 'page', { target: 'web', extension: 'js', minify: true }],
  ['webpack', 'worker', { target: 'webworker', extension: 'js' }],
  ['bun build', 'page', { format: 'esm', extension: 'js' }],
];

export const cells = table.map(([bundler, place, settings]) => ({
  name: [bundler, settings.format ?? settings.target, `in a ${place}`].join(', ').replace('in a node', 'in node'),
  quick: settings.quick,
  tools: ['common'],
  async run({ open }) {
    const { entry, html, run } = places[place];
    const folder = cellFolder(this.name);
    await bundlers[bundler](folder, host(entry), settings);
    if (run !== undefined) return run(folder, settings);
    writeFileSync(join(folder, 'index.html'), html(`out/bundle.${settings.extension}`, settings));
    return open(folder);
  },
}));
