// The example Worker in a real workerd, against the emulator: signs in, uses and
// abuses tokens, webhooks and the user API, and prints what was expected and what
// came; then, in a second Worker, a token, a call and a webhook of every other provider.
// Ends with status 1 when one differs. Nothing leaves this machine.
//   node scripts/demo.mjs           run every step and stop
//   node scripts/demo.mjs --serve   stay, with the playground page, until Ctrl-C
import { existsSync } from 'node:fs';
import { fail, main, step } from './lib/tree.mjs';
import { tarball as packed } from './lib/suites.mjs';
import { Interrupted, withPrograms } from './demo/processes.mjs';
import { servePlayground } from './demo/playground.mjs';
import { groups } from './demo/steps.mjs';
import { Table } from './demo/table.mjs';
import { freePort, installExample, startProvider, startWorkers, worldOf } from './demo/world.mjs';

const tarball = process.env.COUNTERSIGN_TARBALL ?? packed;

const serving = process.argv.includes('--serve');

await main(async () => {
  if (!existsSync(tarball)) fail(`${tarball} is missing: make package`);
  try {
    await withPrograms(serving ? serve : demonstrate);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    console.log('stopped');
    process.exitCode = serving ? 0 : 1;
  }
});

async function demonstrate(interrupted) {
  const world = await setUp();
  const differing = await step('Drive the Worker', () => drive(world, interrupted));
  if (differing > 0) process.exitCode = 1;
}

async function setUp() {
  await step('Install the package into a copy of the example', () => installExample(tarball));
  const port = await freePort();
  const emulator = await step('Start the emulator', () => startProvider(port));
  const workers = await step('Start the Workers in workerd', () => startWorkers(port));
  return worldOf(emulator, workers);
}

/** Runs the steps in their order; how many did not come out as expected. */
async function drive(world, interrupted) {
  const table = new Table(Object.values(groups).flat());
  for (const [title, steps] of Object.entries(groups)) {
    table.group(title);
    for (const one of steps) table.row(one, await Promise.race([outcomeOf(one, world), interrupted]));
  }
  return table.end();
}

/** A step that throws has an outcome, too. */
async function outcomeOf({ run }, world) {
  try {
    return await run(world);
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
}

async function serve(interrupted) {
  const world = await setUp();
  const playground = await servePlayground(world);
  tell(world, playground);
  try {
    await interrupted;
  } finally {
    playground.close();
  }
}

function tell({ emulator, url, othersUrl }, playground) {
  const { alice, bob } = emulator.users;
  const people = [alice, bob].map(({ email, password, role }) => `${email} ${password} (${role})`);
  console.log(`
playground  ${playground.url}
worker      ${url}   GET /me, /admin, /users; POST /webhooks/hellojohn
providers   ${othersUrl}   GET /{provider}/me; POST /{provider}/call, /propelauth/webhook
emulator    ${emulator.api_url}   controls below ${emulator.url}/__emulator
users       ${people.join('\n            ')}

Ctrl-C stops everything.`);
}
