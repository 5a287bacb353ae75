/** What a verified token gives: objects of the caller's own, with every claim as it was signed. */
import { claims, mint, options, sign } from './tokens.mjs';

const custom = async (t, text) => {
  const verifier = t.countersign.createVerifier(options(t.fixtures));
  const payload = `{${text},${JSON.stringify(claims()).slice(1)}`;
  return { verifier, token: await sign(t.fixtures.keys.ed25519, { alg: 'EdDSA' }, payload) };
};

export const cases = [
  {
    name: 'payload, every call gives objects of its own',
    async run(t) {
      const verifier = t.countersign.createVerifier(options(t.fixtures));
      const token = await mint(t.fixtures, 'EdDSA', { roles: ['user'], nested: { list: [1] } });
      const first = verifier.verifySync(token);
      first.payload.roles.push('admin');
      first.payload.nested.list[0] = 2;
      first.payload.sub = 'somebody else';
      first.protectedHeader.alg = 'none';
      const second = verifier.verifySync(token);
      const third = await verifier.verify(token);
      t.equal(second.payload, claims({ roles: ['user'], nested: { list: [1] } }), 'payload after the first was changed');
      t.equal(second.protectedHeader, { alg: 'EdDSA' }, 'header after the first was changed');
      t.ok(second.payload !== third.payload && second.payload.roles !== third.payload.roles, 'objects are shared');
      t.equal(Object.keys(second).sort(), ['algorithm', 'payload', 'protectedHeader'], 'members without a kid');
      await t.token('verified', 'ok', verifier, token);
    },
  },
  {
    name: 'payload, claims with the names of built-in members',
    async run(t) {
      const before = Object.getOwnPropertyNames(Object.prototype).sort();
      const { verifier, token } = await custom(t, '"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"toString":1,"hasOwnProperty":2,"valueOf":3,"toJSON":4');
      const { payload } = await t.token('verified', 'ok', verifier, token);
      t.equal(payload.admin, undefined, 'a claim by way of the prototype');
      t.equal({}.admin, undefined, 'a member of every object');
      t.ok(Object.hasOwn(payload, '__proto__'), '__proto__ is an own member');
      t.ok(Object.getPrototypeOf(payload) === Object.prototype, 'the prototype is the usual one');
      t.equal(payload.constructor, { prototype: { admin: true } }, 'constructor');
      t.equal([payload.toString, payload.hasOwnProperty, payload.valueOf, payload.toJSON], [1, 2, 3, 4], 'others');
      t.equal(Object.getOwnPropertyNames(Object.prototype).sort(), before, 'members of Object.prototype');
      const decoded = t.countersign.dangerouslyDecode(token);
      t.ok(Object.hasOwn(decoded.payload, '__proto__') && decoded.payload.admin === undefined, 'decoded alike');
    },
  },
  {
    name: 'payload, a claim named then',
    async run(t) {
      const { verifier, token } = await custom(t, '"then":"x"');
      const { payload } = await t.token('verified', 'ok', verifier, token);
      t.equal(payload.then, 'x', 'then');
      const header = await sign(t.fixtures.keys.ed25519, { alg: 'EdDSA', then: 1, __proto: 2 });
      const verified = await t.token('in the header', 'ok', verifier, header);
      t.equal(verified.protectedHeader.then, 1, 'then in the header');
    },
  },
  {
    name: 'payload, numbers and texts are as JSON.parse has them',
    async run(t) {
      const text = '"big":18446744073709551615,"precise":9007199254740993,"tiny":1e-300,"minus":-0,"fraction":0.1,"name":"Zo\\u00eb \\ud83d\\ude00 \\u0000","deep":[[[[{"a":null}]]]],"empty":{},"":1';
      const { verifier, token } = await custom(t, text);
      const { payload } = await t.token('verified', 'ok', verifier, token);
      const expected = JSON.parse(`{${text}}`);
      for (const [name, value] of Object.entries(expected)) t.equal(payload[name], value, `claim ${name}`);
    },
  },
  {
    name: 'payload, decoding without verification',
    async run(t) {
      const { dangerouslyDecode } = t.countersign;
      const token = await mint(t.fixtures, 'RS256', { sub: 'x' }, { kid: 'k' });
      const decoded = await t.verdict('a token', 'ok', () => dangerouslyDecode(token));
      t.equal(decoded, { payload: claims({ sub: 'x' }), protectedHeader: { alg: 'RS256', kid: 'k' } }, 'decoded');
      await t.verdict('a forged one', 'ok', () => dangerouslyDecode(`${token.split('.').slice(0, 2).join('.')}.AAAA`));
      for (const [label, value] of Object.entries({ empty: '', text: 'x', 'two parts': 'a.b', undefined: undefined, null: null, 'a number': 1, 'an object': {}, 'a Promise': Promise.resolve(token), 'a String object': new String(token), 'a symbol': Symbol('x'), bytes: new TextEncoder().encode(token) })) {
        await t.verdict(label, 'ERR_JWT_INVALID', () => dangerouslyDecode(value));
      }
      await t.verdict('too large', 'ERR_TOKEN_TOO_LARGE', () => dangerouslyDecode('a'.repeat(1 << 20)));
    },
  },
];
