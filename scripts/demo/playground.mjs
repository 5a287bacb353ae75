// Serves the playground page and the package's browser files on 127.0.0.1.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { root } from '../lib/tree.mjs';
import { folder } from './world.mjs';

const page = join(root, 'examples/playground');
const packaged = join(folder, 'node_modules/countersign/dist');

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

export async function servePlayground(world) {
  const server = createServer((request, response) => {
    answer(request, world).then(
      ({ status = 200, headers = {}, body }) => response.writeHead(status, { ...guards(world), ...headers }).end(body),
      (error) => response.writeHead(500).end(error.message),
    );
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => (server.close(), server.closeAllConnections()),
  };
}

/** `'wasm-unsafe-eval'` is what compiling a wasm module takes; scripts are files of this server. */
const guards = ({ emulator }) => ({
  'content-security-policy': `default-src 'none'; img-src data:; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self' ${emulator.url}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
});

async function answer(request, world) {
  const { pathname } = new URL(request.url, 'http://127.0.0.1');
  if (request.method !== 'GET') return { status: 405 };
  if (pathname === '/setup.json') return json(setup(world));
  if (pathname === '/worker/me') return throughWorker(request, world);
  if (pathname.startsWith('/countersign/')) return file(packaged, pathname.slice('/countersign/'.length));
  return file(page, pathname === '/' ? 'index.html' : pathname.slice(1));
}

/** What the page has to know; a user's password of the emulator is no secret. */
function setup({ emulator }) {
  const { email, password } = emulator.users.alice;
  return {
    apiUrl: emulator.api_url,
    issuer: emulator.issuer,
    jwksUrl: emulator.jwks_url,
    tenantId: emulator.tenant_id,
    publishableKey: emulator.publishable_key,
    email,
    password,
  };
}

/** The same token at the Worker: its verdict beside the browser's. */
async function throughWorker(request, world) {
  const { authorization } = request.headers;
  const response = await world.get('/me', authorization === undefined ? {} : { authorization });
  return { ...json(await response.json()), status: response.status };
}

const json = (value) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });

function file(folder, name) {
  const path = normalize(join(folder, name));
  const type = types[extname(path)];
  if (!path.startsWith(folder + sep) || type === undefined) return { status: 404 };
  try {
    return { headers: { 'content-type': type }, body: readFileSync(path) };
  } catch {
    return { status: 404 };
  }
}
