// Keys that are fetched: one fetch for all workers, rotation, outages, requests that wait.
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { bootstrap, cluster, filter, listener } from '../../../scripts/envoy/bootstrap.mjs';
import { counters, startEnvoy } from '../../../scripts/envoy/server.mjs';
import { ask, bearer } from '../lib/http.mjs';
import { makeKey, sign, startIssuer } from '../lib/issuer.mjs';
import { answers, holds, same, until } from '../lib/trial.mjs';

export function remote(issuer, times = {}) {
  return {
    providers: {
      corp: { issuer: issuer.name, audience: ['api'], jwks: { uri: `${issuer.name}/keys`, cluster: 'issuer', ...times } },
    },
    rules: [
      { match: { prefix: '/optional' }, require: { allow_missing_or_failed: 'corp' } },
      { match: { prefix: '/' }, require: 'corp' },
    ],
    forward: { claim_headers: { sub: 'x-user-id' } },
  };
}

/** An Envoy of its own in front of an issuer, stopped at the end. */
async function withEnvoy(service, issuer, configuration, body, { concurrency = 2 } = {}) {
  const clusters = [cluster('service', service.port), cluster('issuer', issuer.port)];
  const envoy = await startEnvoy(bootstrap([listener('main', [filter(configuration)])], clusters), { concurrency });
  try {
    await body({ ...envoy, port: envoy.ports.main, get: (token, more) => ask(envoy.ports.main, '/x', { headers: [bearer(token)], ...more }) });
  } finally {
    envoy.child.kill('SIGKILL');
    await issuer.stop();
  }
}

export async function keys(report, service) {
  await prefetch(report, service);
  await rotation(report, service);
  await outageAtStart(report, service);
  await outageLater(report, service);
  await badAnswers(report, service);
  await discovery(report, service);
  await closedStreams(report, service);
}

async function prefetch(report, service) {
  const issuer = await startIssuer();
  await withEnvoy(service, issuer, remote(issuer), async ({ get, adminUrl }) => {
    await report.check('keys are fetched at the start, once for all workers', async () => {
      await until(() => issuer.asked > 0, 'a fetch without a request');
      const token = issuer.token();
      const all = await Promise.all(Array.from({ length: 100 }, () => get(token)));
      holds(all.every(({ status }) => status === 200), `statuses ${[...new Set(all.map(({ status }) => status))]}`);
      await sleep(600);
      same(issuer.asked, 1, 'fetches');
    });
    await report.check('fetches are counted', async () => {
      await until(async () => Object.entries(await counters(adminUrl, 'countersign_corp_jwks')).some(([name, value]) => name.endsWith('jwks_fetch_success') && value === 1), 'the counter');
    });
  }, { concurrency: 3 });
}

async function rotation(report, service) {
  const issuer = await startIssuer();
  await withEnvoy(service, issuer, remote(issuer), async ({ get }) => {
    const old = issuer.token();
    answers(await get(old), 200);
    const before = issuer.asked;
    await report.check('a new key is fetched for at once, and every request waits for one fetch', async () => {
      issuer.delay = 100;
      issuer.rotate('k2');
      const began = Date.now();
      const all = await Promise.all(Array.from({ length: 60 }, () => get(issuer.token())));
      holds(all.every(({ status }) => status === 200), `statuses ${all.map(({ status }) => status)}`);
      // Without the fetch at once it would be the end of the wait.
      holds(Date.now() - began < 4_000, `${Date.now() - began} ms`);
      await sleep(100);
      same(issuer.asked - before, 1, 'fetches');
      issuer.delay = 0;
    });
    await report.check('a withdrawn key is refused with the next set, also for known tokens', async () => {
      answers(await get(old), 200);
      issuer.rotate('k3', { withdraw: true });
      answers(await get(issuer.token()), 200);
      await until(async () => (await get(old)).status === 401, 'every worker refuses the old token');
      answers(await get(old), 401, 'ERR_JWKS_NO_MATCHING_KEY');
    });
    await report.check('invented key names reach the endpoint a few times only', async () => {
      const start = issuer.asked;
      const invented = makeKey('none');
      for (let n = 0; n < 200; n += 1) {
        answers(await get(sign({ ...invented, kid: `invented-${n}` }, issuer.claims())), 401, 'ERR_JWKS_NO_MATCHING_KEY');
      }
      // Four for each worker.
      holds(issuer.asked - start <= 8, `${issuer.asked - start} fetches`);
    });
  });
}

async function outageAtStart(report, service) {
  const issuer = await startIssuer();
  issuer.fault = (response) => response.writeHead(500).end();
  await withEnvoy(service, issuer, remote(issuer, { timeout_ms: 1_000 }), async ({ get, port }) => {
    await report.check('no keys yet: 503 with Retry-After and no challenge', async () => {
      const refused = await get(issuer.token(), { headers: [bearer(issuer.token()), ['x-user-id', 'root']] });
      answers(refused, 503, 'ERR_JWKS_UNAVAILABLE');
      holds(Number(refused.headers['retry-after']) >= 1, 'Retry-After');
      same(refused.headers['www-authenticate'], undefined);
      answers(await ask(port, '/x'), 401, 'ERR_TOKEN_MISSING');
      answers(await get('a.b.c'), 401, 'ERR_JWT_INVALID');
    });
    await report.check('nobody is anybody during an outage', async () => {
      const answer = await ask(port, '/optional', { headers: [bearer(issuer.token()), ['x-user-id', 'root']] });
      answers(answer, 200);
      same([answer.json.headers['x-user-id'], answer.json.headers.authorization], [undefined, undefined]);
    });
    await report.check('the endpoint is not stormed while it fails', async () => {
      const before = issuer.asked;
      await Promise.all(Array.from({ length: 200 }, () => get(issuer.token())));
      holds(issuer.asked - before <= 12, `${issuer.asked - before} requests`);
    });
    await report.check('keys are found when the endpoint is back, without a restart', async () => {
      issuer.fault = undefined;
      await until(async () => (await get(issuer.token())).status === 200, 'recovery');
    });
  });
}

async function outageLater(report, service) {
  const issuer = await startIssuer();
  const times = { cache_max_age_ms: 400, stale_while_revalidate_ms: 100, cooldown_ms: 300, stale_if_error_ms: 2_500, timeout_ms: 800 };
  await withEnvoy(service, issuer, remote(issuer, times), async ({ get }) => {
    await report.check('old keys serve while the endpoint fails, up to their limit', async () => {
      const token = issuer.token();
      answers(await get(token), 200);
      issuer.fault = (response) => response.destroy();
      const failing = Date.now();
      while (Date.now() - failing < 2_000) {
        answers(await get(token), 200);
        answers(await get(issuer.token()), 200);
        await sleep(50);
      }
      await until(async () => (await get(token)).status === 503, 'the limit');
      answers(await get(issuer.token()), 503, 'ERR_JWKS_UNAVAILABLE');
      issuer.fault = undefined;
      await until(async () => (await get(token)).status === 200, 'recovery');
    });
    await report.check('an endpoint that hangs holds nobody for longer than the limit', async () => {
      issuer.fault = () => {};
      issuer.rotate('k9');
      const began = Date.now();
      const { status } = await get(issuer.token());
      holds(status === 503 || status === 401, `status ${status}`);
      holds(Date.now() - began < 4_000, `${Date.now() - began} ms`);
    });
  });
}

async function badAnswers(report, service) {
  const faults = {
    'no JSON': [(response) => response.end('<html>'), 'ERR_JWKS_INVALID'],
    'no set': [(response) => response.end('{"a":1}'), 'ERR_JWKS_INVALID'],
    'too large': [(response) => response.end(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`), 'ERR_JWKS_INVALID'],
    'a redirect': [(response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), 'ERR_JWKS_INVALID'],
    'too slow': [() => {}, 'ERR_JWKS_TIMEOUT'],
  };
  // One Envoy for all, each behind a listener, with an issuer and a store of its own.
  const rows = await Promise.all(Object.entries(faults).map(async ([name, [fault, code]], n) => {
    const issuer = await startIssuer();
    issuer.fault = fault;
    return { name, code, issuer, id: `bad${n}` };
  }));
  const front = ({ id, issuer }) => listener(id, [filter(remote(issuer, { timeout_ms: 600, cluster: id }), { vmId: id })]);
  const clusters = rows.map(({ id, issuer }) => cluster(id, issuer.port));
  const envoy = await startEnvoy(bootstrap(rows.map(front), [cluster('service', service.port), ...clusters]));
  for (const { name, code, issuer, id } of rows) {
    await report.check(`an answer that cannot be used is 503: ${name}`, async () => {
      let answer;
      const get = () => ask(envoy.ports[id], '/x', { headers: [bearer(issuer.token())] });
      await until(async () => (answer = await get()).code === code, code).catch(() => {});
      answers(answer, 503, code);
    });
  }
  envoy.child.kill('SIGKILL');
  await Promise.all(rows.map(({ issuer }) => issuer.stop()));
}

async function discovery(report, service) {
  const issuer = await startIssuer();
  const configuration = remote(issuer);
  delete configuration.providers.corp.jwks.uri;
  await withEnvoy(service, issuer, configuration, async ({ get }) => {
    await report.check('keys are discovered from the issuer alone, once for all workers', async () => {
      answers(await get(issuer.token()), 200);
      await sleep(600);
      same(issuer.paths.toSorted(), ['/.well-known/openid-configuration', '/keys']);
    });
  });
}

async function closedStreams(report, service) {
  const issuer = await startIssuer();
  issuer.fault = () => {};
  await withEnvoy(service, issuer, remote(issuer, { timeout_ms: 5_000 }), async ({ port, get, adminUrl }) => {
    await report.check('requests that end while they wait leave nothing behind', async () => {
      const agent = new http.Agent({ maxSockets: 200 });
      for (let round = 0; round < 10; round += 1) {
        const waiting = Array.from({ length: 100 }, () => abandoned(port, issuer.token(), agent));
        await Promise.all(waiting);
      }
      agent.destroy();
      issuer.fault = undefined;
      await until(async () => (await get(issuer.token())).status === 200, 'recovery');
      const active = await counters(adminUrl, 'http.main.downstream_rq_active');
      same(Object.values(active), [0]);
    });
    await report.check('a body that comes while a request waits is held back with it', async () => {
      issuer.rotate('k5');
      issuer.delay = 300;
      const body = 'x'.repeat(100_000);
      const answer = await get(issuer.token(), { method: 'POST', chunks: [body, body], body: body });
      answers(answer, 200);
      same(answer.json.length, 300_000);
      issuer.rotate('large');
      const large = Array.from({ length: 40 }, () => body);
      const whole = await get(issuer.token(), { method: 'POST', chunks: large });
      answers(whole, 200);
      same(whole.json.length, 4_000_000, 'more than the proxy holds');
      issuer.rotate('k6');
      const before = service.seen;
      const refused = await get(sign(makeKey('k7'), issuer.claims()), { method: 'POST', chunks: [body, body] });
      answers(refused, 401, 'ERR_JWKS_NO_MATCHING_KEY');
      same(service.seen, before);
    });
  });
}

/** A request that its client gives up after a few milliseconds. */
function abandoned(port, token, agent) {
  return new Promise((resolve) => {
    const request = http.get({ port, host: '127.0.0.1', path: '/x', headers: { authorization: `Bearer ${token}` }, agent });
    request.on('error', resolve);
    request.on('response', resolve);
    setTimeout(() => request.destroy(), 5 + Math.random() * 20);
  });
}
