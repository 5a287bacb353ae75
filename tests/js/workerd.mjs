/** Runs the common cases in a real workerd, by `wrangler dev`. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { staged, tool } from './stage.mjs';

const STARTS_WITHIN = 60_000;

/** The report of the cases under these compatibility flags. */
export async function runInWorkerd(name, flags, main = 'runners/workerd.mjs') {
  const config = join(staged, `${name}.json`);
  writeFileSync(config, JSON.stringify({ name, main, compatibility_date: '2026-04-01', compatibility_flags: flags }));
  const [port, inspector] = await freePorts(2);
  const wrangler = join(dirname(tool.resolve('wrangler/package.json')), 'bin/wrangler.js');
  const parameters = ['dev', '--config', config, '--ip', '127.0.0.1', '--port', port, '--inspector-port', inspector, '--log-level', 'warn'];
  const server = spawn(process.execPath, [wrangler, ...parameters.map(String)], {
    cwd: staged,
    detached: true, // a process group of its own, so that workerd ends with wrangler
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false', XDG_CONFIG_HOME: join(staged, 'config') },
  });
  let output = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (text) => (output += text));
  try {
    return await answer(`http://127.0.0.1:${port}/`, server, () => output);
  } finally {
    await stop(server);
  }
}

async function answer(url, server, output) {
  const deadline = Date.now() + STARTS_WITHIN;
  while (server.exitCode === null && Date.now() < deadline) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return response.json();
    if (response !== undefined) throw new Error(`workerd answers ${response.status}: ${(await response.text()).slice(0, 2000)}\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`workerd did not start\n${output()}`);
}

async function stop(server) {
  if (server.exitCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const signal = (name) => {
    try {
      process.kill(-server.pid, name);
    } catch {
      // It ended by itself in the meantime.
    }
  };
  signal('SIGTERM');
  const timer = setTimeout(signal, 3000, 'SIGKILL');
  await ended;
  clearTimeout(timer);
}

function freePorts(count) {
  const listen = () =>
    new Promise((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
    });
  return Promise.all(Array.from({ length: count }, listen)).then((servers) =>
    Promise.all(
      servers.map((server) => {
        const { port } = server.address();
        return new Promise((resolve) => server.close(() => resolve(port)));
      }),
    ),
  );
}
