// Replay stores and snapshots of keys where they really live: in memory, in a redis-server by both
// of its clients, and in workerd's Durable Objects, KV and Cache API.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisServer } from '../../scripts/lib/redis.mjs';
import { main, seconds } from '../../scripts/lib/tree.mjs';
import { start, withPrograms } from '../../scripts/demo/processes.mjs';
import { startWorker } from '../../scripts/demo/wrangler.mjs';
import { stage, staged } from './stage.mjs';

await main(() =>
  withPrograms(async (interrupted) => {
    const world = await stage();
    const { checksInNode } = await import(join(staged, 'node.mjs'));
    const { checksOfWorker } = await import(join(staged, 'worker-checks.mjs'));
    const sockets = mkdtempSync(join(tmpdir(), 'countersign-'));
    const total = { passed: 0, failed: 0 };
    try {
      const redis = await startRedis(join(sockets, 'redis'));
      const { rows, close } = await checksInNode(world, redis);
      await examine('Node', rows, total, interrupted).finally(close);
      const { url } = await startWorker(join(staged, 'worker'), { name: 'stores' });
      await examine('workerd', checksOfWorker(world, url), total, interrupted);
    } finally {
      rmSync(sockets, { recursive: true, force: true });
    }
    console.log(`\n${total.passed} passed, ${total.failed} failed`);
    process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
  }),
);

/** On a socket file, so that no port is taken; nothing is written to disk. */
async function startRedis(path) {
  const { program, env } = await redisServer();
  const settings = ['--port', '0', '--unixsocket', path, '--save', '', '--appendonly', 'no', '--dir', tmpdir()];
  await start('redis-server', program, settings, { env, ready: (line) => (/ready to accept connections/i.test(line) ? true : undefined) });
  return path;
}

async function examine(name, rows, total, interrupted) {
  const began = process.hrtime.bigint();
  const before = total.passed;
  for (const [label, expected, check] of rows) {
    const came = await Promise.race([check().catch((error) => `${error.name}: ${error.message}`), interrupted]);
    total[came === expected ? 'passed' : 'failed'] += 1;
    console.log(`  ${came === expected ? 'ok  ' : 'FAIL'} ${name}, ${label}: ${came === expected ? expected : `expected ${expected}, came ${came}`}`);
  }
  console.log(`${name}: ${total.passed - before} of ${rows.length} (${seconds(began)} s)`);
}
