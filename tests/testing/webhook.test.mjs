import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { createWebhookVerifier } from 'countersign';
import { signWebhook } from 'countersign/testing';

const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes ...').toString('base64')}`;
const SCHEMES = ['standard', 'svix', 'stripe', 'github', 'slack', 'shopify', 'hellojohn', 'hellojohn-body', 'hellojohn-hook', 'propelauth'];
const TIMELESS = ['github', 'shopify', 'hellojohn-body', 'hellojohn-hook'];
const body = '{ "type": "user.created", "id": "evt_1", "amount": 1.00 }';

const code = (run) => {
  try {
    run();
    return 'ok';
  } catch (error) {
    return error.code ?? String(error);
  }
};

for (const scheme of SCHEMES) {
  test(`a delivery signed as by ${scheme} verifies, and a changed one does not`, async () => {
    const webhooks = createWebhookVerifier({ scheme, secrets: SECRET });
    const delivery = await signWebhook(scheme, { body, secret: SECRET });
    assert.equal(new TextDecoder().decode(delivery.body), body);
    assert.equal(code(() => webhooks.verifySync(delivery.body, delivery.headers)), 'ok');
    assert.equal(code(() => webhooks.verifySync(`${body} `, delivery.headers)), 'ERR_WEBHOOK_SIGNATURE_INVALID');
    const request = new Request('https://app.example', { method: 'POST', ...delivery });
    assert.equal((await webhooks.verify(request)).json().id, 'evt_1');
    const other = await signWebhook(scheme, { body, secret: SECRET.replace('YS', 'ZS') });
    assert.equal(code(() => webhooks.verifySync(other.body, other.headers)), 'ERR_WEBHOOK_SIGNATURE_INVALID');
  });
}

for (const scheme of SCHEMES.filter((name) => !TIMELESS.includes(name))) {
  test(`a delivery of ${scheme} is signed at the time that is asked for`, async () => {
    const webhooks = createWebhookVerifier({ scheme, secrets: SECRET });
    const at = async (timestamp) => {
      const delivery = await signWebhook(scheme, { body, secret: SECRET, timestamp });
      return code(() => webhooks.verifySync(delivery.body, delivery.headers));
    };
    assert.equal(await at(new Date(Date.now() - 3_600_000)), 'ERR_WEBHOOK_TIMESTAMP_EXPIRED');
    assert.equal(await at(Math.floor(Date.now() / 1000) + 3600), 'ERR_WEBHOOK_TIMESTAMP_FUTURE');
    assert.equal(await at(new Date()), 'ok');
  });
}

test('an id is signed as it is, whatever stands in it', async () => {
  const webhooks = createWebhookVerifier({ scheme: 'standard', secrets: SECRET });
  for (const id of ["msg_$&$1$'", 'msg_{timestamp}', 'msg_{body}']) {
    const delivery = await signWebhook('standard', { body, secret: SECRET, id });
    assert.equal(webhooks.verifySync(delivery.body, delivery.headers).id, id);
  }
});

test('several secrets sign as during a rotation', async () => {
  for (const scheme of ['standard', 'stripe']) {
    const [old, next] = [SECRET, SECRET.replace('YS', 'ZS')];
    const { body: bytes, headers } = await signWebhook(scheme, { body, secret: [old, next] });
    for (const secrets of [old, next]) {
      assert.equal(code(() => createWebhookVerifier({ scheme, secrets }).verifySync(bytes, headers)), 'ok');
    }
  }
});

test('Standard Webhooks are signed by Ed25519 as well', async () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { d, x } = privateKey.export({ format: 'jwk' });
  const [seed, key] = [d, x].map((part) => Buffer.from(part, 'base64url'));
  const webhooks = createWebhookVerifier({ scheme: 'standard', secrets: `whpk_${key.toString('base64')}` });
  const delivery = await signWebhook('standard', { body, secret: `whsk_${Buffer.concat([seed, key]).toString('base64')}`, id: 'msg_9' });
  assert.equal(webhooks.verifySync(delivery.body, delivery.headers).id, 'msg_9');
});

test("a scheme of one's own, bytes for a secret, and an object for a body", async () => {
  const scheme = { signatureHeader: 'x-signature', timestampHeader: 'x-time', idHeader: 'x-id', signedContent: '{id}:{timestamp}:{body}', encoding: 'hex', hash: 'sha512', signaturePrefix: 'mac=' };
  const secret = new Uint8Array(32).fill(7);
  const { body: bytes, headers } = await signWebhook(scheme, { body: { type: 'ping' }, secret, id: 'a-1' });
  assert.equal(createWebhookVerifier({ scheme, secrets: secret }).verifySync(bytes, headers).json().type, 'ping');
});

test('wrong deliveries are refused', async () => {
  const refused = (scheme, delivery) => signWebhook(scheme, delivery).then(() => 'ok', (error) => error.code);
  assert.equal(await refused('nope', { body, secret: SECRET }), 'ERR_CONFIG_INVALID');
  assert.equal(await refused('stripe', { body }), 'ERR_CONFIG_INVALID');
  assert.equal(await refused('standard', { body, secret: 'whsec_?' }), 'ERR_CONFIG_INVALID');
  assert.equal(await refused('standard', { body, secret: 'whsk_?' }), 'ERR_CONFIG_INVALID');
  assert.equal(await refused('stripe', { body: 7, secret: SECRET }), 'ERR_CONFIG_INVALID');
  assert.equal(await refused('stripe', { body, secret: SECRET, typo: 1 }), 'ERR_CONFIG_INVALID');
});
