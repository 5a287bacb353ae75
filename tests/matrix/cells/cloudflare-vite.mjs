// Cloudflare's Vite plugin: its development server and the preview of what it builds, both in workerd.
import { Absent } from '../lib/absent.mjs';
import { execute } from '../lib/programs.mjs';
import { cellFolder, project } from '../lib/project.mjs';
import { nodeOf, toolFile } from '../lib/tools.mjs';
import { served } from './vite.mjs';
import { answered } from './workerd.mjs';

const env = { WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' };

const files = {
  'wrangler.json': JSON.stringify({ name: 'matrix', main: '../../hosts/handler.mjs', compatibility_date: '2026-04-01' }),
  'vite.config.mjs': `import { cloudflare } from ${JSON.stringify(toolFile('cloudflare', '@cloudflare/vite-plugin/dist/index.mjs'))};
export default {
  plugins: [cloudflare({ inspectorPort: false, persistState: false })],
  server: { host: '127.0.0.1', fs: { allow: [${JSON.stringify(project)}] } },
  preview: { host: '127.0.0.1' },
};
`,
};

const modes = { 'development server': ['dev'], 'preview of a build': ['preview'] };

export const cells = Object.entries(modes).map(([mode, parameters]) => ({
  name: `vite with Cloudflare's plugin, ${mode}`,
  tools: ['common', 'cloudflare'],
  async run() {
    const node = nodeOf(22);
    if (node === undefined) throw new Absent('this plugin wants Node 22');
    const folder = cellFolder(this.name, files);
    const program = toolFile('cloudflare', 'vite/bin/vite.js');
    if (mode !== 'development server') await execute(node, [program, 'build'], { cwd: folder, env });
    return served(folder, parameters, { program, node, env }, (url) => answered(`${url}/report`));
  },
}));
