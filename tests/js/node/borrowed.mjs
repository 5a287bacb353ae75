/** What Node lends: that it is used, and that no fault of it changes a verdict for the worse. */
import { Worker } from 'node:worker_threads';
import { mint, NOW, tampered } from '../suite/tokens.mjs';

const SECRET = 'whsec_test_secret';
const encoder = new TextEncoder();

/** The log and the counts of calls of a thread whose `node:crypto` has this fault. */
function judged(fault, deliveries, tokens, keys) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./borrowing-thread.mjs', import.meta.url), { workerData: { fault, deliveries, tokens, keys, secret: SECRET } });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function delivery(length) {
  const body = JSON.stringify({ type: 'a', note: 'x'.repeat(length) });
  const key = await crypto.subtle.importKey('raw', encoder.encode(SECRET), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(`${NOW}.${body}`)));
  const headers = (bytes) => ({ 'stripe-signature': `t=${NOW},v1=${Buffer.from(bytes).toString('hex')}` });
  return [
    { body, headers: headers(mac) },
    { body: `${body} `, headers: headers(mac) },
    { body, headers: headers(mac.map((byte, index) => (index === 31 ? byte ^ 1 : byte))) },
  ];
}

/** How long a member makes the bodies. */
const LENGTHS = [10, 1_000, 40_000, 300_000];

/** Algorithms, and how long a claim makes the tokens. */
const SIGNED = [['RS256', 700], ['RS512', 700], ['PS256', 700], ['PS384', 700], ['HS256', 700], ['HS256', 1], ['HS256', 9_000], ['HS512', 700]];

async function material(fixtures) {
  const good = await Promise.all(SIGNED.map(([alg, length]) => mint(fixtures, alg, { note: 'x'.repeat(length) })));
  const tokens = good.flatMap((token, index) => {
    const [alg] = SIGNED[index];
    return [token, tampered(token, 2), tampered(token, 1)].map((text) => ({ family: alg.slice(0, 2), text }));
  });
  const { n, e, kty } = fixtures.keys.rsa;
  const keys = { RS: { key: { kty, n, e } }, HS: { secret: fixtures.keys.secret } };
  return [(await Promise.all(LENGTHS.map(delivery))).flat(), tokens, { ...keys, PS: keys.RS }];
}

/** Compares two logs, and shows the first line that differs only. */
function same(t, log, expected, label) {
  const at = expected.findIndex((line, index) => line !== log[index]);
  t.equal([log.length, log[at]], [expected.length, expected[at]], `${label}: line ${at}`);
}

/** Faults that are found out, by the probe or by themselves: everything stays as it is without a host. */
const harmless = [
  'no module',
  'a module that throws',
  'no functions',
  'keys are refused',
  'powers throw',
  'powers are short',
  'powers are long',
  'powers are nothing',
  'powers are wrong',
  'powers lack leading zeros',
  'powers throw later',
  'powers are short later',
  'hashes throw',
  'hashes are short',
  'hashes are nothing',
  'hashes are wrong',
  'hashes throw later',
  'long hashes are wrong',
  'everything calls back',
];

export const cases = [
  {
    name: 'borrowed functions, they are used and change nothing',
    async run(t) {
      const given = await material(t.fixtures);
      const without = await judged('nothing is lent', ...given);
      t.equal(without.calls, { publicDecrypt: 0, hash: 0, createHash: 0 }, 'calls without a host');
      t.equal(without.log.filter((line) => line.endsWith('ok')).length, 6 * (SIGNED.length + LENGTHS.length), 'good ones');
      const sound = await judged('none', ...given);
      same(t, sound.log, without.log, 'sound');
      for (const [name, count] of Object.entries(sound.calls)) t.ok(count > 3, `${name} was called ${count} times`);
      const patient = await judged('none, in its own time', ...given);
      same(t, patient.log, without.log, 'in its own time');
      t.ok(patient.calls.publicDecrypt > 0 && patient.calls.publicDecrypt < sound.calls.publicDecrypt, 'a key is used some times first');
    },
  },
  {
    name: 'borrowed functions, faults that are found out',
    async run(t) {
      const given = await material(t.fixtures);
      const { log } = await judged('nothing is lent', ...given);
      for (const fault of harmless) same(t, (await judged(fault, ...given)).log, log, fault);
    },
  },
  {
    name: 'borrowed functions, a host that lies later refuses and never accepts',
    async run(t) {
      const given = await material(t.fixtures);
      const { log } = await judged('nothing is lent', ...given);
      for (const fault of ['powers are wrong later', 'hashes are wrong later']) {
        const lied = (await judged(fault, ...given)).log;
        t.equal(lied.length, log.length, `${fault}: verdicts`);
        lied.forEach((line, index) => t.ok(line === log[index] || /SIGNATURE/.test(line), `${fault}: ${line}, not ${log[index]}`));
        t.ok(lied.some((line, index) => line !== log[index]), `${fault}: nothing was borrowed`);
      }
    },
  },
];
