import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { countersign, data, outcomes } from './command.mjs';

/** HelloJohn as far as the doctor looks. */
async function provider({ late = 0, key = 'sk_good' } = {}) {
  const server = createServer((request, response) => {
    response.sendDate = false;
    const send = (status, value) => {
      response.writeHead(status, { 'content-type': 'application/json', date: new Date(Date.now() - late * 1000).toUTCString() });
      response.end(JSON.stringify(value));
    };
    if (request.url === '/.well-known/jwks.json') return send(200, keys);
    if (!request.url.includes('/users')) return send(404, {});
    const known = Object.values(request.headers).some((value) => String(value).includes(key));
    return known ? send(200, { data: [], has_more: false }) : send(401, { error: { code: 'invalid_api_key', message: 'no' } });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.closeAllConnections() ?? server.close());
  return { HJ_API_URL: `http://127.0.0.1:${server.address().port}/v1`, HELLOJOHN_TENANT_ID: 'tnt_1', HJ_SECRET_KEY: 'sk_good' };
}
const eddsa = await (await import('countersign/testing')).createIssuer({ algorithm: 'EdDSA' });
const keys = eddsa.jwks();

test('the doctor finds nothing wrong with a good deployment', async () => {
  const result = await countersign(['doctor', 'hellojohn', '--json'], { env: { ...(await provider()), WEBHOOK_SECRET: 'whsec_x' } });
  assert.deepEqual([result.code, data(result).healthy], [0, true], result.stdout);
  assert.ok(Object.values(outcomes(result)).every((outcome) => outcome === 'passed'), result.stdout);
  assert.ok(!/sk_good|whsec_x/.test(result.stdout), 'a secret is printed');
});

test('the doctor finds a missing tenant, a wrong key and a wrong clock', async () => {
  const { HELLOJOHN_TENANT_ID: _, ...untold } = await provider();
  const missing = await countersign(['doctor', 'hellojohn', '--json'], { env: untold });
  assert.deepEqual([missing.code, outcomes(missing).tenant], [1, 'failed']);
  const wrong = await countersign(['doctor', 'hellojohn', '--json'], { env: { ...(await provider()), HJ_SECRET_KEY: 'sk_canary' } });
  assert.deepEqual([wrong.code, outcomes(wrong)['a call with the credential']], [1, 'failed']);
  assert.ok(!wrong.stdout.includes('canary'), 'the key is printed');
  const late = await countersign(['doctor', 'hellojohn', '--json'], { env: await provider({ late: 300 }) });
  assert.deepEqual([late.code, outcomes(late).clock], [1, 'failed']);
  const slightly = await countersign(['doctor', 'hellojohn', '--json'], { env: await provider({ late: 20 }) });
  assert.deepEqual([slightly.code, outcomes(slightly).clock], [0, 'warning']);
});

test('the doctor finds a provider that is not there', async () => {
  const result = await countersign(['doctor', 'hellojohn', '--tenant-id', 'tnt_1', '--api-url', 'http://127.0.0.1:9/v1']);
  assert.equal(result.code, 1);
  assert.match(result.stdout, /✗ keys +ERR_JWKS_UNAVAILABLE/);
  assert.equal((await countersign(['doctor', 'nobody'])).code, 2);
  assert.equal((await countersign(['doctor'])).code, 2);
});

test('beside a provider, no check of a token is dropped in silence', async () => {
  const { HJ_API_URL: url } = await provider();
  const now = Math.floor(Date.now() / 1000);
  const token = await eddsa.sign({ iss: url.slice(0, -3), aud: 'tnt_1', tenant_id: 'tnt_1', sub: 'usr_1', email: 'a@b.c', role: 'user', iat: now - 200, exp: now + 200 });
  const words = ['verify', token, '--provider', 'hellojohn', '--tenant-id', 'tnt_1', '--api-url', url.slice(0, -3)];
  const judged = await countersign([...words, '--clock-tolerance', '10s']);
  assert.equal(judged.code, 0, judged.stderr);
  const checks = [
    ['--audience', 'another'],
    ['--any-audience'],
    ['--issuer', 'https://other.example'],
    ['--max-token-age', '1s'],
    ['--typ', 'at+jwt'],
    ['--algorithm', 'RS256'],
    ['--jwks', 'nope.json'],
    ['--jwks-uri', 'https://other.example/jwks'],
    ['--key', 'nope.json'],
    ['--secret-env', 'NOPE'],
    ['--secret-file', 'nope'],
    ['--auth-url', 'https://other.example'],
  ];
  for (const check of checks) {
    const { code, stdout, stderr } = await countersign([...words, ...check]);
    assert.deepEqual([code, stdout], [2, ''], check[0]);
    assert.ok(stderr.startsWith(`✗ ${check[0]} `), stderr);
  }
});

/** The emulator, which speaks all of them; it ends with its standard input. */
async function emulator() {
  const child = spawn(process.env.COUNTERSIGN_EMULATOR, ['--port', '0', '--exit-with-stdin', '--log', 'off'], { stdio: ['pipe', 'pipe', 'ignore'] });
  after(() => child.stdin.end());
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line);
  throw new Error('the emulator did not start');
}
const { url, provider: ready } = await emulator();

/** How each provider is named by variables, and a token of it. */
const deployments = {
  justauthenticateme: ({ app_id, base_url }) => ({ JUSTAUTHENTICATEME_APP_ID: app_id, JUSTAUTHENTICATEME_BASE_URL: base_url }),
  nicelogin: ({ api_key, api_secret, base_url, company_id }) => ({
    NICELOGIN_API_KEY: api_key,
    NICELOGIN_API_SECRET: api_secret,
    NICELOGIN_BASE_URL: base_url,
    NICELOGIN_COMPANY_ID: company_id,
  }),
  propelauth: ({ auth_url, api_url, api_key, webhook_secret }) => ({
    PROPELAUTH_AUTH_URL: auth_url,
    PROPELAUTH_API_URL: api_url,
    PROPELAUTH_API_KEY: api_key,
    PROPELAUTH_WEBHOOK_SECRET: webhook_secret,
  }),
};

for (const [name, variables] of Object.entries(deployments)) {
  const env = variables(ready[name]);
  test(`the doctor finds ${name} well, and what is missing of it`, async () => {
    const good = await countersign(['doctor', name, '--json'], { env });
    assert.deepEqual([good.code, data(good).healthy], [0, true], good.stdout);
    assert.ok(Object.values(outcomes(good)).every((outcome) => outcome === 'passed'), good.stdout);
    for (const value of Object.values(env)) assert.ok(!good.stdout.includes(value), `${value} is printed`);
    const bare = await countersign(['doctor', name, '--json']);
    assert.equal(bare.code, 1);
    assert.equal(data(bare).checks.find(({ check }) => check === 'options').code, 'ERR_CONFIG_INVALID');
  });

  test(`a token of ${name} is verified`, async () => {
    const answer = await fetch(`${url}/__emulator/${name}/mint`, { method: 'POST', body: JSON.stringify({ user: 'alice@example.com' }) });
    const minted = await answer.json();
    const verified = await countersign(['verify', '--provider', name, '--json'], { env, input: minted.token ?? minted.access_token });
    assert.deepEqual([verified.code, data(verified).accepted], [0, true], verified.stdout + verified.stderr);
    const refused = await countersign(['verify', '--provider', name, '--json'], { env, input: 'a.b.c' });
    assert.deepEqual([refused.code, data(refused).error.code], [1, 'ERR_JWT_INVALID']);
  });
}

test('a wrong credential is found by a call, and not printed', async () => {
  const env = { ...deployments.propelauth(ready.propelauth), PROPELAUTH_API_KEY: 'c'.repeat(64) };
  const result = await countersign(['doctor', 'propelauth', '--json'], { env });
  assert.deepEqual([result.code, outcomes(result)['a call with the credential']], [1, 'failed'], result.stdout);
  assert.ok(!result.stdout.includes('cccc'));
});

test('the options of one provider are not those of another', async () => {
  const result = await countersign(['doctor', 'propelauth', '--tenant-id', 'tnt_1']);
  assert.equal(result.code, 2);
  assert.match(result.stderr, /--tenant-id is no option of propelauth/);
});
