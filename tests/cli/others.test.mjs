import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { createVerifier } from 'countersign';
import { signWebhook } from 'countersign/testing';
import { countersign, data, localIssuer, outcomes } from './command.mjs';

const { issuer, url, stop } = await localIssuer();
after(stop);

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const { body, headers } = await signWebhook('standard', { body: '{ "type":"ping" }', secret });
const fields = Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]);
const webhook = ['webhook', 'verify', '--scheme', 'standard', '--secret-env', 'SECRET'];
const env = { SECRET: secret };

test('a delivery is accepted, its body from standard input or a file', async () => {
  const result = await countersign([...webhook, ...fields, '--json'], { env, input: body });
  assert.deepEqual([result.code, data(result).accepted, data(result).id, data(result).bytes], [0, true, 'msg_1', body.length]);
  writeFileSync('body', body);
  writeFileSync('headers', Object.entries(headers).map((field) => field.join(': ')).join('\r\n'));
  writeFileSync('secret', secret);
  const files = ['webhook', 'verify', '--scheme', 'standard', '--secret-file', 'secret', '--headers', 'headers', '--body', 'body'];
  assert.equal((await countersign(files)).code, 0);
});

test('a delivery is refused with its code', async () => {
  const changed = await countersign([...webhook, ...fields], { env, input: `${Buffer.from(body)} ` });
  assert.equal(changed.code, 1);
  assert.match(changed.stderr, /ERR_WEBHOOK_SIGNATURE_INVALID/);
  const late = await countersign([...webhook, ...fields, '--at', '2030-01-01', '--json'], { env, input: body });
  assert.deepEqual([late.code, data(late).error.code], [1, 'ERR_WEBHOOK_TIMESTAMP_EXPIRED']);
  assert.equal((await countersign([...webhook, ...fields], { env: { SECRET: 'whsec_canary' }, input: body })).code, 2);
  assert.equal((await countersign(['webhook', 'verify', '--scheme', 'standard', ...fields], { input: body })).code, 2);
  assert.equal((await countersign([...webhook, '--header', 'nonsense'], { env, input: body })).code, 2);
});

test("an issuer's keys are pinned, and the pin verifies without a network", async () => {
  const result = await countersign(['keys', 'pin', url, '--jwks-uri', issuer.jwksUri, '-o', 'pin.json', '--json']);
  assert.deepEqual([result.code, data(result).keys], [0, 1]);
  const pin = JSON.parse(readFileSync('pin.json', 'utf8'));
  assert.deepEqual(pin.jwks, issuer.jwks());
  const token = await issuer.sign();
  assert.equal(createVerifier({ issuer: url, audience: 'api', jwks: pin.jwks }).verifySync(token).payload.sub, 'alice');
  const offline = createVerifier({ issuer: url, audience: 'api', jwksUri: issuer.jwksUri, fetch: () => Promise.reject(new TypeError('no network')) });
  offline.restore(pin.snapshot);
  assert.equal(offline.verifySync(token).payload.sub, 'alice');
  const printed = await countersign(['keys', 'pin', url, '--jwks-uri', issuer.jwksUri, '-o', '-']);
  assert.deepEqual(JSON.parse(printed.stdout).jwks, issuer.jwks());
});

test('discovery is pinned with the keys, and the doctor finds it well', async () => {
  assert.equal((await countersign(['keys', 'pin', url])).code, 0);
  const pin = JSON.parse(readFileSync('countersign-keys.json', 'utf8'));
  assert.deepEqual(pin.discovery, { issuer: url, jwks_uri: issuer.jwksUri });
  const healthy = await countersign(['doctor', url, '--json']);
  assert.deepEqual([healthy.code, outcomes(healthy).clock], [0, 'passed'], healthy.stdout);
  const other = await countersign(['doctor', `${url}/elsewhere`, '--json']);
  assert.deepEqual([other.code, outcomes(other)['keys by discovery']], [1, 'failed']);
});

test('keys that cannot be had are not pinned', async () => {
  assert.equal((await countersign(['keys', 'pin', url, '--jwks-uri', `${url}/nowhere`, '-o', 'no.json'])).code, 3);
  assert.throws(() => readFileSync('no.json'), { code: 'ENOENT' });
  assert.equal((await countersign(['keys', 'pin'])).code, 2);
  assert.equal((await countersign(['keys', 'pin', 'not a url'])).code, 2);
});
