// Next.js: the example with the fixtures' routes beside its own, built and started.
import { spawn } from 'node:child_process';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fail, root, run, step, write } from '../../scripts/lib/tree.mjs';
import { webhookChecks } from './checks.mjs';
import { rawRequest } from './raw-http.mjs';
import { staged } from './stage.mjs';

const folder = join(staged, 'next');
const program = join(staged, 'node_modules/next/dist/bin/next');
const quiet = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' };

export async function startNext() {
  rmSync(folder, { recursive: true, force: true });
  for (const source of ['tests/frameworks/fixture/next', 'examples/next']) cpSync(join(root, source), folder, { recursive: true });
  for (const name of readdirSync(staged).filter((one) => /^(world|config)\.mjs$/.test(one))) cpSync(join(staged, name), join(folder, name));
  write(join(folder, 'next.config.mjs'), `export default { turbopack: { root: ${JSON.stringify(staged)} } };\n`);
  await step('Build the Next.js application', () => run(process.execPath, [program, 'build'], { cwd: folder, env: quiet }));
  const port = await freePort();
  const child = spawn(process.execPath, [program, 'start', '-H', '127.0.0.1', '-p', String(port)], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...quiet },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    process.kill(-child.pid, 'SIGTERM');
    await ended;
  };
  for (let tries = 0; tries < 1_200; tries += 1) {
    if (child.exitCode !== null) fail(`next start ended: ${output}`);
    if (await fetch(url).then(({ ok }) => ok, () => false)) return { url, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  return fail(`next start did not answer: ${output}`);
}

/** The proxy, the API routes of `pages`, and the example's own routes. */
export function nextChecks(url, world) {
  const get = async (path, token) => {
    const response = await fetch(`${url}${path}`, { headers: token ? { authorization: `Bearer ${token}` } : {} });
    const text = await response.text();
    return `${response.status} ${response.ok ? text : JSON.parse(text).code}`;
  };
  const { tokens } = world;
  return [
    ['proxy: no token', '401 ERR_TOKEN_MISSING', () => get('/behind-proxy')],
    ['proxy: a good token', '200 {"user":"passed"}', () => get('/behind-proxy', tokens.good)],
    ['pages: no token', '401 ERR_TOKEN_MISSING', () => get('/api/me')],
    ['pages: a good token', '200 {"user":"alice","kid":"key-1"}', () => get('/api/me', tokens.good)],
    ['pages: two fields', '400', async () => {
      const line = `authorization: Bearer ${tokens.good}`;
      return `${(await rawRequest(`${url}/api/me`, ['GET', line, line])).status}`;
    }],
    ...webhookChecks(`${url}/api`, world, { ownErrors: true }).map(([name, ...row]) => [`pages: ${name}`, ...row]),
    ['example: its token', '200 {"welcome":"alice"}', async () => get('/admin', await (await fetch(`${url}/token?role=admin`)).text())],
    ['example: a token of another issuer', '401 ERR_JOSE_ALG_NOT_ALLOWED', () => get('/me', tokens.good)],
  ];
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
