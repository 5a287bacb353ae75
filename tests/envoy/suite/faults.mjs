// What goes wrong: configurations that are refused, and a module that traps.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap, cluster, filter, listener } from '../../../scripts/envoy/bootstrap.mjs';
import { module } from '../../../scripts/envoy/module.mjs';
import { refusal, startEnvoy } from '../../../scripts/envoy/server.mjs';
import { imports } from '../../../scripts/lib/wasm-file.mjs';
import { target } from '../../../scripts/lib/tree.mjs';
import { ask, bearer } from '../lib/http.mjs';
import { startIssuer } from '../lib/issuer.mjs';
import { trapping } from '../lib/trap.mjs';
import { answers, holds, same, until } from '../lib/trial.mjs';

export async function faults(report, service) {
  const issuer = await startIssuer();
  await report.check('the module imports nothing but the proxy', () => {
    const names = imports(readFileSync(module));
    holds(names.length > 10, 'there are imports');
    same(names.filter((name) => !name.startsWith('env.proxy_')), []);
  });
  await configurations(report, issuer);
  await traps(report, service, issuer);
  await issuer.stop();
}

const good = (issuer) => ({
  providers: { corp: { issuer: issuer.name, audience: 'api', jwks: { inline: issuer.jwks() } } },
  rules: [{ match: { prefix: '/' }, require: 'corp' }],
});

async function configurations(report, issuer) {
  // A few: every start of Envoy takes a second. The native tests hold the whole table.
  const wrong = {
    'providers.corp.audiance': (c) => (c.providers.corp.audiance = 'canary'),
    'providers.corp.jwks.cluster': (c) => (c.providers.corp.jwks = { uri: 'https://a.test/keys' }),
    'rules[0].require.roles': (c) => (c.rules[0].require = { provider: 'corp', roles: ['a'] }),
    'rules[0].webhook.secrets': (c) => (c.rules[0] = { match: { prefix: '/' }, webhook: { scheme: 'standard', secrets: ['canary'] } }),
  };
  for (const [field, spoil] of Object.entries(wrong)) {
    await report.check(`a wrong configuration is refused at load by its field: ${field}`, async () => {
      const configuration = good(issuer);
      spoil(configuration);
      const said = await refusal(bootstrap([listener('main', [filter(JSON.stringify(configuration))])], [cluster('service', 9)]));
      holds(said.includes(`countersign: configuration: ${field}:`), said.slice(-600));
      holds(!said.split('\n').some((line) => line.includes('countersign: configuration') && line.includes('canary')), 'a secret in the log');
    });
  }
  await report.check('a good configuration is not refused', async () => {
    same(await refusal(bootstrap([listener('main', [filter(good(issuer))])], [cluster('service', 9)])), 'OK');
  });
}

async function traps(report, service, issuer) {
  const file = join(target, 'envoy-runs/trapping.wasm');
  writeFileSync(file, trapping(readFileSync(module), 'proxy_on_request_trailers'));
  const trap = { chunks: ['x'], trailers: { 'x-trailer': '1' }, method: 'POST' };
  const named = (name, policy) => listener(name, [filter(good(issuer), { file, policy, vmId: name })]);
  const listeners = [named('reload', 'FAIL_RELOAD'), named('closed', 'FAIL_CLOSED')];
  const envoy = await startEnvoy(bootstrap(listeners, [cluster('service', service.port)]));
  const get = (port, more) => ask(port, '/x', { headers: [bearer(issuer.token())], ...more });
  await report.check('a trap never opens the gate, and FAIL_RELOAD serves again', async () => {
    const port = envoy.ports.reload;
    answers(await get(port), 200);
    const before = service.seen;
    const trapped = await get(port, trap).catch(() => ({ status: 0, text: '' }));
    holds(trapped.status === 0 || trapped.status >= 500, `status ${trapped.status}`);
    const next = await ask(port, '/x').catch(() => ({ status: 503 }));
    holds(next.status === 401 || next.status >= 500, `status ${next.status} without a token`);
    holds(service.seen - before <= 1, 'the trapped request alone may have begun');
    await until(async () => (await get(port).catch(() => ({}))).status === 200, 'serving again');
    same((await ask(port, '/x')).status, 401);
  });
  await report.check('without FAIL_RELOAD the gate stays shut', async () => {
    const port = envoy.ports.closed;
    answers(await get(port), 200);
    await get(port, trap).catch(() => undefined);
    for (let n = 0; n < 5; n += 1) {
      const { status } = await get(port).catch(() => ({ status: 503 }));
      holds(status >= 500, `status ${status}`);
    }
  });
  envoy.child.kill('SIGKILL');
}
