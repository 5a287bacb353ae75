import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countersign, provider, rejection, thrown } from './package.mjs';

const { hellojohn } = provider;

// Test vectors; the keys are for tests only.
const T1 =
  'eyJhbGciOiJFZERTQSIsImtpZCI6ImtleV90ZXN0X2EiLCJ0eXAiOiJKV1QifQ.' +
  'eyJzdWIiOiJ1c3JfMDFURVNUQUFBQTAwMDAwMSIsInNlc3Npb25faWQiOiJzZXNfMDFURVNUQUFBQTAwMDAwMSIsInRlbmFudF9pZCI6InRudF8wMVRFU1RBQUFBMDAwMDAxIiwib3JnX2lkIjoib3JnXzAxVEVTVEFBQUEwMDAwMDEiLCJyb2xlIjoiYWRtaW4iLCJtZmFfdmVyaWZpZWQiOnRydWUsImVtYWlsIjoiYWxpY2VAZXhhbXBsZS5jb20iLCJjdXN0b21fY2xhaW1zIjp7InBsYW4iOiJwcm8iLCJzZWF0cyI6NDJ9LCJpYXQiOjE3MDUzMTU4MDAsImV4cCI6MTcwNTMxOTQwMCwiaXNzIjoiaHR0cHM6Ly9hcGkuaGVsbG9qb2huLmRldiIsImF1ZCI6InRudF8wMVRFU1RBQUFBMDAwMDAxIn0.' +
  'dn1KEX7DbTU6XbXGAKonrGtMBCQ2-cPj8Mzwt9sbqKdR8ZuTC3H_HidedJX7zIwjTUKTr0vEll7iftCM3aIQAA';
const jwks = { keys: [{ kty: 'OKP', crv: 'Ed25519', kid: 'key_test_a', x: 'A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg' }] };
const options = { tenantId: 'tnt_01TESTAAAA000001', secretKey: 'sk_live_x', currentDate: new Date(1_705_316_000_000) };
const local = hellojohn({ ...options, jwks });

/** A client whose requests are answered in turn, and the requests it made. */
function scripted(...answers) {
  const requests = [];
  const fetch = async (request) => {
    const answer = answers.shift();
    requests.push({ request, url: request.url, headers: request.headers, body: await request.text() });
    return answer instanceof Response ? answer : Response.json(answer);
  };
  return { client: hellojohn({ ...options, fetch, maxRetries: 1 }), requests };
}

test('a token gives the user, synchronously and not', async () => {
  const user = await local.verifyToken(T1);
  assert.deepEqual(
    [user.sub, user.email, user.tenantId, user.role, user.customClaims, user.raw.org_id],
    ['usr_01TESTAAAA000001', 'alice@example.com', 'tnt_01TESTAAAA000001', 'admin', { plan: 'pro', seats: 42 }, 'org_01TESTAAAA000001'],
  );
  assert.deepEqual(local.verifyTokenSync(T1), user);
  assert.equal(local.verifier.verifySync(T1).payload.role, 'admin');
});

test('a refused token is an InvalidTokenError, a TokenError and a HelloJohnError', () => {
  const late = thrown(() => local.verifyTokenSync(T1, { currentDate: new Date(1_705_319_430_000) }));
  assert.deepEqual([late.name, late.code, late.providerCode], ['InvalidTokenError', 'ERR_JWT_EXPIRED', 'token_expired']);
  for (const type of [provider.InvalidTokenError, provider.HelloJohnError, countersign.TokenError, countersign.CountersignError]) {
    assert.ok(late instanceof type);
  }
  assert.ok(!(late instanceof provider.PermissionError));
});

test('a role that is not there is a PermissionError with 403', async () => {
  const user = await local.verifyToken(T1);
  local.requireRole(user, 'admin');
  local.requireOrgRole(user, 'admin');
  const error = thrown(() => local.requireRole(user, 'owner'));
  assert.ok(error instanceof provider.PermissionError);
  assert.deepEqual([error.code, error.status], ['ERR_FORBIDDEN', 403]);
});

test('keys are looked for in the second place when the first knows none', async () => {
  const { client, requests } = scripted(Response.json({}, { status: 404 }), jwks);
  await client.verifyToken(T1);
  assert.deepEqual(
    requests.map(({ url }) => url),
    ['https://api.hellojohn.dev/.well-known/jwks.json', 'https://api.hellojohn.dev/v1/jwks/tnt_01TESTAAAA000001'],
  );
});

test('a list is walked through page by page, with and without a second await', async () => {
  const pages = [
    { data: [{ id: 'a' }, { id: 'b' }], pagination: { has_more: true, next_cursor: 'c1' } },
    { data: [{ id: 'c' }], pagination: { has_more: false, next_cursor: null } },
  ];
  const { client, requests } = scripted(...pages, ...pages);
  const ids = [];
  for await (const { id } of client.users.list({ limit: 2 })) ids.push(id);
  for await (const { id } of await client.users.list({ limit: 2 })) ids.push(id);
  assert.deepEqual(ids, ['a', 'b', 'c', 'a', 'b', 'c']);
  assert.equal(requests[1].url, 'https://api.hellojohn.dev/v1/users?limit=2&cursor=c1');
});

test('requests carry key and tenant, follow no redirect, and encode ids', async () => {
  const { client, requests } = scripted({ id: 'x' });
  await client.users.get('a/b', { tenantId: 'tnt_y' });
  const [{ request, url, headers }] = requests;
  assert.equal(url, 'https://api.hellojohn.dev/v1/users/a%2Fb');
  assert.deepEqual([headers.get('authorization'), headers.get('x-tenant-id'), request.redirect], ['Bearer sk_live_x', 'tnt_y', 'manual']);
});

test("a retried POST keeps its idempotency key", async () => {
  const { client, requests } = scripted(Response.json({}, { status: 503 }), { id: 'n' });
  assert.equal((await client.users.create({ email: 'a@b.example', displayName: 'N' })).id, 'n');
  const [first, second] = requests.map(({ headers }) => headers.get('idempotency-key'));
  assert.match(first, /^[0-9a-f-]{36}$/);
  assert.equal(first, second);
  assert.equal(requests[0].body, '{"email":"a@b.example","name":"N"}');
});

test('errors of the API have their classes and parts', async () => {
  const missing = { error: { code: 'user_not_found', message: 'm', request_id: 'req_1' } };
  const { client } = scripted(Response.json(missing, { status: 404 }));
  const error = await rejection(client.users.get('x'));
  assert.ok(error instanceof provider.UserNotFoundError && error instanceof countersign.ApiError);
  assert.deepEqual([error.providerCode, error.requestId, error.providerStatus], ['user_not_found', 'req_1', 404]);
  assert.deepEqual(error.body, missing);
  assert.ok(!JSON.stringify(error).includes('"body"'));
  const limited = scripted(Response.json({ error: 'rate_limit_exceeded', retry_after: 99 }, { status: 429 }));
  assert.equal((await rejection(limited.client.users.get('x'))).retryAfter, 99);
});

test('redirects and unfit ids and parameters are refused', async () => {
  const away = new Response(null, { status: 302, headers: { location: 'https://evil.example' } });
  const { client, requests } = scripted(away);
  assert.equal((await rejection(client.users.get('x', {}, { maxRetries: 0 }))).code, 'ERR_TRANSPORT');
  for (const call of [() => client.users.get('..'), () => client.users.get(''), () => client.users.list({ nope: 1 })]) {
    assert.equal((await rejection(call())).code, 'ERR_CONFIG_INVALID');
  }
  assert.equal(requests.length, 1);
});

test('bytes, URLs and jobs of many requests come back as what they are', async () => {
  const gone = () => new Response(null, { status: 204 });
  const csv = new Response('a,b', { headers: { 'content-type': 'text/csv' } });
  const { client } = scripted(csv, { data: [{ id: 's1' }, { id: 's2' }] }, gone(), gone());
  assert.deepEqual(await client.auditLogs.export({ format: 'csv' }), { mediaType: 'text/csv', bytes: new TextEncoder().encode('a,b') });
  assert.deepEqual(await client.sessions.revokeAll('u1'), { revoked: 2 });
  const url = client.auth.oauthAuthorizeUrl('google', { redirectUri: 'https://a.example', state: 's', codeChallenge: 'c' });
  assert.match(url, /^https:\/\/api\.hellojohn\.dev\/v1\/auth\/oauth\/google\/authorize\?/);
});

test('a webhook verifies from its parts and from a request', async () => {
  const body =
    '{"id":"evt_01TESTEVT000001","type":"user.created","created_at":"2024-03-08T12:13:20Z","tenant_id":"tnt_01TESTAAAA000001","data":{"user":{"id":"usr_01TESTAAAA000001","email":"alice@example.com","name":"Zoë"}}}';
  const mac = '047a64fb017eb5ef03c5453eed215ec0baac9927b3a7b6e0280552f700f6113a';
  const secret = 'whsec_test_5f2b8c1d9e7a4630';
  const client = hellojohn({ ...options, currentDate: new Date(1_709_900_000_000), webhookSecret: secret });
  const parts = { payload: body, signature: `v1=${mac}`, timestamp: '1709900000' };
  assert.equal(client.verifyWebhook(parts).type, 'user.created');
  assert.equal(client.verifyWebhook({ ...parts, secret }).id, 'evt_01TESTEVT000001');
  const headers = { 'x-hellojohn-signature': `t=1709900000,v1=${mac}` };
  const event = await client.verifyWebhook(new Request('https://a.example', { method: 'POST', body, headers }));
  assert.deepEqual([event.data.user.name, event.event.secretIndex], ['Zoë', 0]);
  const forged = thrown(() => client.verifyWebhook({ ...parts, timestamp: '1709900001' }));
  assert.ok(forged instanceof provider.WebhookVerificationError && forged instanceof countersign.WebhookError);
  assert.equal(forged.providerCode, 'signature_mismatch');
});

test('a secret key in a browser is refused unless it is insisted on', () => {
  Object.assign(globalThis, { window: {}, document: {} });
  try {
    assert.match(thrown(() => hellojohn(options)).message, /^secretKey:/);
    hellojohn({ ...options, dangerouslyAllowBrowser: true });
    hellojohn({ tenantId: 't', publishableKey: 'pk_live_1' });
  } finally {
    delete globalThis.window;
    delete globalThis.document;
  }
});

test('environment variables stand in for options, and explicit ones win', () => {
  process.env.HJ_SECRET_KEY = 'pk_live_wrong';
  try {
    assert.match(thrown(() => hellojohn({ tenantId: 't' })).message, /^secretKey:/);
    hellojohn(options);
  } finally {
    delete process.env.HJ_SECRET_KEY;
  }
});
