import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { countersign, data, localIssuer } from './command.mjs';

const { issuer, url, stop } = await localIssuer();
after(stop);
const good = await issuer.sign({ note: 'a\u001b[31mb\u202e' });
const expired = await issuer.sign({ exp: 1_700_000_000 });
writeFileSync('jwks.json', JSON.stringify(issuer.jwks()));
writeFileSync('key.json', JSON.stringify(issuer.jwks().keys[0]));
const local = ['--issuer', url, '--audience', 'api', '--jwks', 'jwks.json'];

test('a good token is accepted, with the keys of every source', async () => {
  const sources = [
    ['--jwks', 'jwks.json'],
    ['--key', 'key.json'],
    ['--jwks-uri', issuer.jwksUri],
  ];
  for (const source of sources) {
    const result = await countersign(['verify', good, '--issuer', url, '--audience', 'api', ...source]);
    assert.deepEqual([result.code, result.stderr], [0, ''], source.join(' '));
    assert.match(result.stdout, /✓ accepted: ES256, key "key-1"\n/);
    assert.match(result.stdout, /sub +alice/);
  }
});

test('the token may come by standard input, with or without the word before it', async () => {
  for (const input of [good, `${good}\n`, `Bearer ${good}\r\n`]) {
    assert.equal((await countersign(['verify', ...local], { input })).code, 0);
    assert.equal((await countersign(['verify', '-', ...local], { input })).code, 0);
  }
});

test('a refused token ends with 1 and its code', async () => {
  const result = await countersign(['verify', expired, ...local]);
  assert.deepEqual([result.code, result.stdout], [1, '']);
  assert.match(result.stderr, /^✗ ERR_JWT_EXPIRED: /);
  assert.equal((await countersign(['verify', expired, ...local, '--at', '2023-11-14T22:00:00Z'])).code, 0);
  assert.equal((await countersign(['verify', expired, ...local, '--at', '1699999999'])).code, 0);
});

test('for programs there is JSON, for errors too', async () => {
  assert.deepEqual(data(await countersign(['verify', good, ...local, '--json'])).payload.sub, 'alice');
  const refused = await countersign(['verify', expired, ...local, '--json']);
  assert.deepEqual([refused.code, refused.stderr, data(refused).error.code], [1, '', 'ERR_JWT_EXPIRED']);
});

test('an explanation names every check', async () => {
  const result = await countersign(['explain', expired, ...local]);
  assert.equal(result.code, 1);
  assert.match(result.stdout, /✗ refused: ERR_JWT_EXPIRED\n/);
  assert.match(result.stdout, /\n {2}✗ .*ERR_JWT_EXPIRED/);
  assert.match(result.stdout, /\n {2}✓ /);
  const accepted = data(await countersign(['explain', good, '--issuer', url, '--audience', 'api', '--jwks-uri', issuer.jwksUri, '--json']));
  assert.equal(accepted.accepted, true);
  assert.ok(accepted.checks.length > 5 && accepted.checks.every(({ outcome }) => outcome !== 'failed'), JSON.stringify(accepted));
});

test('keys that are out of reach end with 3', async () => {
  const nowhere = ['--issuer', url, '--audience', 'api', '--jwks-uri', 'http://127.0.0.1:9/jwks'];
  const result = await countersign(['verify', good, ...nowhere]);
  assert.equal(result.code, 3);
  assert.match(result.stderr, /ERR_JWKS_UNAVAILABLE/);
  assert.equal((await countersign(['explain', good, ...nowhere])).code, 3);
});

test('wrong use ends with 2 and says why', async () => {
  const wrong = {
    'no command': [['nope'], /no command nope/],
    'half a command': [['webhook'], /no command webhook/],
    'no audience': [['verify', good, '--issuer', url, '--jwks', 'jwks.json'], /--any-audience/],
    'an unknown option': [['verify', good, ...local, '--isuer', url], /isuer/],
    'an unknown algorithm': [['verify', good, ...local, '--algorithm', 'none'], /ERR_CONFIG_INVALID/],
    'a file that is not there': [['verify', good, ...local.slice(0, 4), '--jwks', 'nope.json'], /nope\.json cannot be read/],
    'a variable that is not set': [['verify', good, '--any-audience', '--secret-env', 'NOPE'], /NOPE is not set/],
    'two tokens': [['verify', good, good, ...local], /one word too many/],
    'a strange time': [['verify', good, ...local, '--at', 'noon'], /--at/],
  };
  for (const [name, [words, message]] of Object.entries(wrong)) {
    const result = await countersign(words);
    assert.deepEqual([result.code, result.stdout], [2, ''], name);
    assert.match(result.stderr, message, name);
    assert.ok(!result.stderr.includes(good.slice(-40)), `${name}: the token is printed`);
  }
  assert.equal((await countersign([])).code, 2);
});

test('help is no error, and colours are for terminals', async () => {
  const help = await countersign(['--help']);
  assert.equal(help.code, 0);
  for (const command of ['verify', 'explain', 'webhook verify', 'keys pin', 'doctor']) assert.ok(help.stdout.includes(command));
  const shown = await countersign(['verify', good, ...local]);
  assert.ok(!/[\u001b\u202e]/.test(shown.stdout), 'what strangers write does not reach the terminal as it stands');
  assert.match(shown.stdout, /a\\u001b\[31mb\\u202e/);
});

test('a terminal gets colours, unless it does not want them, and programs never', async () => {
  const coloured = async (words, env) => (await countersign(words, { terminal: true, env })).stdout.includes('\u001b[');
  const words = ['explain', good, ...local];
  assert.deepEqual(await Promise.all([coloured(words), coloured(words, { NO_COLOR: '1' }), coloured([...words, '--json'])]), [true, false, false]);
});

test('a shared secret is read from the environment or a file', async () => {
  const { createHmac } = await import('node:crypto');
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part({ alg: 'HS256' })}.${part({ sub: 'alice', exp: Math.floor(Date.now() / 1000) + 60 })}`;
  const secret = 'a shared secret of thirty-two bytes';
  const token = `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  writeFileSync('secret', `${secret}\n`);
  assert.equal((await countersign(['verify', token, '--any-audience', '--secret-env', 'S'], { env: { S: secret } })).code, 0);
  assert.equal((await countersign(['verify', token, '--any-audience', '--secret-file', 'secret'])).code, 0);
  const short = await countersign(['verify', token, '--any-audience', '--secret-env', 'S'], { env: { S: 'canary-secret' } });
  assert.equal(short.code, 2);
  assert.ok(!`${short.stdout}${short.stderr}`.includes('canary'), 'the secret is printed');
});
