// Checks in a real workerd that Node cannot make: with and without Node's
// compatibility, under an old and the newest compatibility date of this workerd.
// Prints a row for each check and "N passed, N failed".
//   node tests/worker/run.mjs            all of them
//   node tests/worker/run.mjs 2024-01-01 only those whose name begins so
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fail, main, nodeTools, root, seconds, target, write } from '../../scripts/lib/tree.mjs';
import { install, installed } from '../../scripts/lib/suites.mjs';
import { withPrograms } from '../../scripts/demo/processes.mjs';
import { startWorker } from '../../scripts/demo/wrangler.mjs';
import { checksOf } from './checks.mjs';
import { startKeyServer } from './key-server.mjs';
import { audience, issuer, jwks, now, tokens, webhookSecret } from './tokens.mjs';

/** How long a check may take, in milliseconds. */
const PATIENCE = 60_000;

const tools = process.env.COUNTERSIGN_NODE_TOOLS ?? nodeTools;
const variants = ['2024-01-01', newestDate()]
  .flatMap((date) => [[], ['nodejs_compat']].map((flags) => ({ date, flags, name: [date, ...flags].join('-') })))
  .filter(({ name }) => name.startsWith(process.argv[2] ?? ''));

/** Verifier options of scenarios that need their own; times in milliseconds. */
const scenarios = {
  stall: { timeoutDuration: 1_000 },
  // The lease is two seconds all the same.
  'stallFirst.deserted': { timeoutDuration: 60_000 },
  'stallFirst.impatient': { timeoutDuration: 60_000 },
  // Aged as soon as they are there.
  errorLater: { cacheMaxAge: 10, staleWhileRevalidate: 0 },
  'errorLater.brief': { cacheMaxAge: 10, staleWhileRevalidate: 0, staleIfError: 0 },
  // Due for renewal after four seconds, and good for four more.
  stallLater: { cacheMaxAge: 8_000, staleWhileRevalidate: 4_000 },
};

await main(() =>
  withPrograms(async (interrupted) => {
    const began = process.hrtime.bigint();
    if (process.env.COUNTERSIGN_INSTALLED === undefined) install();
    const keys = await startKeyServer(jwks);
    try {
      const workers = await Promise.all(variants.map((variant) => launch(variant, keys)));
      let failed = 0;
      let passed = 0;
      for (const worker of workers) {
        const outcome = await examine(worker, interrupted);
        passed += outcome.passed;
        failed += outcome.failed;
      }
      console.log(`\n${passed} passed, ${failed} failed (${seconds(began)} s)`);
      if (failed > 0) process.exitCode = 1;
    } finally {
      keys.stop();
    }
  }),
);

/** A folder of its own for each variant: the fixture, what it has to know, and the package. */
async function launch({ date, flags, name }, keys) {
  const folder = join(target, 'worker-tests', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, 'tests/worker/fixture'), folder, { recursive: true });
  cpSync(join(process.env.COUNTERSIGN_INSTALLED ?? installed, 'node_modules'), join(folder, 'node_modules'), { recursive: true });
  const config = { issuer, audience, jwks, tokens, now, webhookSecret, scenarios, keysUrl: `${keys.url}/${name}` };
  write(join(folder, 'config.js'), `export default ${JSON.stringify(config)};\n`);
  write(join(folder, 'wrangler.json'), JSON.stringify(settings(date, flags)));
  const { url } = await startWorker(folder, { name: 'test' });
  return { name, url, keys, run: name, date };
}

function settings(date, flags) {
  return {
    name: 'countersign-tests',
    main: 'index.js',
    compatibility_date: date,
    compatibility_flags: flags,
    kv_namespaces: [{ binding: 'SNAPSHOTS', id: 'snapshots' }],
  };
}

async function examine(worker, interrupted) {
  console.log(`\nworkerd ${worker.name}`);
  let passed = 0;
  const rows = checksOf(worker);
  for (const [name, expected, check] of rows) {
    const began = process.hrtime.bigint();
    const outcome = check().catch((error) => `${error.name}: ${error.message}`);
    const late = sleep(PATIENCE, `nothing in ${PATIENCE / 1_000} s`, { ref: false });
    const came = await Promise.race([outcome, late, interrupted]);
    const good = came === expected;
    passed += good ? 1 : 0;
    console.log(`  ${good ? 'ok  ' : 'FAIL'} ${name}: ${good ? expected : `expected ${expected}, came ${came}`} (${seconds(began)} s)`);
  }
  return { passed, failed: rows.length - passed };
}

/** The date of the installed workerd (1.YYYYMMDD.n) is the newest that it knows. */
function newestDate() {
  const { version } = JSON.parse(readFileSync(join(tools, 'node_modules/workerd/package.json'), 'utf8'));
  const [, year, month, day] = /^1\.(\d{4})(\d{2})(\d{2})\./.exec(version) ?? fail(`workerd ${version}: no date in it`);
  return `${year}-${month}-${day}`;
}
