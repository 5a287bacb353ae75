// Starts every framework with the packed package, sends real requests, and compares status, body,
// challenge and where the token lands. Then runs each of the examples as its users do.
//   node tests/frameworks/run.mjs            all
//   node tests/frameworks/run.mjs hono next  only these
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { withPrograms } from '../../scripts/demo/processes.mjs';
import { main, seconds } from '../../scripts/lib/tree.mjs';
import { tokenChecks, webhookChecks } from './checks.mjs';
import { exampleChecks } from './examples.mjs';
import { startHonoWorker, honoWorkerChecks } from './hono-worker.mjs';
import { startNext, nextChecks } from './next.mjs';
import { stage, staged } from './stage.mjs';
import { typeChecks } from './types.mjs';

const inProcess = (name) => async () => (await import(pathToFileURL(join(staged, `${name}.mjs`)))).start();

/** How each starts, and what it cannot do. */
const frameworks = {
  express: { start: inProcess('express'), quirks: { raw: true, kept: true, parsed: true, provider: true } },
  express4: { start: inProcess('express4'), quirks: { raw: true, kept: true, parsed: true, provider: true } },
  fastify: { start: inProcess('fastify') },
  hono: { start: inProcess('hono'), quirks: { parsed: true } },
  'hono-workerd': { start: startHonoWorker, quirks: { parsed: true, proxied: true }, more: honoWorkerChecks },
  koa: { start: inProcess('koa'), quirks: { raw: true, parsed: true } },
  // Next.js makes a `Request` of what Node keeps, which is the first field.
  next: { start: startNext, quirks: { firstOnly: true, ownErrors: true }, prefix: '/fixture', more: nextChecks },
};
const examples = ['express', 'fastify', 'hono', 'koa'];

await main(() => withPrograms(run));

async function run(interrupted) {
  const wanted = (name) => process.argv.length === 2 || process.argv.includes(name);
  const world = await stage();
  const total = { passed: 0, failed: 0 };
  for (const [name, { start, quirks, prefix = '', more }] of Object.entries(frameworks).filter(([name]) => wanted(name))) {
    const { url, stop } = await start(world);
    try {
      const own = more === undefined ? [] : more(url, world);
      await examine(name, [...tokenChecks(url + prefix, world, quirks), ...webhookChecks(url + prefix, world, quirks), ...own], total, interrupted);
    } finally {
      await stop();
    }
  }
  if (wanted('mistakes')) {
    const { answers, mistakes } = await import(pathToFileURL(join(staged, 'mistakes.mjs')));
    await examine('mistakes', [...mistakes(), ...answers()], total, interrupted);
  }
  if (wanted('statuses')) {
    const { statuses } = await import(pathToFileURL(join(staged, 'statuses.mjs')));
    await examine('statuses', statuses(), total, interrupted);
  }
  for (const name of examples.filter(wanted)) await examine(`examples/${name}`, exampleChecks(name, world), total, interrupted);
  if (wanted('types')) await examine('types', typeChecks(), total, interrupted);
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}

async function examine(name, rows, total, interrupted) {
  const began = process.hrtime.bigint();
  const before = total.passed;
  for (const [label, expected, check] of rows) {
    const outcome = check().catch((error) => `${error.name}: ${error.message} ${error.cause ?? ''}`);
    const came = await Promise.race([outcome, interrupted]);
    total[came === expected ? 'passed' : 'failed'] += 1;
    if (came !== expected) console.log(`FAILED  ${name}, ${label}: expected ${expected}, came ${came}`);
  }
  console.log(`${name}: ${total.passed - before} of ${rows.length} (${seconds(began)} s)`);
}
