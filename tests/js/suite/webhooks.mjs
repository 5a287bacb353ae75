/** Webhooks: the senders' own examples, raw bodies, header forms, time, streams and options. */
import { base64url, NOW, AT_NOW } from './tokens.mjs';

const CONFIG = 'ERR_CONFIG_INVALID';
const SIGNATURE = 'ERR_WEBHOOK_SIGNATURE_INVALID';

const encoder = new TextEncoder();
const at = (seconds) => ({ currentDate: new Date(seconds * 1000) });
const post = (headers, body) => new Request('https://hooks.example/in', { method: 'POST', headers, body });

async function mac(secret, text, hash = 'SHA-256') {
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), { name: 'HMAC', hash }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text)));
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** A delivery of Stripe's form at {@link NOW}: a scheme with nothing but a timestamp besides. */
export async function stripe(body, secret = 'whsec_test_secret', time = NOW) {
  return { 'stripe-signature': `t=${time},v1=${hex(await mac(secret, `${time}.${body}`))}` };
}

export const cases = [
  {
    name: "webhooks, the senders' own examples",
    async run(t) {
      for (const { name, scheme, secrets, clock, headers, body, event } of t.fixtures.vendors.deliveries) {
        const verifier = t.countersign.createWebhookVerifier({ scheme, secrets });
        const seen = await t.verdict(`${name}, sync`, 'ok', () => verifier.verifySync(body, headers, at(clock)));
        const same = await t.verdict(name, 'ok', () => verifier.verify(post(headers, body), at(clock)));
        for (const one of [seen, same]) {
          t.equal({ id: one.id, timestamp: one.timestamp?.getTime(), type: one.type }, { id: event.id, timestamp: event.timestamp && event.timestamp * 1000, type: event.type }, `${name}: event`);
          t.equal([...one.body], [...encoder.encode(body)], `${name}: body`);
          t.equal(one.secretIndex, 0, `${name}: secretIndex`);
        }
        const stream = await t.verdict(`${name}, stream`, 'ok', () => {
          const stream = verifier.stream(headers, at(clock));
          for (const byte of encoder.encode(body)) stream.update(new Uint8Array([byte]));
          return stream.finish();
        });
        t.equal([stream.id, stream.body.length], [event.id, 0], `${name}: event of the stream`);
        await t.verdict(`${name}, a byte more`, SIGNATURE, () => verifier.verifySync(`${body} `, headers, at(clock)));
        await t.verdict(`${name}, a byte more, async`, SIGNATURE, () => verifier.verify(post(headers, `${body} `), at(clock)));
        await t.verdict(`${name}, no headers`, 'ERR_WEBHOOK_HEADER_MISSING', () => verifier.verifySync(body, {}, at(clock)));
        const other = t.countersign.createWebhookVerifier({ scheme, secrets: ['whsec_YW5vdGhlciBrZXkgb2YgdGhpcnR5LXR3byBieXRlcy4=', secrets] });
        const second = await t.verdict(`${name}, the second secret`, 'ok', () => other.verifySync(body, headers, at(clock)));
        t.equal(second.secretIndex, 1, `${name}: secretIndex of the second`);
        if (event.timestamp === undefined) continue;
        for (const [offset, expected] of [[300, 'ok'], [301, 'ERR_WEBHOOK_TIMESTAMP_EXPIRED'], [-300, 'ok'], [-301, 'ERR_WEBHOOK_TIMESTAMP_FUTURE']]) {
          await t.verdict(`${name}, ${offset} s`, expected, () => verifier.verifySync(body, headers, at(clock + offset)));
        }
      }
    },
  },
  {
    name: 'webhooks, headers in every form',
    async run(t) {
      const verifier = t.countersign.createWebhookVerifier({ scheme: 'stripe', secrets: 'whsec_test_secret', currentDate: AT_NOW });
      const headers = await stripe('{}');
      const signature = headers['stripe-signature'];
      const good = {
        'a record': headers,
        'names in capitals': { 'STRIPE-SIGNATURE': signature },
        Headers: new Headers(headers),
        pairs: Object.entries(headers),
        'a Map': new Map(Object.entries(headers)),
        'a list of one': { 'stripe-signature': [signature] },
        'undefined beside': { ...headers, other: undefined },
        'no prototype': Object.assign(Object.create(null), headers),
      };
      for (const [label, form] of Object.entries(good)) await t.verdict(label, 'ok', () => verifier.verifySync('{}', form));
      const wrong = { undefined: undefined, null: null, text: signature, 'a number': 1, 'a number as a value': { 'stripe-signature': 1 }, 'null as a value': { 'stripe-signature': null }, 'a function': () => {}, 'pairs of one': [['stripe-signature']], 'a list of texts': ['stripe-signature'] };
      for (const [label, form] of Object.entries(wrong)) {
        await t.verdict(label, label === 'pairs of one' ? 'ERR_WEBHOOK_HEADER_MISSING' : CONFIG, () => verifier.verifySync('{}', form));
      }
      await t.verdict('twice in a list', 'ERR_WEBHOOK_HEADER_DUPLICATE', () => verifier.verifySync('{}', { 'stripe-signature': [signature, signature] }));
      await t.verdict('twice by pairs', 'ERR_WEBHOOK_HEADER_DUPLICATE', () => verifier.verifySync('{}', [['stripe-signature', signature], ['Stripe-Signature', signature]]));
      await t.verdict('twice by case', 'ERR_WEBHOOK_HEADER_DUPLICATE', () => verifier.verifySync('{}', { 'stripe-signature': signature, 'Stripe-Signature': signature }));
      const [sample] = t.fixtures.vendors.deliveries;
      const standard = t.countersign.createWebhookVerifier({ scheme: 'standard', secrets: sample.secrets, ...at(sample.clock) });
      // The sign of Kelvin, which is a k in lower case.
      await t.verdict('another name with a letter beyond ASCII', 'ok', () => standard.verifySync(sample.body, { ...sample.headers, 'webhoo\u212a-signature': 'v1,x' }));
      await t.verdict('a line end in it', 'ERR_WEBHOOK_HEADER_INVALID', () => verifier.verifySync('{}', { 'stripe-signature': `${signature}\r\n` }));
      await t.verdict('a letter beyond ASCII', 'ERR_WEBHOOK_HEADER_INVALID', () => verifier.verifySync('{}', { 'stripe-signature': `${signature}é` }));
    },
  },
  {
    name: 'webhooks, the body is raw bytes',
    async run(t) {
      const verifier = t.countersign.createWebhookVerifier({ scheme: 'stripe', secrets: 'whsec_test_secret', currentDate: AT_NOW });
      const body = '{"type":"invoice.paid","name":"Zoë"}';
      const headers = await stripe(body);
      const bytes = encoder.encode(body);
      const inside = new Uint8Array(200);
      inside.set(bytes, 50);
      const good = { text: body, 'a Uint8Array': bytes, 'an ArrayBuffer': bytes.slice().buffer, 'a view': inside.subarray(50, 50 + bytes.length), 'a clone': structuredClone(bytes) };
      for (const [label, form] of Object.entries(good)) {
        const event = await t.verdict(label, 'ok', () => verifier.verifySync(form, headers));
        t.equal([event.type, event.json().name], ['invoice.paid', 'Zoë'], `${label}: event`);
      }
      const forged = Object.defineProperties(encoder.encode(body), { length: { value: 2 }, byteOffset: { value: 1 }, buffer: { value: new ArrayBuffer(2) } });
      const event = await t.verdict('an array that lies about itself', 'ok', () => verifier.verifySync(forged, headers));
      t.equal([...event.body], [...encoder.encode(body)], 'the body that was verified');
      const gone = encoder.encode(body);
      structuredClone(gone, { transfer: [gone.buffer] });
      await t.verdict('bytes that were transferred away', CONFIG, () => verifier.verifySync(gone, headers));
      const parsed = { 'a parsed body': JSON.parse(body), 'a parsed list': [], null: null, undefined: undefined, 'a number': 5, true: true, 'a Promise of text': Promise.resolve(body), 'a String object': new String(body), 'a DataView': new DataView(bytes.slice().buffer), 'a Uint16Array': new Uint16Array(4), 'a Blob': new Blob([body]), 'a symbol': Symbol('x') };
      for (const [label, form] of Object.entries(parsed)) {
        const error = await t.verdict(label, CONFIG, () => verifier.verifySync(form, headers));
        t.ok(/express\.raw/.test(error?.message) && /raw bytes/.test(error?.message), `${label}: the message does not say how to get raw bytes`);
      }
      const kept = verifier.verifySync(bytes, headers);
      bytes.fill(0);
      t.equal(kept.json().type, 'invoice.paid', 'the event after the body was wiped');
      const invalid = new Uint8Array([...encoder.encode('{"type":"'), 0xff, ...encoder.encode('"}')]);
      const key = await crypto.subtle.importKey('raw', encoder.encode('whsec_test_secret'), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
      const signed = new Uint8Array([...encoder.encode(`${NOW}.`), ...invalid]);
      const odd = { 'stripe-signature': `t=${NOW},v1=${hex(new Uint8Array(await crypto.subtle.sign('HMAC', key, signed)))}` };
      const unread = await t.verdict('bytes that are no UTF-8', 'ok', () => verifier.verifySync(invalid, odd));
      t.equal([...unread.body], [...invalid], 'the bytes that are no UTF-8');
      await t.verdict('their JSON', 'UNTYPED TypeError', () => unread.json());
      await t.verdict('their text', SIGNATURE, () => verifier.verifySync(new TextDecoder().decode(invalid), odd));
      const mark = encoder.encode(`\ufeff${body}`);
      await t.verdict('a byte order mark', SIGNATURE, () => verifier.verifySync(mark, headers));
    },
  },
  {
    name: 'webhooks, requests',
    async run(t) {
      const verifier = t.countersign.createWebhookVerifier({ scheme: 'stripe', secrets: 'whsec_test_secret', currentDate: AT_NOW, maxBodyBytes: 1000 });
      const headers = await stripe('{}');
      await t.verdict('good', 'ok', () => verifier.verify(post(headers, '{}')));
      const read = post(headers, '{}');
      await read.text();
      await t.verdict('read before', CONFIG, () => verifier.verify(read));
      const empty = new Request('https://hooks.example/in', { method: 'POST', headers: await stripe('') });
      await t.verdict('without a body', 'ok', () => verifier.verify(empty));
      for (const [label, value] of Object.entries({ undefined: undefined, null: null, text: '{}', 'a record': { headers, body: '{}' }, 'a framework request': { headers: new Headers(headers), body: { parsed: true } }, Headers: new Headers(headers) })) {
        await t.verdict(label, CONFIG, () => verifier.verify(value));
      }
      let sent = 0;
      const endless = new ReadableStream({
        pull(controller) {
          sent += 1;
          controller.enqueue(new Uint8Array(512));
        },
      });
      await t.verdict('an endless body', 'ERR_WEBHOOK_TOO_LARGE', () => verifier.verify({ headers: new Headers(headers), body: endless, bodyUsed: false }));
      t.ok(sent < 10, `${sent} pieces of an endless body were read`);
      const controller = new AbortController();
      controller.abort(new RangeError('enough'));
      await t.verdict('aborted', 'UNTYPED RangeError', () => verifier.verify(post(headers, '{}'), { signal: controller.signal }));
      await t.verdict('an unknown option of the call', CONFIG, () => verifier.verify(post(headers, '{}'), { tolerance: 5 }));
    },
  },
  {
    name: 'webhooks, timestamps and signatures that are none',
    async run(t) {
      const verifier = t.countersign.createWebhookVerifier({ scheme: 'stripe', secrets: 'whsec_test_secret', currentDate: AT_NOW });
      const good = hex(await mac('whsec_test_secret', `${NOW}.{}`));
      const signedAs = async (time) => `t=${time},v1=${hex(await mac('whsec_test_secret', `${time}.{}`))}`;
      const rows = [
        ['no timestamp', `v1=${good}`, 'ERR_WEBHOOK_HEADER_INVALID'],
        ['two timestamps that differ', `t=${NOW},t=${NOW + 1},v1=${good}`, 'ERR_WEBHOOK_TIMESTAMP_INVALID'],
        ['no signature', `t=${NOW}`, 'ERR_WEBHOOK_HEADER_INVALID'],
        ['an empty signature', `t=${NOW},v1=`, 'ERR_WEBHOOK_HEADER_INVALID'],
        ['a short signature', `t=${NOW},v1=${good.slice(2)}`, 'ERR_WEBHOOK_HEADER_INVALID'],
        ['another version only', `t=${NOW},v0=${good}`, 'ERR_WEBHOOK_HEADER_INVALID'],
        ['a good one after a bad one', `t=${NOW},v1=${'0'.repeat(64)},v1=${good}`, 'ok'],
        ['sixteen bad ones and a good one', `t=${NOW},${`v1=${'0'.repeat(64)},`.repeat(16)}v1=${good}`, 'ERR_WEBHOOK_TOO_MANY_SIGNATURES'],
        ['empty', '', 'ERR_WEBHOOK_HEADER_INVALID'],
        ['junk', 'x', 'ERR_WEBHOOK_HEADER_INVALID'],
      ];
      for (const [label, value, expected] of rows) {
        const error = await t.verdict(label, expected, () => verifier.verifySync('{}', { 'stripe-signature': value }));
        t.ok(!String(error?.message).includes(good), `${label}: the message holds the signature`);
      }
      for (const time of ['NaN', '1.7e9', `${NOW}.0`, `0x${NOW.toString(16)}`, `-${NOW}`, `+${NOW}`, ` ${NOW}`, `${NOW}abc`, '', '١٧٠٠٠٠٠٠٠٠', '9'.repeat(13), '9'.repeat(400)]) {
        const value = await signedAs(time);
        const ascii = [...time].every((letter) => letter.charCodeAt(0) < 128);
        await t.verdict(`timestamp "${time.slice(0, 20)}"`, ascii ? 'ERR_WEBHOOK_TIMESTAMP_INVALID' : 'ERR_WEBHOOK_HEADER_INVALID', () => verifier.verifySync('{}', { 'stripe-signature': value }));
      }
      await t.verdict('far future', 'ERR_WEBHOOK_TIMESTAMP_FUTURE', async () => verifier.verifySync('{}', { 'stripe-signature': await signedAs('999999999999') }));
      await t.verdict('the epoch', 'ERR_WEBHOOK_TIMESTAMP_EXPIRED', async () => verifier.verifySync('{}', { 'stripe-signature': await signedAs('0') }));
    },
  },
  {
    name: 'webhooks, streams',
    async run(t) {
      const options = { scheme: 'stripe', secrets: 'whsec_test_secret', currentDate: AT_NOW };
      const verifier = t.countersign.createWebhookVerifier(options);
      const body = 'x'.repeat(300_000);
      const headers = await stripe(body);
      const run = (chunks, one = verifier) => {
        const stream = one.stream(headers);
        for (const chunk of chunks) stream.update(chunk);
        return stream.finish();
      };
      const bytes = encoder.encode(body);
      await t.verdict('in one piece', 'ok', () => run([bytes]));
      await t.verdict('in two', 'ok', () => run([bytes.subarray(0, 70_001), bytes.subarray(70_001)]));
      await t.verdict('with empty pieces', 'ok', () => run([new Uint8Array(0), bytes, new Uint8Array(0)]));
      await t.verdict('ArrayBuffers', 'ok', () => run([bytes.slice().buffer]));
      await t.verdict('a piece missing', SIGNATURE, () => run([bytes.subarray(1)]));
      await t.verdict('text', CONFIG, () => run([body]));
      await t.verdict('a list of numbers', CONFIG, () => run([[1, 2]]));
      const small = t.countersign.createWebhookVerifier({ ...options, maxBodyBytes: 1000 });
      await t.verdict('too large', 'ERR_WEBHOOK_TOO_LARGE', () => run([bytes], small));
      const stream = verifier.stream(headers);
      stream.update(bytes);
      await t.verdict('finish', 'ok', () => stream.finish());
      const again = (action) => () => {
        try {
          action();
        } catch (error) {
          t.ok(error instanceof Error, 'what is thrown is an error');
          return;
        }
        throw new RangeError('a finished stream goes on');
      };
      await t.verdict('finish again', 'ok', again(() => stream.finish()));
      await t.verdict('update afterwards', 'ok', again(() => stream.update(bytes)));
      const [one, other] = [verifier.stream(headers), verifier.stream(headers)];
      one.update(bytes.subarray(0, 9));
      other.update(bytes);
      one.update(bytes.subarray(9));
      await t.verdict('two at once, the first', 'ok', () => one.finish());
      await t.verdict('two at once, the other', 'ok', () => other.finish());
    },
  },
  {
    name: 'webhooks, a scheme of the caller',
    async run(t) {
      const row = { signatureHeader: 'X-Sig', timestampHeader: 'X-Time', idHeader: 'X-Id', signedContent: '{id}:{timestamp}:{body}', encoding: 'base64', hash: 'sha512', signaturePrefix: 'v9=' };
      const verifier = t.countersign.createWebhookVerifier({ scheme: row, secrets: 'my secret', currentDate: AT_NOW });
      const signature = base64(await mac('my secret', `id1:${NOW}:{"type":"a.b"}`, 'SHA-512'));
      const headers = { 'x-sig': `v9=${signature}`, 'x-time': String(NOW), 'x-id': 'id1' };
      const event = await t.verdict('good', 'ok', () => verifier.verifySync('{"type":"a.b"}', headers));
      t.equal([event.id, event.type, event.timestamp.getTime()], ['id1', 'a.b', NOW * 1000], 'event');
      await t.verdict('another id', SIGNATURE, () => verifier.verifySync('{"type":"a.b"}', { ...headers, 'x-id': 'id2' }));
      const wrong = {
        'an unknown name': { ...row, typo: 1 },
        'no body': { ...row, signedContent: '{id}.{timestamp}' },
        'the body twice': { ...row, signedContent: '{body}{body}' },
        'the body first': { ...row, signedContent: '{body}.{timestamp}' },
        'an unknown place': { ...row, signedContent: '{id}:{timestamp}:{nonce}:{body}' },
        'an unsigned timestamp': { ...row, signedContent: '{id}:{body}' },
        'no encoding': { ...row, encoding: undefined },
        'an unknown encoding': { ...row, encoding: 'base32' },
        'an unknown hash': { ...row, hash: 'md5' },
        'an unknown format': { ...row, format: 'json' },
        'fields without names': { ...row, format: 'fields' },
        'no header': { ...row, signatureHeader: undefined },
        'an empty header': { ...row, signatureHeader: '' },
        'a header that is no name': { ...row, signatureHeader: 'a b' },
        'the same header twice': { ...row, timestampHeader: 'x-sig' },
        'an unknown scheme': 'paypal',
        'a name of Object.prototype': 'constructor',
        'a number': 1,
        null: null,
        'a list': [row],
        'a function': () => row,
      };
      for (const [label, scheme] of Object.entries(wrong)) {
        await t.verdict(label, CONFIG, () => t.countersign.createWebhookVerifier({ scheme, secrets: 'my secret' }));
      }
    },
  },
  {
    name: 'webhooks, options of the wrong type',
    async run(t) {
      const make = (changes) => () => t.countersign.createWebhookVerifier({ scheme: 'stripe', secrets: 'whsec_x', ...changes });
      await t.verdict('good', 'ok', make({}));
      const wrong = {
        tolerance: [-1, Number.NaN, '5', null, Number.POSITIVE_INFINITY, 5n],
        maxBodyBytes: [-1, 1.5, '5', null, Number.NaN],
        replayTtl: [-1, '5', null],
        currentDate: [null, NOW, '2024', new Date(Number.NaN)],
        replayStore: [null, {}, { claim() {} }, { release() {} }, () => {}],
        secret: ['x'],
        schema: ['x'],
      };
      for (const [name, values] of Object.entries(wrong)) {
        for (const [index, value] of values.entries()) {
          const error = await t.verdict(`${name} ${index}`, CONFIG, make({ [name]: value }));
          t.ok(String(error?.message).includes(name), `${name} ${index}: the message does not name it: ${error?.message}`);
        }
      }
      for (const [label, value] of Object.entries({ undefined: undefined, null: null, text: 'x', 'an array': [], nothing: {} })) {
        await t.verdict(`options ${label}`, CONFIG, () => t.countersign.createWebhookVerifier(value));
      }
    },
  },
  {
    name: 'webhooks are accepted once',
    async run(t) {
      const { createWebhookVerifier, memoryReplayStore } = t.countersign;
      const [sample] = t.fixtures.vendors.deliveries;
      const make = (replayStore, changes = {}) => createWebhookVerifier({ scheme: 'standard', secrets: sample.secrets, replayStore, ...at(sample.clock), ...changes });
      const verify = (verifier) => verifier.verifySync(sample.body, sample.headers);
      const once = make(memoryReplayStore());
      const event = await t.verdict('first', 'ok', () => verify(once));
      await t.verdict('second', 'ERR_WEBHOOK_REPLAYED', () => verify(once));
      await t.verdict('second, async', 'ERR_WEBHOOK_REPLAYED', () => once.verify(post(sample.headers, sample.body)));
      await event.release();
      await t.verdict('after its release', 'ok', () => verify(once));

      const calls = [];
      const noted = { claim: (key, ttl) => (calls.push([key, ttl]), true), release: (key) => void calls.push([key]) };
      await verify(make(noted)).release();
      t.equal(calls, [['msg_p5jXN8AQM9LWM0D4loKWxJek', 600], ['msg_p5jXN8AQM9LWM0D4loKWxJek']], 'calls of the store');
      calls.length = 0;
      await t.verdict('a forged one claims nothing', SIGNATURE, () => make(noted).verifySync('{}', sample.headers));
      t.equal(calls, [], 'claims of a forged one');
      await verify(make(noted, { replayTtl: 1000 })).release();
      t.equal(calls[0][1], 1000, 'own ttl');

      const store = memoryReplayStore();
      const later = { claim: async (...args) => store.claim(...args), release: async (key) => store.release(key) };
      const all = await Promise.allSettled(Array.from({ length: 64 }, () => make(later).verify(post(sample.headers, sample.body))));
      t.equal(all.filter(({ status }) => status === 'fulfilled').length, 1, 'accepted of 64 at once');
      await t.verdict('an asynchronous store on the synchronous path', CONFIG, () => verify(make({ claim: async () => true, release: async () => {} })));
      await t.verdict('the same, on a stream', CONFIG, () => {
        const stream = make({ claim: async () => true, release: async () => {} }).stream(sample.headers);
        stream.update(encoder.encode(sample.body));
        return stream.finish();
      });
      for (const [label, answer] of Object.entries({ undefined: undefined, 1: 1, 'yes': 'yes', null: null })) {
        await t.verdict(`a store that answers ${label}`, CONFIG, () => make({ claim: async () => answer, release() {} }).verify(post(sample.headers, sample.body)));
      }
      const failing = { claim: () => { throw new RangeError('store down'); }, release() {} };
      await t.verdict('a store that throws', 'UNTYPED RangeError', () => verify(make(failing)));
      await t.verdict('a store that rejects', 'UNTYPED RangeError', () => make({ claim: async () => { throw new RangeError('down'); }, release() {} }).verify(post(sample.headers, sample.body)));
      await t.verdict('no signed timestamp, no ttl', CONFIG, () => createWebhookVerifier({ scheme: 'github', secrets: 'x', replayStore: store }));
      await t.verdict('no signed timestamp, a ttl', 'ok', () => createWebhookVerifier({ scheme: 'github', secrets: 'x', replayStore: store, replayTtl: 60 }));
    },
  },
  {
    name: 'webhooks, the event is the handler\'s own',
    async run(t) {
      const verifier = t.countersign.createWebhookVerifier({ scheme: 'stripe', secrets: 'whsec_test_secret', currentDate: AT_NOW });
      const body = '{"type":"a","__proto__":{"admin":true}}';
      const headers = await stripe(body);
      const [one, other] = [verifier.verifySync(body, headers), verifier.verifySync(body, headers)];
      one.body[0] = 0;
      t.equal(other.body[0], 123, 'the body of another event');
      t.ok(Object.hasOwn(other.json(), '__proto__') && other.json().admin === undefined, '__proto__ is an own member');
      await t.verdict('release without a store', 'ok', () => one.release());
      t.ok(base64url(one.body) !== base64url(other.body), 'bodies are apart');
    },
  },
  {
    name: 'webhooks, a claim is given back once',
    async run(t) {
      const [headers, store] = [await stripe('{}'), t.countersign.memoryReplayStore()];
      const verifier = t.countersign.createWebhookVerifier({ scheme: 'stripe', secrets: 'whsec_test_secret', currentDate: AT_NOW, replayStore: store });
      const first = verifier.verifySync('{}', headers);
      await first.release();
      await t.verdict('the retry', 'ok', () => verifier.verifySync('{}', headers));
      await first.release();
      await t.verdict('a replay of the retry', 'ERR_WEBHOOK_REPLAYED', () => verifier.verifySync('{}', headers));
    },
  },
  {
    name: 'webhooks, a claim that could not be given back still can be',
    async run(t) {
      const calls = [];
      const release = (key) => (calls.push(key) === 1 ? Promise.reject(new RangeError('store down')) : undefined);
      const replayStore = { claim: () => true, release };
      const verifier = t.countersign.createWebhookVerifier({ scheme: 'stripe', secrets: 'whsec_test_secret', currentDate: AT_NOW, replayStore });
      const event = verifier.verifySync('{}', await stripe('{}'));
      await t.verdict('a store that fails', 'UNTYPED RangeError', () => event.release());
      await t.verdict('the same once more', 'ok', () => event.release());
      t.equal([calls.length, new Set(calls).size], [2, 1], 'calls of the store');
    },
  },
  {
    name: 'webhooks, what a store grants too late for a synchronous call is given back',
    async run(t) {
      const calls = [];
      const replayStore = { claim: async (key) => (calls.push(`claim ${key}`), true), release: async (key) => void calls.push(`release ${key}`) };
      const verifier = t.countersign.createWebhookVerifier({ scheme: 'stripe', secrets: 'whsec_test_secret', currentDate: AT_NOW, replayStore });
      const headers = await stripe('{}');
      await t.verdict('an asynchronous store', CONFIG, () => verifier.verifySync('{}', headers));
      await new Promise((resolve) => setTimeout(resolve, 5));
      t.equal(calls.map((call) => call.split(' ')[0]), ['claim', 'release'], 'calls of the store');
    },
  },
  {
    name: 'webhooks, a signal ends the waiting for a store',
    async run(t) {
      const headers = await stripe('{}');
      const calls = [];
      let grant;
      const replayStore = { claim: () => new Promise((resolve) => (grant = resolve)), release: (key) => void calls.push(key) };
      const verifier = t.countersign.createWebhookVerifier({ scheme: 'stripe', secrets: 'whsec_test_secret', currentDate: AT_NOW, replayStore });
      const controller = new AbortController();
      const outcome = verifier.verify(post(headers, '{}'), { signal: controller.signal }).then(() => 'ok', (error) => error.message);
      while (grant === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
      controller.abort(new Error('gone'));
      t.equal(await Promise.race([outcome, new Promise((resolve) => setTimeout(resolve, 500, 'waiting'))]), 'gone', 'the reason');
      t.equal(calls.length, 0, 'nothing is given back before it is granted');
      grant(true);
      await new Promise((resolve) => setTimeout(resolve, 5));
      t.equal(calls.length, 1, 'what was granted later is given back');
    },
  },
  {
    name: 'webhooks, claims in memory end on time, the last millisecond included',
    run(t) {
      const { now } = Date;
      const store = t.countersign.memoryReplayStore();
      try {
        const start = now();
        const at = (seconds, run) => ((Date.now = () => start + seconds * 1000), run());
        const ttls = Array.from({ length: 50 }, (_, index) => ((index * 37) % 50) + 1);
        at(0, () => ttls.forEach((ttl) => store.claim(`${ttl}`, ttl)));
        for (let second = 1; second <= 50; second += 1) {
          t.equal(at(second, () => store.claim(`${second}`, 1)), false, `${second} s: held`);
          t.equal(at(second + 0.001, () => store.claim(`${second}`, 1)), true, `${second} s: ended`);
        }
      } finally {
        Date.now = now;
      }
    },
  },
];
