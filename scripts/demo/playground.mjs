// Serves the playground page on 127.0.0.1, bundled with the package as a user's page would be.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { nodeTools, root } from '../lib/tree.mjs';
import { folder } from './world.mjs';

const page = join(root, 'examples/playground');
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

export async function servePlayground(world) {
  const script = await bundle();
  const server = createServer((request, response) => {
    answer(request, world, script).then(
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

async function bundle() {
  const { build } = createRequire(join(process.env.COUNTERSIGN_NODE_TOOLS ?? nodeTools, 'package.json'))('esbuild');
  const { outputFiles } = await build({
    entryPoints: [join(page, 'playground.js')],
    nodePaths: [join(folder, 'node_modules')],
    bundle: true,
    format: 'esm',
    write: false,
  });
  return outputFiles[0].contents;
}

/** `'wasm-unsafe-eval'` is what compiling a wasm module takes; scripts are files of this server. */
const guards = ({ emulator }) => ({
  'content-security-policy': `default-src 'none'; img-src data:; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self' ${emulator.url}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
});

async function answer(request, world, script) {
  const { pathname } = new URL(request.url, 'http://127.0.0.1');
  if (request.method !== 'GET') return { status: 405 };
  if (pathname === '/setup.json') return json(setup(world));
  if (pathname === '/worker/me') return throughWorker(request, world);
  if (pathname === '/playground.js') return { headers: { 'content-type': types['.js'] }, body: script };
  return file(pathname === '/' ? 'index.html' : pathname.slice(1));
}

/** What the page has to know; a user's password of the emulator is no secret. */
function setup({ emulator }) {
  const { email, password } = emulator.users.alice;
  return {
    apiUrl: emulator.api_url,
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

/** A file of the page's folder, which has no folders below. */
function file(name) {
  const type = types[extname(name)];
  if (!/^[a-z]+\.[a-z]+$/.test(name) || type === undefined) return { status: 404 };
  try {
    return { headers: { 'content-type': type }, body: readFileSync(join(page, name)) };
  } catch {
    return { status: 404 };
  }
}
