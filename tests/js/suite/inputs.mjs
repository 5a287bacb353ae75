/** Where a token is taken from: a string, a `Request`, `Headers`, and everything that is none of these. */
import { mint, options } from './tokens.mjs';

const withAuthorization = (...values) => {
  const headers = new Headers();
  for (const value of values) headers.append('authorization', value);
  return headers;
};

const asRequest = (headers) => new Request('https://api.example/orders', { headers });

export const cases = [
  {
    name: 'input, a Request or Headers',
    async run(t) {
      const token = await mint(t.fixtures, 'EdDSA');
      const verifier = t.countersign.createVerifier(options(t.fixtures));
      const table = [
        ['Bearer', [`Bearer ${token}`], 'ok'],
        ['bearer', [`bearer ${token}`], 'ok'],
        ['BEARER', [`BEARER ${token}`], 'ok'],
        ['no header', [], 'ERR_TOKEN_MISSING'],
        ['empty header', [''], 'ERR_TOKEN_MISSING'],
        ['another scheme', ['Basic dXNlcjpwYXNz'], 'ERR_TOKEN_MISSING'],
        ['another scheme, with parameters', ['Digest username="a", uri="/", nc=00000001'], 'ERR_TOKEN_MISSING'],
        ['another scheme, with parameters, and a token', ['Digest username="a", uri="/"', `Bearer ${token}`], 'ERR_TOKEN_AMBIGUOUS'],
        ['another scheme, with a token in its quotes', [`Digest username="a, Bearer ${token}"`], 'ERR_TOKEN_AMBIGUOUS'],
        ['the scheme alone', ['Bearer'], 'ERR_TOKEN_MISSING'],
        ['a scheme that begins like it', [`BearerX ${token}`], 'ERR_TOKEN_MISSING'],
        ['the token without a scheme', [token], 'ERR_TOKEN_MISSING'],
        ['two values', [`Bearer ${token}`, `Bearer ${token}`], 'ERR_TOKEN_AMBIGUOUS'],
        ['two values of two schemes', ['Basic dXNlcjpwYXNz', `Bearer ${token}`], 'ERR_TOKEN_AMBIGUOUS'],
        ['joined by a comma', [`Bearer ${token},Bearer ${token}`], 'ERR_TOKEN_AMBIGUOUS'],
        ['a second token after a comma', [`Bearer ${token}, ${token}`], 'ERR_TOKEN_AMBIGUOUS'],
        ['junk behind the token', [`Bearer ${token} x`], 'ERR_JWT_INVALID'],
        ['not a token', ['Bearer x'], 'ERR_JWT_INVALID'],
      ];
      for (const [label, values, expected] of table) {
        await t.token(`${label}, Headers`, expected, verifier, withAuthorization(...values));
        await t.token(`${label}, Request`, expected, verifier, asRequest(withAuthorization(...values)));
      }
      const others = new Headers({ cookie: `token=${token}`, 'x-authorization': `Bearer ${token}` });
      await t.token('other headers', 'ERR_TOKEN_MISSING', verifier, others);
      const inUrl = new Request(`https://api.example/?access_token=${token}`);
      await t.token('in the URL', 'ERR_TOKEN_MISSING', verifier, inUrl);
    },
  },
  {
    name: 'input, a string is the token itself',
    async run(t) {
      const token = await mint(t.fixtures, 'EdDSA');
      const [header, payload, signature] = token.split('.');
      const verifier = t.countersign.createVerifier(options(t.fixtures));
      const invalid = {
        'with its scheme': `Bearer ${token}`,
        empty: '',
        'a space': ' ',
        'a space before': ` ${token}`,
        'a line end behind': `${token}\n`,
        'two dots': '..',
        'one part': header,
        'two parts': `${header}.${payload}`,
        'four parts': `${token}.${signature}`,
        'five parts': `${header}.${payload}.${signature}.${signature}.${signature}`,
        'a padded part': `${header}=.${payload}.${signature}`,
        'standard base64': `${header}.${payload}.+/${signature.slice(2)}`,
        'a letter beyond ASCII': `${header}.${payload}é.${signature}`,
        'a lone surrogate': `${header}.${payload}\ud800.${signature}`,
        'a NUL': `${header}.${payload}\0.${signature}`,
        'a byte order mark': `\ufeff${token}`,
        'JSON serialisation': JSON.stringify({ protected: header, payload, signature }),
        'a part of one letter': `A.${payload}.${signature}`,
        'the word undefined': 'undefined',
        'the word null': 'null',
      };
      for (const [label, text] of Object.entries(invalid)) {
        await t.token(label, 'ERR_JWT_INVALID', verifier, text);
      }
    },
  },
  {
    name: 'input, nothing at all',
    async run(t) {
      const verifier = t.countersign.createVerifier(options(t.fixtures));
      await t.token('undefined', 'ERR_TOKEN_MISSING', verifier, undefined);
      await t.token('null', 'ERR_TOKEN_MISSING', verifier, null);
    },
  },
  {
    name: 'input of a wrong type is a refused token, never a trap',
    async run(t) {
      const token = await mint(t.fixtures, 'EdDSA');
      const verifier = t.countersign.createVerifier(options(t.fixtures));
      const wrong = {
        'a number': 12,
        'a big integer': 12n,
        NaN: Number.NaN,
        true: true,
        false: false,
        'a symbol': Symbol('token'),
        'a function': () => token,
        'an object': {},
        'an object with a token': { token },
        'an array of a token': [token],
        'a String object': new String(token),
        'a Promise of a token': Promise.resolve(token),
        'a Uint8Array of the token': new TextEncoder().encode(token),
        'an ArrayBuffer': new ArrayBuffer(8),
        'a Date': new Date(0),
        'an object that says it is a string': { toString: () => token, valueOf: () => token },
        'a URL': new URL('https://api.example/'),
        'a Response with the header': new Response(null, { headers: { 'x-token': token } }),
      };
      for (const [label, value] of Object.entries(wrong)) {
        const error = await t.verdict(`${label}, sync`, label.startsWith('a Response') ? 'ERR_TOKEN_MISSING' : 'ERR_JWT_INVALID', () => verifier.verifySync(value));
        t.ok(!String(error?.message).includes(token), `${label}: the message must not hold the token`);
        await t.verdict(label, label.startsWith('a Response') ? 'ERR_TOKEN_MISSING' : 'ERR_JWT_INVALID', () => verifier.verify(value));
      }
      await t.token('a good token afterwards', 'ok', verifier, token);
    },
  },
  {
    name: 'input, header fields that lie',
    async run(t) {
      const token = await mint(t.fixtures, 'EdDSA');
      const verifier = t.countersign.createVerifier(options(t.fixtures));
      let reads = 0;
      const flipping = { get: () => (++reads % 2 === 1 ? 'Bearer x' : `Bearer ${token}`) };
      await t.verdict('read once', 'ERR_JWT_INVALID', () => verifier.verifySync(flipping));
      t.equal(reads, 1, 'reads of the header');
      await t.token('a number as the value', 'ERR_TOKEN_MISSING', verifier, { get: () => 7 });
      await t.token('a plain record', 'ERR_JWT_INVALID', verifier, { authorization: `Bearer ${token}` });
      const throwing = { get: () => { throw new RangeError('no'); } };
      await t.verdict('a get that throws', 'UNTYPED RangeError', () => verifier.verifySync(throwing));
      await t.verdict('a get that throws, async', 'UNTYPED RangeError', () => verifier.verify(throwing));
      const reentrant = { get: () => (verifier.verifySync(token), `Bearer ${token}`) };
      await t.token('a get that verifies', 'ok', verifier, reentrant);
    },
  },
  {
    name: 'input of 1 MiB is refused at once',
    async run(t) {
      const verifier = t.countersign.createVerifier(options(t.fixtures));
      const [header, payload, signature] = (await mint(t.fixtures, 'EdDSA')).split('.');
      const junk = {
        'one part': 'a'.repeat(1 << 20),
        'only dots': '.'.repeat(1 << 20),
        'a long payload': `${header}.${'a'.repeat(1 << 20)}.${signature}`,
        'a long signature': `${header}.${payload}.${'a'.repeat(1 << 20)}`,
        'wide letters': '𝒳'.repeat(1 << 19),
        '16 KiB and one': 'a'.repeat(16 * 1024 + 1),
        '11 000 wide letters': 'é'.repeat(11_000),
      };
      for (const [label, text] of Object.entries(junk)) {
        await t.token(label, 'ERR_TOKEN_TOO_LARGE', verifier, text);
        await t.token(`${label}, in a header`, 'ERR_TOKEN_TOO_LARGE', verifier, { get: () => `Bearer ${text}` });
      }
      const times = Array.from({ length: 21 }, () => {
        const start = performance.now();
        try {
          verifier.verifySync(junk['a long payload']);
        } catch {
          // Its code is checked above.
        }
        return performance.now() - start;
      });
      const median = times.sort((a, b) => a - b)[10];
      t.ok(median < 50, `refusing 1 MiB takes ${median} ms`);
      await t.token('16 KiB', 'ERR_JWT_INVALID', verifier, 'a'.repeat(16 * 1024));
    },
  },
];
