// A configuration that is replaced while the proxy runs, as a control plane does it.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { direct, filter, listener } from '../../../scripts/envoy/bootstrap.mjs';
import { counters, startEnvoy } from '../../../scripts/envoy/server.mjs';
import { target } from '../../../scripts/lib/tree.mjs';
import { holds, until } from '../lib/trial.mjs';

const folder = join(target, 'envoy-runs', `listeners-${process.pid}`);
const path = join(folder, 'listeners.json');

export async function updates(report) {
  mkdirSync(folder, { recursive: true });
  configure(0);
  const source = { path_config_source: { path, watched_directory: { path: folder } } };
  const node = { id: 'tests', cluster: 'tests' };
  const envoy = await startEnvoy({ node, dynamic_resources: { lds_config: source } });
  const replace = async (version) => {
    configure(version);
    await until(async () => (await statusOf(envoy.ports.main, `/${version}/1`)) === 400, `version ${version}`);
  };
  await report.check('configurations that were replaced leave nothing behind', async () => {
    let version = 0;
    // Those of a round are there at once, for they go after a second.
    const round = async () => {
      for (let n = 0; n < 6; n += 1) await replace((version += 1));
      await drained(envoy);
      return resident(envoy.pid);
    };
    await round();
    const before = await round();
    await round();
    const grown = (await round()) - before;
    // If they stayed, it would be about three megabytes for each.
    holds(grown <= 16 << 20, `${grown >> 20} MiB more`);
  });
  envoy.child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
}

/** A listener whose rules, a lot of them, are for paths that name the version. */
function configure(version) {
  const webhook = { scheme: 'github', secrets: ['a webhook secret of the tests'] };
  const rules = Array.from({ length: 2_000 }, (_, n) => ({ match: { exact: `/${version}/${n}` }, webhook }));
  const type = { '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener' };
  const resource = { ...type, ...listener('main', [filter({ rules })], { routes: [direct(200)] }) };
  writeFileSync(`${path}.new`, JSON.stringify({ version_info: `${version}`, resources: [resource] }));
  // The proxy looks when a file is moved here.
  renameSync(`${path}.new`, path);
}

/** What an unsigned delivery gets, over a connection of its own: others stay with what was replaced. */
function statusOf(port, path) {
  return new Promise((resolve) => {
    const request = http.get({ host: '127.0.0.1', port, path, agent: false }, (response) => resolve(response.resume().statusCode));
    request.on('error', resolve);
  });
}

/** Waits until no replaced listener is left, and then for the workers' next look around. */
async function drained({ adminUrl }) {
  const draining = async () => Object.values(await counters(adminUrl, 'listener_manager.total_.*draining'));
  await until(async () => (await draining()).every((count) => count === 0), 'drained');
  await new Promise((resolve) => setTimeout(resolve, 1_200));
}

function resident(pid) {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4_096;
}
