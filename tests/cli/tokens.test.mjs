import assert from 'node:assert/strict';
import { openSync, writeFileSync } from 'node:fs';
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
    assert.match(result.stdout, /exp +\d+ \(\d{4}-\d\d-\d\dT[\d:.]+Z\)/);
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

test('what became of the request for the keys is said, without its query', async () => {
  const missing = ['--issuer', url, '--audience', 'api', '--jwks-uri', `${url}/nowhere?key=canary`];
  const result = await countersign(['verify', good, ...missing]);
  assert.deepEqual([result.code, result.stdout], [3, '']);
  assert.match(result.stderr, new RegExp(`\\(${url}/nowhere answered 404\\)\n$`));
  assert.match((await countersign(['explain', good, ...missing])).stdout, new RegExp(`\n${url}/nowhere answered 404\n$`));
  const silent = await countersign(['keys', 'pin', 'https://nobody.invalid']);
  assert.match(silent.stderr, /\(https:\/\/nobody\.invalid\/\.well-known\/openid-configuration: [A-Z_]+\)\n$/);
});

test('the version is that of the package', async () => {
  const result = await countersign(['--version']);
  assert.equal(result.code, 0);
  assert.match(result.stdout, /^\d+\.\d+\.\d+\n$/);
});

test('wrong use ends with 2 and says why', async () => {
  const wrong = {
    'no command': [['nope'], /first word is no command/],
    'half a command': [['webhook'], /no command webhook alone: write countersign webhook verify/],
    'no audience': [['verify', good, '--issuer', url, '--jwks', 'jwks.json'], /--any-audience/],
    'no keys': [['verify', good, '--audience', 'api'], /give --issuer, or the keys by one of --jwks-uri, --jwks, --key/],
    'no token': [['verify', ...local], /the token is missing/],
    'an issuer without its scheme': [['doctor', 'id.example'], /countersign doctor https:\/\/id\.example/],
    'an unknown option': [['verify', good, ...local, '--isuer', url], /isuer/],
    'an unknown algorithm': [['verify', good, ...local, '--algorithm', 'none'], /ERR_CONFIG_INVALID/],
    'a file that is not there': [['verify', good, ...local.slice(0, 4), '--jwks', 'nope.json'], /the file of --jwks cannot be read \(ENOENT\)/],
    'a variable that is not set': [['verify', good, '--any-audience', '--secret-env', 'NOPE'], /variable of --secret-env is not set/],
    'two sources of one secret': [['verify', good, '--any-audience', '--secret-env', 'S', '--secret-file', 'jwks.json'], /--secret-env and --secret-file/],
    'a deployment of no provider': [['verify', good, ...local, '--tenant-id', 'tnt_1'], /--tenant-id is an option of --provider/],
    'a deployment of an issuer': [['doctor', url, '--auth-url', url], /--auth-url is an option of a provider/],
    'two issuers': [['verify', good, ...local, '--issuer', url], /--issuer may stand once/],
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

test('a secret in a file is text without its final line break, or any bytes that are no text', async () => {
  const { createHmac } = await import('node:crypto');
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part({ alg: 'HS256' })}.${part({ sub: 'alice', exp: Math.floor(Date.now() / 1000) + 60 })}`;
  const verdict = async (content, key) => {
    writeFileSync('secret', content);
    const token = `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
    return (await countersign(['verify', token, '--any-audience', '--secret-file', 'secret'])).code;
  };
  const bytes = Buffer.from([...Array(31).fill(0xff), 0x0a]);
  const text = Buffer.from('\ufeffä secret of thirty-two bytes or more');
  assert.equal(await verdict(bytes, bytes), 0, 'the last byte is no line break');
  assert.equal(await verdict(bytes, bytes.subarray(0, 31)), 1);
  for (const end of ['', '\n', '\r\n']) assert.equal(await verdict(Buffer.concat([text, Buffer.from(end)]), text), 0, JSON.stringify(end));
  assert.equal(await verdict(Buffer.concat([text, Buffer.from('\n\n')]), text), 1, 'one line break is cut');
});

test('what strangers write is shown on a terminal, and never obeyed', async () => {
  const acting = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
  const name = 'k\u009b31m\u202e\u061c\u2028';
  const named = await issuer.sign({ [name]: name }, { header: { kid: name } });
  const critical = await issuer.sign({}, { header: { crit: [name], [name]: 1 } });
  const key = issuer.jwks().keys[0];
  delete key.kid;
  writeFileSync('nameless.json', JSON.stringify(key));
  const judge = ['--issuer', url, '--audience', 'api', '--key', 'nameless.json'];
  const shown = await countersign(['verify', named, ...judge]);
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, /key "k\\u009b31m\\u202e\\u061c\\u2028"/);
  const programs = await countersign(['verify', named, ...judge, '--json']);
  assert.equal(data(programs).protectedHeader.kid, name);
  const others = [['verify', critical], ['verify', critical, '--json'], ['explain', critical], ['explain', critical, '--json'], ['explain', named]];
  const printed = await Promise.all(others.map(([command, ...words]) => countersign([command, ...words, ...judge])));
  for (const { stdout, stderr } of [shown, programs, ...printed]) assert.ok(!acting.test(stdout + stderr), JSON.stringify(stdout + stderr));
});

test('no word that may be a secret is repeated, wherever it stands', async () => {
  const canary = 'whsec_CanaryCanaryCanary1234';
  const judged = ['verify', good, ...local];
  const misplaced = [
    [canary],
    ['webhook', canary],
    ['webhook', 'verify', canary],
    ['webhook', 'verify', '--scheme', canary, '--secret-env', 'S'],
    ['webhook', 'verify', '--scheme', 'standard', '--secret-env', canary],
    ['webhook', 'verify', '--scheme', 'standard', '--secret-file', canary],
    ['webhook', 'verify', '--scheme', 'standard', '--secret-env', 'S', '--headers', canary],
    ['webhook', 'verify', '--scheme', 'standard', '--secret-env', 'S', '--header', canary],
    ['webhook', 'verify', '--scheme', 'standard', '--secret-env', 'S', '--body', canary],
    ['webhook', 'verify', '--scheme', 'standard', '--secret-env', 'S', '--tolerance', canary],
    [...judged, canary],
    [...judged, `--${canary}`],
    [...judged, `--secret=${canary}`],
    [...judged, `-${canary}`],
    [...judged, '--at', canary],
    [...judged, '--provider', canary],
    [...judged, '--algorithm', canary],
    [...judged, '--json', `--any-audience=${canary}`],
    ['verify', good, '--any-audience', '--jwks', canary],
    ['verify', good, '--any-audience', '--key', canary],
    ['verify', good, '--any-audience', '--jwks-uri', canary],
    ['verify', good, '--any-audience', '--issuer', canary],
    ['keys', canary],
    ['keys', 'pin', canary],
    ['doctor', canary],
  ];
  const env = { S: 'a shared secret of thirty-two bytes' };
  await Promise.all(misplaced.map(async (words) => {
    const { code, stdout, stderr } = await countersign(words, { env });
    assert.ok(!/canary/i.test(stdout + stderr), `${words.join(' ')}: ${stdout}${stderr}`);
    assert.equal(code, 2, `${words.join(' ')}: ${stderr}`);
  }));
});

test('standard output that is closed or cannot be written is no verdict', async () => {
  for (const words of [['verify', good, ...local], ['verify', good, ...local, '--json'], ['--help']]) {
    const closed = await countersign(words, { stdout: 'closed' });
    assert.deepEqual([closed.code, closed.stderr], [141, '']);
    const unwritable = await countersign(words, { stdout: openSync('jwks.json', 'r') });
    assert.equal(unwritable.code, 2);
    assert.match(unwritable.stderr, /^✗ standard output cannot be written \([A-Z]+\)\n$/);
  }
});
