import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { countersign, thrown, workers } from './package.mjs';

const { createVerifier, createWebhookVerifier, memoryReplayStore } = countersign;
const { protect, webhook } = workers;
const SECRET = 'k'.repeat(32);
const exp = Math.floor(Date.now() / 1000) + 600;
const context = { waitUntil() {} };
const verifier = createVerifier({ secret: SECRET, audience: null, rolesClaim: 'realm.roles', scopesClaim: 'scope' });

function request(claims) {
  const segment = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${segment({ alg: 'HS256' })}.${segment({ exp, ...claims })}`;
  const token = `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`;
  return new Request('https://a.example', { headers: { authorization: `Bearer ${token}` } });
}
const bare = () => new Request('https://a.example');
const greet = (request, env, context, auth) => Response.json(auth?.payload.sub ?? 'nobody');

test('a guard demands any role and all scopes', async () => {
  const guarded = protect(verifier, { roles: ['admin', 'root'], scopes: ['a', 'b'] })(greet);
  const good = { sub: 'ada', realm: { roles: ['root'] }, scope: 'b c a' };
  assert.equal(await (await guarded(request(good), {}, context)).json(), 'ada');
  assert.equal((await guarded(request({ ...good, scope: 'a' }), {}, context)).status, 403);
  assert.equal((await guarded(request({ ...good, realm: {} }), {}, context)).status, 403);
  const missing = await guarded(bare(), {}, context);
  assert.deepEqual([missing.status, missing.headers.get('www-authenticate')], [401, 'Bearer']);
});

test('optional forgives a missing token and never a bad one', async () => {
  const open = protect(verifier, { optional: true })(greet);
  assert.equal(await (await open(bare(), {}, context)).json(), 'nobody');
  assert.equal((await open(new Request('https://a.example', { headers: { authorization: 'Bearer a.b.c' } }), {}, context)).status, 401);
});

test('a check of the caller refuses with 403, and a token may come from elsewhere', async () => {
  const checked = protect(verifier, { check: (auth) => auth.payload.sub === 'bob' })(greet);
  assert.equal((await checked(request({ sub: 'ada' }), {}, context)).status, 403);
  const token = request({ sub: 'ada' }).headers.get('authorization').slice(7);
  const cookie = protect(() => verifier, { token: (request) => request.headers.get('cookie') ?? undefined })(greet);
  assert.equal(await (await cookie(new Request('https://a.example', { headers: { cookie: token } }), {}, context)).json(), 'ada');
  assert.equal((await cookie(request({ sub: 'ada' }), {}, context)).status, 401);
});

test('a demand that no token can meet is a mistake', () => {
  for (const options of [{ roles: [] }, { permissions: ['x'] }, { nope: 1 }, { roles: 'admin' }]) {
    assert.equal(thrown(() => protect(verifier, options)).code, 'ERR_CONFIG_INVALID');
  }
  assert.equal(thrown(() => protect({})).code, 'ERR_CONFIG_INVALID');
});

test("what a handler throws is the handler's business", async () => {
  const failing = protect(verifier, {})(() => { throw new Error('mine'); });
  await assert.rejects(failing(request({}), {}, context), /mine/);
});

test('a webhook that fails in its handler may come again', async () => {
  const replayStore = memoryReplayStore();
  const webhooks = createWebhookVerifier({ scheme: 'github', secrets: "It's a Secret to Everybody", replayStore, replayTtl: 60 });
  const headers = { 'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17' };
  const delivery = () => new Request('https://a.example', { method: 'POST', body: 'Hello, World!', headers });
  let fail = true;
  const handler = webhook(webhooks, () => { if (fail) throw new Error('mine'); });
  await assert.rejects(handler(delivery(), {}, context), /mine/);
  fail = false;
  assert.deepEqual(await (await handler(delivery(), {}, context)).json(), { received: true });
  assert.equal((await handler(delivery(), {}, context)).status, 409);
});
