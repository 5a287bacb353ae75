// What the demo stands on: the example with the packed package, the emulator, and
// the Worker twice in workerd: one to work with, one that stays without keys. Beside
// them the Worker of all the other providers.
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, run, target, write } from '../lib/tree.mjs';
import { startEmulator } from './emulator.mjs';
import { startWorker } from './wrangler.mjs';

const example = join(root, 'examples/worker');
export const folder = join(target, 'demo/worker');

/** Below the example, so that it finds the package, too. */
const others = join(folder, 'others');

/** Copies the example and installs the tarball into it. Wrangler is the pinned one of scripts/node. */
export function installExample(tarball) {
  rmSync(folder, { recursive: true, force: true });
  cpSync(example, folder, { recursive: true, filter: (path) => !/node_modules|\.wrangler|\.dev\.vars/.test(path) });
  const manifest = JSON.parse(readFileSync(join(example, 'package.json'), 'utf8'));
  delete manifest.devDependencies;
  manifest.dependencies.countersign = `file:${tarball}`;
  write(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  cpSync(join(root, 'scripts/demo/worker'), others, { recursive: true });
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
}

/** Starts the emulator; it will post its webhooks to the Worker at `port`. */
export async function startProvider(port) {
  const emulator = await startEmulator({ webhookUrl: `http://127.0.0.1:${port}/webhooks/hellojohn` });
  const variables = {
    HELLOJOHN_API_URL: emulator.api_url,
    HELLOJOHN_TENANT_ID: emulator.tenant_id,
    HELLOJOHN_SECRET_KEY: emulator.secret_key,
    HELLOJOHN_WEBHOOK_SECRET: emulator.webhook_secret,
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${JSON.stringify(value)}\n`);
  write(join(folder, '.dev.vars'), lines.join(''));
  const configuration = {
    name: 'countersign-providers',
    main: 'index.js',
    compatibility_date: '2026-04-01',
    vars: { PROVIDERS: emulator.provider },
  };
  write(join(others, 'wrangler.json'), JSON.stringify(configuration));
  return emulator;
}

export async function startWorkers(port) {
  const [{ url }, { url: coldUrl }, { url: othersUrl }] = await Promise.all([
    startWorker(folder, { name: 'worker', port }),
    startWorker(folder, { name: 'cold' }),
    startWorker(others, { name: 'others' }),
  ]);
  return { url, coldUrl, othersUrl };
}

/** What steps are given. */
export async function worldOf(emulator, { url, coldUrl, othersUrl }) {
  const { hellojohn } = createRequire(join(folder, 'package.json'))('countersign/hellojohn');
  const client = hellojohn({
    apiUrl: emulator.api_url,
    tenantId: emulator.tenant_id,
    publishableKey: emulator.publishable_key,
  });
  const { clientsOf } = await import(pathToFileURL(join(others, 'clients.js')));
  const get = (base) => (path, headers = {}) => fetch(`${base}${path}`, { headers });
  return {
    emulator,
    client,
    clients: clientsOf(emulator.provider),
    tokens: {},
    url,
    othersUrl,
    get: get(url),
    getCold: get(coldUrl),
    callOthers: (path, init) => fetch(`${othersUrl}${path}`, init),
  };
}

/** A port that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
