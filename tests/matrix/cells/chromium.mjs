// Chromium without a bundler: what a page can load as it stands in the package.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cellFolder, host, manifest, project } from '../lib/project.mjs';

/** A page that is nothing but this. */
export const page = (body) => `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">\n${body}\n`;

/** A page that hands on what a worker says. */
export const workerPage = (script, options = '{}') =>
  page(`<script type="module">
const worker = new Worker(new URL('${script}', import.meta.url), ${options});
globalThis.report = new Promise((resolve, reject) => {
  worker.onmessage = (event) => resolve(event.data);
  worker.onerror = (event) => reject(new Error(event.message));
});
</script>`);

/** The same for a service worker, which is registered for this folder alone. */
export const serviceWorkerPage = (script, options = '{}') =>
  page(`<script type="module">
globalThis.report = navigator.serviceWorker.register('${script}', ${options}).then(async (registration) => {
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  if (worker.state !== 'activated') {
    await new Promise((resolve, reject) => (worker.onstatechange = () => (worker.state === 'activated' ? resolve() : worker.state === 'redundant' && reject(new Error('redundant')))));
  }
  return new Promise((resolve) => {
    navigator.serviceWorker.onmessage = (event) => resolve(event.data);
    navigator.serviceWorker.startMessages();
    worker.postMessage('report');
  });
});
</script>`);

/** An import map over the whole package, as a page writes it: every entry, and the core. */
function importMap() {
  const { exports, imports } = manifest();
  const at = (path) => `/node_modules/countersign/${path.slice(2)}`;
  const entries = Object.entries(exports).flatMap(([subpath, conditions]) => {
    const file = conditions.default?.default;
    return file === undefined ? [] : [[subpath.replace('.', 'countersign'), at(file)]];
  });
  return { imports: { ...Object.fromEntries(entries), '#core': at(imports['#core'].default) } };
}

/** Workers know no import maps: they load the files that are bound to the inlined core. */
function byAddress(name) {
  const [packages, script] = ['packages.mjs', name].map((file) => readFileSync(host(file), 'utf8'));
  const addressed = packages.replaceAll(/'countersign(?:\/([a-z]+))?'/g, (_, entry = 'index') => `'${addressOf(entry)}'`);
  const local = (text) => text.replaceAll("'../fixtures", "'/fixtures").replaceAll("'../suite/", "'/suite/");
  const others = ['suite.mjs', 'examine.mjs', 'instances.mjs'].map((file) => [file, local(readFileSync(host(file), 'utf8'))]);
  return { 'packages.mjs': addressed, [name]: script, ...Object.fromEntries(others) };
}

/** Entries that do not reach the core need no other file. */
function addressOf(entry) {
  const address = `/node_modules/countersign/dist/inline/${entry}.js`;
  return existsSync(join(project, address)) ? address : address.replace('/inline/', '/');
}

/** Clients that hold what only a server may: refused in a page, unless the caller insists. */
const serverClients = `import { hellojohn } from 'countersign/hellojohn';
import { nicelogin } from 'countersign/nicelogin';
import { oidc } from 'countersign/oidc';
import { propelauth } from 'countersign/propelauth';

const clients = {
  'hellojohn secretKey': [hellojohn, { tenantId: 'tnt_1', secretKey: 'sk_live_canary' }],
  'nicelogin apiSecret': [nicelogin, { apiKey: 'key_1', apiSecret: 'canary' }],
  'oidc clientSecret': [oidc, { issuer: 'https://id.example', audience: 'api', clientId: 'c', clientSecret: 'canary' }],
  'propelauth apiKey': [propelauth, { authUrl: 'https://auth.example.com', apiKey: 'canary' }],
};
const outcome = (make) => {
  try {
    make();
    return 'taken';
  } catch ({ code, message }) {
    return \`\${code} \${message}\`;
  }
};
globalThis.report = Promise.resolve(
  Object.entries(clients).map(([name, [make, options]]) => [
    name,
    outcome(() => make(options)),
    outcome(() => make({ ...options, dangerouslyAllowBrowser: true })),
  ]),
);
`;

const credentials = {
  name: 'chromium, page: what only a server may hold is refused',
  ownLog: true,
  async run({ open }) {
    const map = `<script type="importmap">${JSON.stringify(importMap())}</script>`;
    const folder = cellFolder(this.name, { 'index.html': page(`${map}\n<script type="module" src="main.js"></script>`), 'main.js': serverClients });
    const rows = await open(folder);
    const failures = rows
      .filter(([name, alone, insisting]) => !isRefusal(alone, name.split(' ')[1]) || insisting !== 'taken')
      .map((row) => row.join(': '));
    return { log: rows.map((row) => row.join(': ')), failures: rows.length === 4 ? failures : [`${rows.length} clients, not 4`] };
  },
};

const isRefusal = (outcome, option) =>
  outcome.startsWith('ERR_CONFIG_INVALID') && outcome.includes(option) && !outcome.includes('canary');

const module = `{ type: 'module' }`;

const common = [
  {
    name: 'chromium, page with an import map',
    quick: true,
    files: () => ({
      'index.html': page(`<script type="importmap">${JSON.stringify(importMap())}</script>\n<script type="module" src="/hosts/page.mjs"></script>`),
    }),
  },
  { name: 'chromium, module worker', files: () => ({ 'index.html': workerPage('./worker.mjs', module), ...byAddress('worker.mjs') }) },
  {
    name: 'chromium, module service worker',
    files: () => ({ 'index.html': serviceWorkerPage('service-worker.mjs', module), ...byAddress('service-worker.mjs') }),
  },
].map(({ name, quick, files }) => ({
  name,
  quick,
  async run({ open }) {
    return open(cellFolder(name, files()));
  },
}));

export const cells = [...common, credentials];
