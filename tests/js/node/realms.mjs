/** Values of another realm, which `instanceof` does not know, and shared memory. */
import { createContext, runInContext } from 'node:vm';
import { AUDIENCE, mint, options, sign } from '../suite/tokens.mjs';

const CONFIG = 'ERR_CONFIG_INVALID';

export const cases = [
  {
    name: 'another realm, bytes of a secret are read or refused, never taken for nothing',
    async run(t) {
      const { secret } = t.fixtures.keys;
      const realm = createContext({ secret });
      const inside = (code) => runInContext(code, realm);
      const bytes = 'Uint8Array.from(secret, (letter) => letter.charCodeAt(0))';
      const good = await mint(t.fixtures, 'HS256');
      const forged = await sign(new Uint8Array(1), { alg: 'HS256' });
      for (const code of [bytes, `${bytes}.buffer`, `${bytes}.subarray(0)`, 'secret']) {
        const verifier = t.countersign.createVerifier(options(t.fixtures, 'HS256', { secret: inside(code) }));
        await t.token(code, 'ok', verifier, good);
        await t.token(`${code}, a forged token`, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', verifier, forged);
      }
      for (const code of [`new DataView(${bytes}.buffer)`, 'Promise.resolve(secret)', '({})', '[]', 'new Date(0)', 'new Uint8Array(64)', 'new ArrayBuffer(64)', 'new ArrayBuffer(0)', `new Uint16Array(${bytes}.buffer)`, 'new String(secret)', 'new SharedArrayBuffer(64)', '(() => secret)']) {
        await t.verdict(code, CONFIG, () => t.countersign.createVerifier(options(t.fixtures, 'HS256', { secret: inside(code) })));
        await t.verdict(`${code}, webhooks`, CONFIG, () => t.countersign.createWebhookVerifier({ scheme: 'stripe', secrets: [inside(code)] }));
      }
    },
  },
  {
    name: 'another realm, options, dates, headers and lists',
    async run(t) {
      const realm = createContext({ Headers, token: await mint(t.fixtures, 'EdDSA'), now: options(t.fixtures).currentDate.getTime() });
      const inside = (code) => runInContext(code, realm);
      const base = options(t.fixtures);
      const copy = Object.assign(inside('({})'), base, { currentDate: inside('new Date(now)'), audience: inside(`['${AUDIENCE}']`), algorithms: inside("['EdDSA']") });
      const verifier = t.countersign.createVerifier(copy);
      await t.token('a token', 'ok', verifier, realm.token);
      await t.token('a clock', 'ok', t.countersign.createVerifier({ ...base, currentDate: inside('() => new Date(now)') }), realm.token);
      await t.token('a record like Headers', 'ok', verifier, inside("({ get: () => 'Bearer ' + token })"));
      await t.verdict('an invalid date', CONFIG, () => t.countersign.createVerifier({ ...base, currentDate: inside('new Date(NaN)') }));
      await t.verdict('several issuers', 'ok', () => t.countersign.createVerifier(Object.assign(inside('[]'), [base])));
      await t.verdict('an error of another realm', CONFIG, () => t.countersign.createVerifier(inside('new Error("x")')));
    },
  },
  {
    name: 'shared memory that changes during a call',
    async run(t) {
      const shared = new Uint8Array(new SharedArrayBuffer(2));
      shared.set([0x7b, 0x7d]);
      const key = await crypto.subtle.importKey('raw', new TextEncoder().encode('x'), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
      const mac = Buffer.from(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode('{}'))).toString('hex');
      const verifier = t.countersign.createWebhookVerifier({ scheme: 'github', secrets: 'x' });
      const event = await t.verdict('a shared body', 'ok', () => verifier.verifySync(shared, { 'x-hub-signature-256': `sha256=${mac}` }));
      shared.fill(0);
      t.equal([...event.body], [0x7b, 0x7d], 'the body that was verified');
    },
  },
  {
    name: 'Buffers are bytes',
    async run(t) {
      const buffer = Buffer.from(t.fixtures.keys.secret);
      const verifier = t.countersign.createVerifier(options(t.fixtures, 'HS256', { secret: buffer }));
      buffer.fill(0);
      await t.token('a Buffer from the pool', 'ok', verifier, await mint(t.fixtures, 'HS256'));
      await t.token('a Buffer as token', 'ERR_JWT_INVALID', verifier, Buffer.from('a.b.c'));
    },
  },
];
