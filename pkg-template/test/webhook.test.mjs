import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countersign, rejection, thrown } from './package.mjs';

const { createWebhookVerifier, memoryReplayStore, ConfigError, WebhookError } = countersign;

// The Standard Webhooks specification's own example.
const secrets = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const body = '{"test": 2432232314}';
const call = { currentDate: new Date(1_614_265_400_000) };
const headers = {
  'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  'webhook-timestamp': '1614265330',
  'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const webhooks = createWebhookVerifier({ scheme: 'standard', secrets });
const request = () => new Request('https://a.example', { method: 'POST', body, headers });

test('a delivery verifies whole, from a request and in pieces, with every form of headers', async () => {
  const forms = [headers, new Headers(headers), Object.entries(headers), new Map(Object.entries(headers))];
  for (const form of forms) assert.equal(webhooks.verifySync(body, form, call).id, headers['webhook-id']);
  const event = await webhooks.verify(request(), call);
  assert.deepEqual([event.json().test, event.secretIndex, event.timestamp.getTime()], [2432232314, 0, 1_614_265_330_000]);
  const stream = webhooks.stream(headers, call);
  for (const letter of body) stream.update(new TextEncoder().encode(letter));
  assert.equal(stream.finish().id, headers['webhook-id']);
});

test('a changed body, a doubled header and a large body are refused with their codes', () => {
  const code = (...args) => {
    const error = thrown(() => webhooks.verifySync(...args, call));
    assert.ok(error instanceof WebhookError);
    return error.code;
  };
  assert.equal(code(`${body} `, headers), 'ERR_WEBHOOK_SIGNATURE_INVALID');
  assert.equal(code(body, { ...headers, 'webhook-id': ['a', 'b'] }), 'ERR_WEBHOOK_HEADER_DUPLICATE');
  assert.equal(code(body, {}), 'ERR_WEBHOOK_HEADER_MISSING');
  assert.equal(code('x'.repeat(2 << 20), headers), 'ERR_WEBHOOK_TOO_LARGE');
});

test('a parsed body is refused with the way to the raw one', () => {
  for (const parsed of [{ test: 1 }, [], null, 5, undefined]) {
    const error = thrown(() => webhooks.verifySync(parsed, headers, call));
    assert.ok(error instanceof ConfigError);
    assert.match(error.message, /express\.raw/);
  }
});

test('a request whose body was read is refused as a mistake', async () => {
  const read = request();
  await read.text();
  assert.equal((await rejection(webhooks.verify(read, call))).code, 'ERR_CONFIG_INVALID');
});

test('a delivery is accepted once, and again after its release', async () => {
  const once = createWebhookVerifier({ scheme: 'standard', secrets, replayStore: memoryReplayStore() });
  const event = once.verifySync(body, headers, call);
  assert.equal(thrown(() => once.verifySync(body, headers, call)).code, 'ERR_WEBHOOK_REPLAYED');
  assert.equal((await rejection(once.verify(request(), call))).status, 409);
  await event.release();
  assert.equal(once.verifySync(body, headers, call).id, headers['webhook-id']);
});

test('of many deliveries at once an asynchronous store lets one through', async () => {
  const store = memoryReplayStore();
  const replayStore = { claim: async (...args) => store.claim(...args), release: async (key) => store.release(key) };
  const once = createWebhookVerifier({ scheme: 'standard', secrets, replayStore });
  const results = await Promise.allSettled(Array.from({ length: 64 }, () => once.verify(request(), call)));
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.equal(thrown(() => once.verifySync(body, headers, call)).code, 'ERR_CONFIG_INVALID');
});

test('wrong options are refused', () => {
  const row = { signatureHeader: 'x-signature', signedContent: '{body}', encoding: 'hex' };
  for (const options of [
    { scheme: 'nope', secrets },
    { scheme: 'github' },
    { scheme: 'github', secrets: [] },
    { scheme: 'github', secrets: [new Uint8Array(3)] },
    { scheme: 'github', secrets: Promise.resolve('x') },
    { scheme: 'github', secrets, replayStore: memoryReplayStore() },
    { scheme: 'github', secrets, replayStore: {} },
    { scheme: { ...row, typo: 1 }, secrets },
    { scheme: { ...row, encoding: undefined }, secrets },
    { scheme: 'standard', secrets, maxBodyBytes: 1.5 },
    { scheme: 'standard', secrets, tolerance: -1 },
  ]) {
    assert.equal(thrown(() => createWebhookVerifier(options)).code, 'ERR_CONFIG_INVALID');
  }
});
