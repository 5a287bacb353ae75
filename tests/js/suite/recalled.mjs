/** Tokens that come again: whatever is remembered, every call gives the claims of its own token, in objects of its own. */
import { claims, mint, options, sign } from './tokens.mjs';

const TIMES = 4;

/** Signs with the fixtures' secret, which costs the least. */
const secretOf = (t) => new TextEncoder().encode(t.fixtures.keys.secret);

const numbered = (t, count, more = {}) =>
  Promise.all(Array.from({ length: count }, (_, number) => mint(t.fixtures, 'HS256', { jti: `token ${number}`, ...more })));

/** Verifies every token in turn, several times; gives those whose claims are not their own. */
function mistaken(verifier, tokens) {
  const wrong = [];
  for (let time = 0; time < TIMES; time += 1) {
    tokens.forEach((token, number) => {
      const { jti } = verifier.verifySync(token).payload;
      if (jti !== `token ${number}`) wrong.push(`token ${number} has ${jti}`);
    });
  }
  return wrong;
}

export const cases = [
  {
    name: 'recalled, objects are the caller’s own and as JSON.parse makes them',
    async run(t) {
      const own = '"__proto__":{"admin":[true]},"constructor":{"prototype":{"admin":true}},"toJSON":null,"list":[1,[2,{"three":[]}]],"then":{},"9":0,"1":[],"":[[]]';
      const text = `{${own},${JSON.stringify(claims()).slice(1)}`;
      const verifier = t.countersign.createVerifier(options(t.fixtures, 'HS256'));
      const token = await sign(secretOf(t), { alg: 'HS256', kid: 'k', nested: { list: [1] } }, text);
      const seen = [];
      for (let time = 0; time < TIMES; time += 1) {
        const verified = await t.token(`time ${time + 1}`, 'ok', verifier, token);
        const { payload, protectedHeader } = verified;
        t.equal(payload, JSON.parse(text), `payload ${time + 1}`);
        t.equal(JSON.stringify(payload), JSON.stringify(JSON.parse(text)), `order of members ${time + 1}`);
        t.ok(Object.getPrototypeOf(payload) === Object.prototype, `prototype ${time + 1}`);
        t.ok(Object.hasOwn(payload, '__proto__') && payload.admin === undefined, `__proto__ ${time + 1}`);
        t.equal(protectedHeader, { alg: 'HS256', kid: 'k', nested: { list: [1] } }, `header ${time + 1}`);
        t.equal(Object.keys(verified).sort(), ['algorithm', 'kid', 'payload', 'protectedHeader'], `members ${time + 1}`);
        const parts = [payload, payload.list, payload.list[1], payload.list[1][1], payload.list[1][1].three, payload.constructor, payload.constructor.prototype];
        const inherited = Object.getOwnPropertyDescriptor(payload, '__proto__').value;
        for (const part of [...parts, inherited, inherited.admin, payload[1], payload[''][0], protectedHeader.nested.list]) {
          t.ok(!seen.includes(part), `an object is shared at time ${time + 1}`);
          seen.push(part);
          if (Array.isArray(part)) part.push('changed');
          else part.changed = true;
        }
      }
      t.ok({}.admin === undefined && {}.changed === undefined, 'a member of every object');
    },
  },
  {
    name: 'recalled, tokens do not take each other’s claims',
    async run(t) {
      const tokens = await numbered(t, 60);
      for (const tokenCache of [1, 8, 1_000, false]) {
        const verifier = t.countersign.createVerifier(options(t.fixtures, 'HS256', { tokenCache }));
        t.equal(mistaken(verifier, tokens), [], `with room for ${tokenCache}`);
      }
    },
  },
  {
    name: 'recalled, verifiers do not take each other’s claims',
    async run(t) {
      const tokens = await numbered(t, 20);
      const verifiers = [1, 2].map(() => t.countersign.createVerifier(options(t.fixtures, 'HS256')));
      t.equal(mistaken(verifiers[0], tokens), [], 'the first');
      const [one, other] = verifiers;
      const wrong = tokens.filter((token, number) => {
        const [again, reversed] = [one.verifySync(token), other.verifySync(tokens[19 - number])];
        const twice = other.verifySync(tokens[19 - number]);
        return again.payload.jti !== `token ${number}` || [reversed, twice].some(({ payload }) => payload.jti !== `token ${19 - number}`);
      });
      t.equal(wrong.length, 0, 'tokens with other claims');
    },
  },
  {
    name: 'recalled, more claims than are kept',
    async run(t) {
      // 2.5 kB each: 600 of them are half as much again as a verifier keeps the claims of.
      const tokens = await numbered(t, 600, { filler: ['x'.repeat(2_400)] });
      const verifier = t.countersign.createVerifier(options(t.fixtures, 'HS256', { tokenCache: 4_000 }));
      t.equal(mistaken(verifier, tokens), [], 'tokens with other claims');
      t.equal(mistaken(verifier, tokens.slice(0, 10)), [], 'the first ten again');
    },
  },
];
