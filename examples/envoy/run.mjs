// Envoy with the filter, the emulator behind it, and a service that says who it takes
// the caller for. Prints requests with what was expected and what came, and stops.
//   node examples/envoy/run.mjs            needs Rust, Node and Python; brings the rest
//   node examples/envoy/run.mjs --serve    stays until Ctrl-C, for requests of your own
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { startEmulator } from '../../scripts/demo/emulator.mjs';
import { Interrupted, withPrograms } from '../../scripts/demo/processes.mjs';
import { Table } from '../../scripts/demo/table.mjs';
import { buildModule, module } from '../../scripts/envoy/module.mjs';
import { startEnvoy } from '../../scripts/envoy/server.mjs';
import { buildEmulator } from '../../scripts/lib/suites.mjs';
import { main, step } from '../../scripts/lib/tree.mjs';

const example = new URL('hellojohn.yaml', import.meta.url);

async function show(interrupted) {
  const service = await startService();
  const emulator = await step('Start the emulator', () => startEmulator({ webhookUrl: 'http://127.0.0.1:1/' }));
  const envoy = await step('Start Envoy', () => startEnvoy(adapted(emulator, service.port)));
  const url = `http://127.0.0.1:${envoy.ports.main}`;
  const table = new Table(steps);
  for (const one of steps) table.row(one, await Promise.race([one.run(url, emulator).catch(String), interrupted]));
  if (table.end() > 0) process.exitCode = 1;
  if (process.argv.includes('--serve')) {
    console.log(`\ncurl -H "Authorization: Bearer ${await emulator.mint({})}" ${url}/me\nStops on Ctrl-C.`);
    await interrupted;
  }
  service.stop();
}

/** The example's text with what differs in every run: ports, tenant, secret, the module's place. */
function adapted(emulator, servicePort) {
  const { port, host } = new URL(emulator.url);
  const changes = [
    ['port_value: 9901', 'port_value: 0'],
    ['port_value: 10000', 'port_value: 0'],
    ['port_value: 3000', `port_value: ${servicePort}`],
    ['port_value: 4000', `port_value: ${port}`],
    ['127.0.0.1:4000', host],
    ['tnt_1', emulator.tenant_id],
    ['replace-me', emulator.webhook_secret],
    ['countersign-envoy.wasm', module],
  ];
  return changes.reduce((text, [from, to]) => text.replaceAll(from, to), readFileSync(example, 'utf8'));
}

/** A service that trusts the proxy's headers and nothing else. */
async function startService() {
  const server = http.createServer(({ headers }, response) => {
    const who = headers['x-user-id'] ? `${headers['x-user-role'] ?? 'no role'}` : 'nobody';
    response.end(headers.authorization ? `${who}, and a token` : who);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, stop: () => server.closeAllConnections() || server.close() };
}

const ask = (path, more = {}, headers = {}) => async (url) => outcome(await fetch(`${url}${path}`, { ...more, headers }));

const withToken = (path, order, headers = {}) => async (url, emulator) =>
  outcome(await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${await emulator.mint(order)}`, ...headers } }));

const webhook = (order, spoil = (body) => body) => async (url, emulator) => {
  const { headers, body } = await emulator.sign({ body: { id: 'evt_1', type: 'user.created', data: {} }, ...order });
  return outcome(await fetch(`${url}/webhooks/hellojohn`, { method: 'POST', headers, body: spoil(body) }));
};

/** Status, and the code or what the service said. */
async function outcome(response) {
  const text = await response.text();
  try {
    return `${response.status} ${JSON.parse(text).code}`;
  } catch {
    return `${response.status} ${text}`;
  }
}

const rotated = async (url, emulator) => {
  await emulator.control('POST', 'keys/rotate', { grace: true });
  return withToken('/me', {})(url, emulator);
};

const steps = [
  { name: 'Open route, no token', expected: '200 nobody', run: ask('/health') },
  { name: 'Protected route, no token', expected: '401 ERR_TOKEN_MISSING', run: ask('/me') },
  { name: "Protected route, Alice's token", expected: '200 admin', run: withToken('/me', {}) },
  { name: "Admin route, Alice's token", expected: '200 admin', run: withToken('/admin/users', {}) },
  { name: "Admin route, Bob's token", expected: '403 ERR_FORBIDDEN', run: withToken('/admin/users', { user: 'bob' }) },
  { name: 'Optional route, no token', expected: '200 nobody', run: ask('/public') },
  { name: 'Optional route, bad token', expected: '401 ERR_JWT_INVALID', run: ask('/public', {}, { authorization: 'Bearer a.b.c' }) },
  { name: 'A client sends x-user-id itself', expected: '200 nobody', run: ask('/health', {}, { 'x-user-id': 'root', 'x-user-role': 'admin' }) },
  { name: 'Expired token', expected: '401 ERR_JWT_EXPIRED', run: withToken('/me', { expires_in: -60 }) },
  { name: 'Token of another tenant', expected: '401 ERR_JWT_CLAIM_VALIDATION_FAILED', run: withToken('/me', { tenant: 'tnt_other' }) },
  { name: 'Signature tampered with', expected: '401 ERR_JWS_SIGNATURE_VERIFICATION_FAILED', run: withToken('/me', { tamper: 'signature' }) },
  { name: 'alg "none"', expected: '401 ERR_JOSE_ALG_NOT_ALLOWED', run: withToken('/me', { tamper: 'alg_none' }) },
  { name: 'Path with two readings', expected: '400 ERR_PATH_AMBIGUOUS', run: withToken('/health//admin', {}) },
  { name: 'Token of a key that is one second old', expected: '200 admin', run: rotated },
  { name: 'Signed webhook', expected: '200 nobody', run: webhook({}) },
  { name: 'Webhook with another body', expected: '400 ERR_WEBHOOK_SIGNATURE_INVALID', run: webhook({}, (body) => `${body} `) },
  { name: 'Webhook of an hour ago', expected: '400 ERR_WEBHOOK_TIMESTAMP_EXPIRED', run: webhook({ timestamp: Math.floor(Date.now() / 1000) - 3_600 }) },
];

await main(async () => {
  if (process.env.COUNTERSIGN_EMULATOR === undefined) await step('Build the emulator', buildEmulator);
  await buildModule();
  try {
    await withPrograms(show);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  }
});
