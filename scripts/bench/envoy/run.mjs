// What the filter costs Envoy beside its own: processor time per request of the
// Envoy process, all contestants in one process, in slices that take turns.
//   node scripts/bench/envoy/run.mjs           builds the module, then runs all of this
//     --quick                                  fewer and shorter slices
//     --check                                  fails when a ceiling is not kept
//     --only repeated,webhook                  some rows alone; then nothing is written
//   COUNTERSIGN_ENVOY_BUILT=yes                dist/countersign-envoy.wasm as it lies there
// Writes dist/bench-envoy.json. "by native" is the median, over the rounds, of the ratio of two
// slices of one round; Envoy's whole work for a request is in it, not the filter's alone.
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withPrograms } from '../../demo/processes.mjs';
import { buildModule, module } from '../../envoy/module.mjs';
import { startEnvoy } from '../../envoy/server.mjs';
import { fail, main, root, seconds, step, write } from '../../lib/tree.mjs';
import { makeKey, now, sign } from '../../../tests/envoy/lib/issuer.mjs';
import { load } from '../../../tests/envoy/lib/load.mjs';
import { alone, contestants, issuer } from './listeners.mjs';
import { median } from '../statistics.mjs';

const flags = { quick: { type: 'boolean', default: false }, check: { type: 'boolean', default: false }, only: { type: 'string' } };
const { quick, check, only } = parseArgs({ options: flags }).values;
const settings = quick ? { rounds: 5, requests: 1_000 } : { rounds: 31, requests: 2_000 };
const connections = 8;
const secret = 'a webhook secret of the bench';
const algorithms = ['RS256', 'ES256', 'EdDSA'];
const keys = Object.fromEntries(algorithms.map((name) => [name, makeKey(name, name)]));
const jwks = { keys: Object.values(keys).map(({ jwk }) => jwk) };

/** Rows: a title, what is sent, who takes part, and what ours may cost beside which of them. */
const rows = [
  { id: 'repeated', title: 'One token again and again (ES256)', requests: () => [withToken(token('ES256'))], names: ['none', 'native-cached', 'native-default', 'ours-cached'], ceilings: [['native-cached', 1.3], ['native-default', 0.45]] },
  ...algorithms.map((algorithm) => ({
    id: `fresh-${algorithm}`,
    title: `6 000 different tokens in turn, no cache (${algorithm})`,
    requests: () => Array.from({ length: 6_000 }, (_, n) => withToken(token(algorithm, n))),
    names: ['none', 'native-default', 'ours-uncached'],
    ceilings: [['native-default', algorithm === 'RS256' ? 2.0 : 1.0]],
  })),
  { id: 'webhook', title: 'Webhook of 1 KB, beside the buffer filter', requests: () => [delivery()], names: ['native-buffer', 'ours-webhook'], ceilings: [['native-buffer', 1.8]] },
];

function token(algorithm, n = 0) {
  return sign(keys[algorithm], { iss: issuer, aud: 'api', sub: `user-${n}`, iat: now(), exp: now() + 3_600, email: `user-${n}@example.com`, roles: ['member'] });
}

const withToken = (text) => ({ bytes: `GET /x HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${text}\r\n\r\n`, status: 204 });

function delivery() {
  const body = JSON.stringify({ type: 'user.created', text: 'x'.repeat(980) });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return { bytes: `POST /x HTTP/1.1\r\nhost: a\r\nx-hub-signature-256: sha256=${signature}\r\ncontent-length: ${body.length}\r\n\r\n${body}`, status: 204 };
}

async function measure(envoy, { title, requests, names, ceilings }) {
  const mix = requests();
  const times = Object.fromEntries(names.map((name) => [name, []]));
  const slice = async (name) => {
    let at = 0;
    const before = cpu(envoy.pid);
    const next = () => mix[(at += 1) % mix.length];
    const wrong = await load(envoy.ports[name], { connections, count: settings.requests / connections, next });
    if (Object.keys(wrong).length > 0) fail(`${title}, ${name}: ${JSON.stringify(wrong)}`);
    return (cpu(envoy.pid) - before) / settings.requests / 1_000;
  };
  for (const name of names) await slice(name);
  for (let round = 0; round < settings.rounds; round += 1) {
    for (const name of round % 2 ? names : names.toReversed()) times[name].push(await slice(name));
  }
  const ours = times[names.at(-1)];
  const judged = ceilings.map(([beside, atMost]) => {
    const ratio = median(ours.map((time, n) => time / times[beside][n]));
    return { beside, atMost, ratio, met: ratio <= atMost };
  });
  console.log(`\n${title}`);
  for (const name of names) console.log(`  ${name.padEnd(16)} ${median(times[name]).toFixed(1).padStart(8)} µs of processor time`);
  for (const { beside, atMost, ratio, met } of judged) console.log(`  ours is ${ratio.toFixed(2)}x ${beside}   ${met ? 'ceiling met' : 'above'} (${atMost}x)`);
  return { title, microseconds: Object.fromEntries(names.map((name) => [name, median(times[name])])), judged };
}

/** Nanoseconds on a processor so far, over all threads. */
function cpu(pid) {
  const tasks = `/proc/${pid}/task`;
  const spent = readdirSync(tasks).map((task) => Number(readFileSync(join(tasks, task, 'schedstat'), 'utf8').split(' ')[0]));
  return spent.reduce((sum, value) => sum + value, 0);
}

/** Bytes that a worker more needs, with the filter and net of Envoy's own. */
async function memoryPerWorker() {
  const resident = async (withFilter, concurrency) => {
    const envoy = await startEnvoy(alone(jwks, withFilter), { concurrency });
    const mix = [withToken(token('ES256')), withToken(token('EdDSA'))];
    let at = 0;
    await load(envoy.ports.one, { connections: concurrency * 8, count: 50, next: () => mix[(at += 1) % 2] });
    const pages = Number(readFileSync(`/proc/${envoy.pid}/statm`, 'utf8').split(' ')[1]);
    envoy.child.kill('SIGKILL');
    return pages * 4096;
  };
  const grown = async (withFilter) => (await resident(withFilter, 8)) - (await resident(withFilter, 2));
  return ((await grown(true)) - (await grown(false))) / 6;
}

await main(() =>
  withPrograms(async () => {
    const began = process.hrtime.bigint();
    if (process.env.COUNTERSIGN_ENVOY_BUILT === undefined) await buildModule();
    const envoy = await step('Start Envoy with every contestant', () => startEnvoy(contestants(jwks, secret)));
    const results = [];
    const wanted = only?.split(',') ?? rows.map(({ id }) => id);
    for (const row of rows) if (wanted.includes(row.id)) results.push({ id: row.id, ...(await measure(envoy, row)) });
    envoy.child.kill('SIGKILL');
    if (only) return;
    const perWorker = await memoryPerWorker();
    const figures = [
      { id: 'bytes per further worker', value: Math.round(perWorker), atMost: 1_500_000 },
      { id: 'bytes of the module', value: statSync(module).size, atMost: 350_000 },
    ].map((figure) => ({ ...figure, met: figure.value <= figure.atMost }));
    console.log('');
    for (const { id, value, atMost, met } of figures) console.log(`  ${id.padEnd(28)} ${value.toLocaleString('en').padStart(12)}   ${met ? 'ceiling met' : 'above'} (${atMost.toLocaleString('en')})`);
    write(join(root, 'dist/bench-envoy.json'), `${JSON.stringify({ date: new Date().toISOString(), rows: results, figures }, null, 1)}\n`);
    const above = [...results.flatMap(({ judged }) => judged), ...figures].filter(({ met }) => !met).length;
    console.log(`\nceilings: ${above} above (${seconds(began)} s)`);
    if (above > 0 && check) fail('a ceiling is not kept');
  }),
);
