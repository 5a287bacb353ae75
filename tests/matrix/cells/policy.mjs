// Pages under a Content-Security-Policy: one that lets WebAssembly be compiled, and one that does not.
import { cellFolder, host } from '../lib/project.mjs';
import { execute } from '../lib/programs.mjs';
import { tool } from '../lib/tools.mjs';
import { page } from './chromium.mjs';

const policy = (scripts) => JSON.stringify({ 'content-security-policy': `default-src 'self'; script-src ${scripts}; img-src data:` });

/** The page's script stands in a file of its own: these policies allow none within the page. */
async function underPolicy(name, scripts, entry, script, open) {
  const folder = cellFolder(name, { 'headers.json': policy(scripts), 'main.js': script, 'index.html': page('<script type="module" src="main.js"></script>') });
  await execute(tool('common', 'esbuild'), [entry, '--bundle', '--format=esm', '--outfile=bundle.js', '--log-level=warning'], { cwd: folder });
  return open(folder);
}

const allowed = {
  name: `chromium, page under 'wasm-unsafe-eval'`,
  tools: ['common'],
  run({ open }) {
    return underPolicy(this.name, `'self' 'wasm-unsafe-eval'`, host('page.mjs'), `import './bundle.js';\n`, open);
  },
};

const forbidden = {
  name: `chromium, page without it: the error says what to add`,
  tools: ['common'],
  ownLog: true,
  async run({ open }) {
    const script = `globalThis.report = import('./bundle.js').then(() => ({ message: 'loaded' }), ({ code, message }) => ({ code, message }));\n`;
    const { code, message } = await underPolicy(this.name, `'self'`, host('packages.mjs'), script, open);
    const told = code === 'ERR_CONFIG_INVALID' && message.includes(`add 'wasm-unsafe-eval' to script-src`);
    return { log: [`${code} ${message}`], failures: told ? [] : [`${code}: ${message}`] };
  },
};

export const cells = [allowed, forbidden];
