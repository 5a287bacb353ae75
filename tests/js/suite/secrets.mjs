/**
 * Keys of a wrong type. Glue that copies `length` bytes of whatever it is given would take these
 * for an empty or a zero key, and HMAC would then accept a token that anybody can sign.
 */
import { AUDIENCE, claims, ISSUER, mint, options, publicPart, sign } from './tokens.mjs';

const CONFIG = 'ERR_CONFIG_INVALID';
const encoder = new TextEncoder();

/** Tokens under the empty key: HMAC pads keys with zeros, so that one zero byte stands for all. */
const forged = (algorithm) => sign(new Uint8Array(1), { alg: algorithm });

async function wrongSecrets() {
  const cryptoKey = await crypto.subtle.importKey('raw', new Uint8Array(64).fill(7), { name: 'HMAC', hash: 'SHA-256' }, true, ['sign']);
  return {
    'a number': 64,
    zero: 0,
    NaN: Number.NaN,
    'a big integer': 64n,
    true: true,
    false: false,
    null: null,
    'a symbol': Symbol('secret'),
    'a function': () => new Uint8Array(64).fill(7),
    'a Date': new Date(0),
    'an object': {},
    'an object with a length': { length: 64 },
    'an object with bytes': { 0: 1, 1: 2, length: 2 },
    'an empty array': [],
    'an array of numbers': Array(64).fill(7),
    'a String object': new String('s'.repeat(64)),
    'a Promise of bytes': Promise.resolve(new Uint8Array(64).fill(7)),
    'a CryptoKey': cryptoKey,
    'a DataView': new DataView(new Uint8Array(64).fill(7).buffer),
    'a Uint16Array': new Uint16Array(32).fill(7),
    'a Uint8ClampedArray': new Uint8ClampedArray(64).fill(7),
    'an Int8Array': new Int8Array(64).fill(7),
    'a Float64Array': new Float64Array(8).fill(7),
    'a Blob': new Blob([new Uint8Array(64).fill(7)]),
    'a JWK': { kty: 'oct', k: 'a'.repeat(86) },
    'what says it is a Uint8Array': { [Symbol.toStringTag]: 'Uint8Array', length: 64, byteLength: 64, buffer: new ArrayBuffer(64) },
    'what inherits from one': Object.create(new Uint8Array(64).fill(7)),
    'the prototype of one': Uint8Array.prototype,
    'a Map': new Map([[0, 1]]),
    'a generator': (function* () {})(),
    'a URL': new URL('https://a.example/'),
    'a regular expression': /secret/,
    empty: '',
    'an empty Uint8Array': new Uint8Array(0),
    'an empty ArrayBuffer': new ArrayBuffer(0),
    'all zeros': new Uint8Array(64),
    'all zeros in a buffer': new ArrayBuffer(64),
    'all zeros as text': '\0'.repeat(64),
    'too short': 's'.repeat(31),
    'too short in bytes': new Uint8Array(31).fill(7),
    'a detached buffer': detached(),
  };
}

function detached() {
  const bytes = new Uint8Array(64).fill(7);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

export const cases = [
  {
    name: 'a secret of a wrong type makes no verifier',
    async run(t) {
      const tokens = await Promise.all(['HS256', 'HS384', 'HS512'].map(forged));
      for (const [label, secret] of Object.entries(await wrongSecrets())) {
        const result = await t.verdict(label, CONFIG, () => t.countersign.createVerifier(options(t.fixtures, 'HS256', { secret })));
        if (result instanceof Error) {
          t.ok(result.message.includes('secret'), `the message for ${label} does not name the option: ${result.message}`);
        } else {
          for (const token of tokens) await t.token(`${label}, a forged token`, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', result, token);
        }
      }
    },
  },
  {
    name: 'a secret as bytes in any form is that secret',
    async run(t) {
      const bytes = encoder.encode(t.fixtures.keys.secret);
      const inside = new Uint8Array(100).fill(9);
      inside.set(bytes, 20);
      const forms = {
        text: t.fixtures.keys.secret,
        'a Uint8Array': bytes,
        'a view into a larger buffer': inside.subarray(20, 84),
        'a clone': structuredClone(bytes),
        'an ArrayBuffer': bytes.slice().buffer,
        'a clone of an ArrayBuffer': structuredClone(bytes.slice().buffer),
      };
      if (typeof SharedArrayBuffer === 'function') forms['a view of shared memory'] = sharedCopy(bytes);
      const good = await mint(t.fixtures, 'HS256');
      for (const [label, secret] of Object.entries(forms)) {
        if (label.includes('shared')) continue; // Not every runtime shares memory: below.
        const verifier = t.countersign.createVerifier(options(t.fixtures, 'HS256', { secret }));
        await t.token(label, 'ok', verifier, good);
        await t.token(`${label}, a forged token`, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', verifier, await forged('HS256'));
      }
      if (forms['a view of shared memory'] === undefined) return;
      const shared = t.countersign.createVerifier(options(t.fixtures, 'HS256', { secret: forms['a view of shared memory'] }));
      t.equal(shared.verifySync(good).algorithm, 'HS256', 'a view of shared memory');
      forms['a view of shared memory'].fill(0);
      t.equal(shared.verifySync(good).algorithm, 'HS256', 'shared memory wiped afterwards');
      let refused;
      try {
        t.countersign.createVerifier(options(t.fixtures, 'HS256', { secret: forms['a view of shared memory'].buffer }));
      } catch (error) {
        refused = error.code;
      }
      t.equal(refused, CONFIG, 'bare shared memory');
    },
  },
  {
    name: 'a key of a wrong type makes no verifier',
    async run(t) {
      const cryptoKey = await crypto.subtle.importKey('jwk', publicPart(t.fixtures.keys.p256), { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify']);
      const wrong = {
        'a number': [1, CONFIG], null: [null, CONFIG], true: [true, CONFIG], 'a symbol': [Symbol('key'), CONFIG], 'a function': [() => {}, CONFIG], 'a big integer': [1n, CONFIG],
        'an object': [{}, 'ERR_JWK_INVALID'], 'an array': [[], 'ERR_JWK_INVALID'], 'a Promise': [Promise.resolve({}), 'ERR_JWK_INVALID'], 'a CryptoKey': [cryptoKey, 'ERR_JWK_INVALID'],
        'a Uint8Array': [new Uint8Array(32), 'ERR_JWK_INVALID'], 'an ArrayBuffer': [new ArrayBuffer(32), 'ERR_JWK_INVALID'], 'a DataView': [new DataView(new ArrayBuffer(32)), 'ERR_JWK_INVALID'],
        'a Date': [new Date(0), 'ERR_JWK_INVALID'], 'a circle': [circle(), CONFIG], 'with a big integer': [{ kty: 1n }, CONFIG],
        'empty text': ['', 'ERR_JWK_INVALID'], 'text that is no PEM': ['key', 'ERR_JWK_INVALID'], 'the text of a JWK': [JSON.stringify(publicPart(t.fixtures.keys.p256)), 'ERR_JWK_INVALID'],
        'an empty PEM': ['-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n', 'ERR_JWK_INVALID'],
        'a PEM cut short': [t.fixtures.keys.pem['rsa.pub'].slice(0, 200), 'ERR_JWK_INVALID'],
        'a symmetric JWK': [{ kty: 'oct', k: 'A'.repeat(86) }, 'ERR_JWK_INVALID'],
        'an unknown kty': [{ kty: 'AKP' }, 'ERR_JWK_INVALID'],
        'a point that is not on the curve': [{ kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) }, 'ERR_JWK_INVALID'],
        'a short RSA key': [{ kty: 'RSA', n: 'AQAB'.repeat(32), e: 'AQAB' }, 'ERR_JWK_INVALID'],
        'a key set': [{ keys: [publicPart(t.fixtures.keys.p256)] }, 'ERR_JWK_INVALID'],
      };
      for (const [label, [key, expected]] of Object.entries(wrong)) {
        const result = await t.verdict(label, expected, () => t.countersign.createVerifier({ issuer: ISSUER, audience: AUDIENCE, key }));
        t.ok(result instanceof Error, `${label} made a verifier`);
      }
    },
  },
  {
    name: 'a key for another purpose verifies nothing',
    async run(t) {
      const token = await mint(t.fixtures, 'RS256');
      for (const purpose of [{ use: 'enc' }, { key_ops: ['sign'] }, { key_ops: [] }, { alg: 'RSA-OAEP' }]) {
        let accepted = false;
        try {
          accepted = t.countersign.createVerifier(options(t.fixtures, 'RS256', { key: { ...publicPart(t.fixtures.keys.rsa), ...purpose } })).verifySync(token) !== undefined;
        } catch (error) {
          t.ok(['ERR_JWK_INVALID', 'ERR_JOSE_ALG_NOT_ALLOWED'].includes(error.code), `${JSON.stringify(purpose)}: ${error}`);
        }
        t.ok(!accepted, `a key with ${JSON.stringify(purpose)} verified a token`);
      }
    },
  },
  {
    name: 'a key set of a wrong type makes no verifier',
    async run(t) {
      const wrong = {
        'a number': [1, CONFIG], null: [null, CONFIG], text: ['{"keys":[]}', CONFIG], 'a function': [() => {}, CONFIG], true: [true, CONFIG],
        'an object': [{}, 'ERR_JWK_INVALID'], 'an array': [[], 'ERR_JWK_INVALID'], 'a Promise': [Promise.resolve({ keys: [] }), 'ERR_JWK_INVALID'],
        'no keys': [{ keys: [] }, 'ERR_JWK_INVALID'], 'keys no array': [{ keys: {} }, 'ERR_JWK_INVALID'], 'keys of text': [{ keys: ['x'] }, 'ERR_JWK_INVALID'],
        'a Uint8Array': [new Uint8Array(4), 'ERR_JWK_INVALID'], 'a Response': [new Response('{"keys":[]}'), 'ERR_JWK_INVALID'],
        'one symmetric key': [{ keys: [{ kty: 'oct', k: 'A'.repeat(86) }] }, 'ERR_JWK_INVALID'], 'a circle': [circle(), CONFIG],
      };
      for (const [label, [jwks, expected]] of Object.entries(wrong)) {
        const result = await t.verdict(label, expected, () => t.countersign.createVerifier({ issuer: ISSUER, audience: AUDIENCE, jwks }));
        t.ok(result instanceof Error, `${label} made a verifier`);
      }
      const mixed = { keys: [{ kty: 'oct', k: 'A'.repeat(86) }, { kty: 'AKP' }, publicPart(t.fixtures.keys.ed25519)] };
      const verifier = t.countersign.createVerifier(options(t.fixtures, 'EdDSA', { key: undefined, jwks: mixed }));
      await t.token('one good key among others', 'ok', verifier, await mint(t.fixtures, 'EdDSA'));
      await t.token('the symmetric one is not used', 'ERR_JOSE_ALG_NOT_ALLOWED', verifier, await sign(new Uint8Array(64), { alg: 'HS256' }, claims()));
    },
  },
  {
    name: 'webhook secrets of a wrong type make no verifier',
    async run(t) {
      const { createWebhookVerifier } = t.countersign;
      const wrong = await wrongSecrets();
      delete wrong['too short'];
      delete wrong['too short in bytes'];
      // An array is a list of secrets here; its members are what is wrong.
      for (const scheme of ['stripe', 'github', 'hellojohn', 'standard']) {
        for (const [label, secret] of Object.entries(wrong)) {
          await t.verdict(`${scheme}: ${label}`, CONFIG, () => createWebhookVerifier({ scheme, secrets: secret }));
          await t.verdict(`${scheme}: ${label}, in a list`, CONFIG, () => createWebhookVerifier({ scheme, secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', secret] }));
        }
        await t.verdict(`${scheme}: none`, CONFIG, () => createWebhookVerifier({ scheme }));
        await t.verdict(`${scheme}: an empty list`, CONFIG, () => createWebhookVerifier({ scheme, secrets: [] }));
        await t.verdict(`${scheme}: a hole`, CONFIG, () => createWebhookVerifier({ scheme, secrets: Array(1) }));
      }
      for (const [label, secret] of Object.entries({ 'too short': 'whsec_c2hvcnQ=', 'bad base64': 'whsec_!!!!', 'the prefix alone': 'whsec_', 'a public key that is none': 'whpk_AAAA' })) {
        await t.verdict(`standard: ${label}`, CONFIG, () => createWebhookVerifier({ scheme: 'standard', secrets: secret }));
      }
    },
  },
];

function sharedCopy(bytes) {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}

function circle() {
  const one = { kty: 'OKP', keys: [] };
  one.self = one;
  return one;
}
