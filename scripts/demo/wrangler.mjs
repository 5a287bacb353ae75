// `wrangler dev`: a Worker in a real workerd on this machine, and nothing beyond it.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, nodeTools } from '../lib/tree.mjs';
import { start } from './processes.mjs';

const pinned = join(process.env.COUNTERSIGN_NODE_TOOLS ?? nodeTools, 'node_modules/wrangler/bin/wrangler.js');

/**
 * Starts the Worker in `folder`; `name` tells runs in the same folder apart. Port 0 is any free one.
 * `program` is another wrangler's, `node` the Node that runs it.
 */
export async function startWorker(folder, { name, port = 0, parameters = [], program = pinned, node = process.execPath }) {
  const own = join(folder, '.wrangler', name);
  const placement = ['--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0', '--inspector-ip', '127.0.0.1'];
  const service = await start(
    `wrangler dev (${name})`,
    node,
    [program, 'dev', ...placement, '--persist-to', join(own, 'state'), '--show-interactive-dev-session=false', ...parameters],
    {
      cwd: folder,
      env: {
        WRANGLER_SEND_METRICS: 'false',
        WRANGLER_SEND_ERROR_REPORTS: 'false',
        WRANGLER_HIDE_BANNER: 'true',
        WRANGLER_LOG_PATH: join(own, 'logs'),
        WRANGLER_REGISTRY_PATH: join(own, 'registry'),
        WRANGLER_CACHE_DIR: join(own, 'cache'),
        XDG_CONFIG_HOME: join(own, 'config'),
        // It would ask the network where this machine is, to fill in `request.cf`.
        CLOUDFLARE_CF_FETCH_ENABLED: 'false',
        NO_COLOR: '1',
      },
      ready: (line) => /Ready on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1],
    },
  );
  await answering(service.value);
  return { ...service, url: service.value };
}

/** Waits until the Worker itself answers: wrangler says it is ready a little before. */
async function answering(url) {
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    const response = await fetch(url).catch(() => undefined);
    if (response !== undefined && response.status < 500) return void (await response.arrayBuffer());
    await sleep(50);
  }
  throw new Failure(`${url} does not answer`);
}
