/** Options of a verifier: every wrong one is refused by name when the verifier is made. */
import { AUDIENCE, ISSUER, mint, NOW, options, publicPart } from './tokens.mjs';

const CONFIG = 'ERR_CONFIG_INVALID';

/** Checks that every value is refused by an error that names the option. */
async function refuseAll(t, name, values) {
  for (const [label, value] of Object.entries(values)) {
    const error = await t.verdict(`${name}: ${label}`, CONFIG, () => t.countersign.createVerifier(options(t.fixtures, 'EdDSA', { [name]: value })));
    t.ok(String(error?.message).includes(name), `the message for ${name} ${label} does not name it: ${error?.message}`);
  }
}

const NO_TEXT = { 'a number': 1, null: null, true: true, 'an object': {}, 'a function': () => 'x', 'a symbol': Symbol('x'), 'a String object': new String('x'), empty: '' };
const NO_NUMBER = { null: null, true: true, NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY, negative: -1, 'a big integer': 1n, 'an object': {}, 'a Number object': new Number(1), 'a symbol': Symbol('x') };
const NO_TEXTS = { 'empty list': [], 'a number in a list': ['x', 1], 'null in a list': [null], 'empty text in a list': [''], 'nested lists': [['x']], 'a hole': Array(1), 'a Set': new Set(['x']) };

const { null: _, ...NO_TEXT_BUT_NULL } = NO_TEXT;

export const cases = [
  {
    name: 'options of the wrong type',
    async run(t) {
      await refuseAll(t, 'issuer', { ...NO_TEXT_BUT_NULL, ...NO_TEXTS });
      await refuseAll(t, 'audience', { ...NO_TEXT_BUT_NULL, ...NO_TEXTS, undefined: undefined });
      await refuseAll(t, 'subject', { ...NO_TEXT, ...NO_TEXTS });
      await refuseAll(t, 'typ', { ...NO_TEXT, 'a list': ['JWT'] });
      await refuseAll(t, 'algorithms', { ...NO_TEXTS, null: null, text: 'EdDSA', 'an unknown one': ['XX256'], none: ['none'], 'another case': ['eddsa'], HS256: ['HS256'], 'one of Object.prototype': ['toString'], 'EdDSA and HS256': ['EdDSA', 'HS256'] });
      await refuseAll(t, 'requiredClaims', { null: null, text: 'exp', 'a number in a list': [1], 'an object': {} });
      await refuseAll(t, 'clockTolerance', { ...NO_NUMBER, 'over the ceiling': 301, 'over it as text': '6 min', 'text without a unit': '5', 'an unknown unit': '5 parsecs', 'negative text': '-5s', 'empty text': '' });
      await refuseAll(t, 'maxTokenAge', { ...NO_NUMBER, 0: 0, 'text without a unit': '5', 'an unknown unit': '5 parsecs', 'empty text': '', 'two units': '5 min 3 s' });
      for (const name of ['rolesClaim', 'permissionsClaim', 'scopesClaim']) await refuseAll(t, name, { ...NO_TEXT, 'a list': ['roles'] });
      await refuseAll(t, 'currentDate', { null: null, text: '2024-01-01', 'a number': NOW, 'an invalid Date': new Date(Number.NaN), 'an object': {}, 'what looks like a Date': { getTime: () => NOW } });
      await refuseAll(t, 'fetch', { null: null, text: 'fetch', 'an object': {} });
      await refuseAll(t, 'headers', { null: null, text: 'a: b', 'a number as a value': { a: 1 }, 'a triple': [['a', 'b', 'c']], 'a list of texts': ['ab'] });
    },
  },
  {
    name: 'options of a remote key set of the wrong type',
    async run(t) {
      const remote = (changes) => () => t.countersign.createVerifier({ issuer: ISSUER, audience: AUDIENCE, jwksUri: `${ISSUER}/jwks.json`, fetch: () => {}, ...changes });
      await t.verdict('a good one', 'ok', remote({}));
      for (const name of ['cacheMaxAge', 'cooldownDuration', 'timeoutDuration', 'staleWhileRevalidate', 'staleIfError']) {
        for (const [label, value] of Object.entries({ ...NO_NUMBER, text: '5s' })) {
          const error = await t.verdict(`${name}: ${label}`, CONFIG, remote({ [name]: value }));
          t.ok(String(error?.message).includes(name), `the message for ${name} ${label} does not name it`);
        }
      }
      await t.verdict('timeoutDuration: 0', CONFIG, remote({ timeoutDuration: 0 }));
      for (const [label, value] of Object.entries({ null: null, true: true, 'a fraction': 1.5, negative: -1, text: '10', NaN: Number.NaN, 'too many': 100_001 })) {
        await t.verdict(`tokenCache: ${label}`, CONFIG, remote({ tokenCache: value }));
      }
      const urls = {
        'a number': 1, null: null, empty: '', 'no URL': 'jwks', 'an object': {}, 'http': 'http://issuer.example/jwks', ftp: 'ftp://issuer.example/jwks',
        'a user in it': 'https://user:pass@issuer.example/jwks', javascript: 'javascript:alert(1)', data: 'data:application/json,{}', file: 'file:///etc/passwd', 'a line end': 'https://issuer.example/jwks\n', 'an object that lies': { href: 7 },
      };
      for (const [label, value] of Object.entries(urls)) await t.verdict(`jwksUri: ${label}`, CONFIG, remote({ jwksUri: value }));
      await t.verdict('jwksUri: a URL object', 'ok', remote({ jwksUri: new URL('https://issuer.example/jwks') }));
      await t.verdict('jwksUri: loopback', 'ok', remote({ jwksUri: 'http://127.0.0.1:8080/jwks' }));
      await t.verdict('jwksUri: localhost', 'ok', remote({ jwksUri: 'http://localhost/jwks' }));
      await t.verdict('issuer left out', CONFIG, remote({ issuer: undefined }));
      await t.verdict('issuer opted out', 'ok', remote({ issuer: null }));
      await t.verdict('headers with a line end', CONFIG, remote({ headers: { a: 'b\r\nc: d' } }));
      await t.verdict('headers with a name that is none', CONFIG, remote({ headers: { 'a b': 'c' } }));
      for (const [label, headers] of Object.entries({ 'a record': { a: 'b' }, pairs: [['a', 'b']], Headers: new Headers({ a: 'b' }), 'a Map': new Map([['a', 'b']]) })) {
        await t.verdict(`headers: ${label}`, 'ok', remote({ headers }));
      }
      await t.verdict('HS256', CONFIG, remote({ algorithms: ['HS256'] }));
    },
  },
  {
    name: 'options that are no object, or have unknown names',
    async run(t) {
      const { createVerifier } = t.countersign;
      for (const [label, value] of Object.entries({ undefined: undefined, null: null, text: 'x', 'a number': 1, 'a function': () => {}, true: true, 'an empty array': [], 'an array of nothing': [undefined], 'an array of text': ['x'], nothing: {} })) {
        await t.verdict(label, CONFIG, () => createVerifier(value));
      }
      for (const name of ['audiences', 'Audience', 'jwksURI', 'jwksUrl', 'clockSkew', 'algorithm', 'pem', 'jwk', 'jwksFallbackUris', 'constructor', 'toString', 'hasOwnProperty']) {
        const error = await t.verdict(`unknown ${name}`, CONFIG, () => createVerifier(options(t.fixtures, 'EdDSA', { [name]: 'x' })));
        t.ok(String(error?.message).includes(name), `the message does not name ${name}`);
      }
      const named = JSON.parse('{"__proto__": {"audience": null}}');
      await t.verdict('unknown __proto__', CONFIG, () => createVerifier(Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(options(t.fixtures)), ...Object.getOwnPropertyDescriptors(named) })));
    },
  },
  {
    name: 'options, sources of keys',
    async run(t) {
      const { createVerifier } = t.countersign;
      const { keys } = t.fixtures;
      const base = { issuer: ISSUER, audience: AUDIENCE };
      const sources = { jwksUri: `${ISSUER}/jwks.json`, jwks: { keys: [publicPart(keys.ed25519)] }, key: publicPart(keys.ed25519), secret: keys.secret };
      const names = Object.keys(sources);
      for (const [index, one] of names.entries()) {
        for (const other of names.slice(index + 1)) {
          await t.verdict(`${one} and ${other}`, CONFIG, () => createVerifier({ ...base, [one]: sources[one], [other]: sources[other] }));
        }
      }
      await t.verdict('none, one https issuer', 'ok', () => createVerifier(base));
      await t.verdict('none, no issuer', CONFIG, () => createVerifier({ audience: AUDIENCE }));
      await t.verdict('none, issuer null', CONFIG, () => createVerifier({ audience: AUDIENCE, issuer: null }));
      await t.verdict('none, two issuers', CONFIG, () => createVerifier({ audience: AUDIENCE, issuer: ['https://a.example', 'https://b.example'] }));
      await t.verdict('none, an issuer that is no URL', CONFIG, () => createVerifier({ audience: AUDIENCE, issuer: 'accounts' }));
      await t.verdict('none, an http issuer', CONFIG, () => createVerifier({ audience: AUDIENCE, issuer: 'http://issuer.example' }));
      await t.verdict('jwks: HS256', CONFIG, () => createVerifier({ ...base, jwks: sources.jwks, algorithms: ['HS256'] }));
      await t.verdict('secret: RS256', CONFIG, () => createVerifier({ ...base, secret: keys.secret, algorithms: ['RS256'] }));
    },
  },
  {
    name: 'options are read once and copied',
    async run(t) {
      const { createVerifier } = t.countersign;
      const token = await mint(t.fixtures, 'EdDSA');
      const foreign = await mint(t.fixtures, 'EdDSA', { aud: 'api://other' });
      let reads = 0;
      const flipping = options(t.fixtures);
      Object.defineProperty(flipping, 'audience', { enumerable: true, get: () => ((reads += 1), reads === 1 ? AUDIENCE : 'api://other') });
      const once = createVerifier(flipping);
      await t.token('a getter that flips', 'ok', once, token);
      await t.token('a getter that flips, foreign token', 'ERR_JWT_CLAIM_VALIDATION_FAILED aud mismatch', once, foreign);
      t.equal(reads, 1, 'reads of audience');

      const entering = options(t.fixtures);
      Object.defineProperty(entering, 'issuer', { enumerable: true, get: () => (createVerifier(options(t.fixtures)).verifySync(token), ISSUER) });
      await t.token('a getter that makes a verifier', 'ok', createVerifier(entering), token);

      const proxied = createVerifier(new Proxy(options(t.fixtures), {}));
      await t.token('a Proxy', 'ok', proxied, token);
      const throwing = new Proxy(options(t.fixtures), { get: () => { throw new RangeError('no'); } });
      await t.verdict('a Proxy that throws', 'UNTYPED RangeError', () => createVerifier(throwing));

      const mutable = options(t.fixtures, 'EdDSA', { audience: [AUDIENCE], algorithms: ['EdDSA'], requiredClaims: ['exp'] });
      const fixed = createVerifier(mutable);
      mutable.audience[0] = 'api://other';
      mutable.algorithms.push('HS256');
      mutable.requiredClaims.push('tenant');
      mutable.issuer = null;
      mutable.key.x = publicPart(t.fixtures.keys.ed25519Other).x;
      await t.token('changed afterwards', 'ok', fixed, token);
      await t.token('changed afterwards, foreign token', 'ERR_JWT_CLAIM_VALIDATION_FAILED aud mismatch', fixed, foreign);

      const secret = new TextEncoder().encode(t.fixtures.keys.secret);
      const shared = createVerifier(options(t.fixtures, 'HS256', { secret }));
      secret.fill(0);
      await t.token('a secret wiped afterwards', 'ok', shared, await mint(t.fixtures, 'HS256'));

      const date = new Date(NOW * 1000);
      const dated = createVerifier(options(t.fixtures, 'EdDSA', { currentDate: date }));
      date.setTime((NOW + 3600) * 1000);
      await t.token('a date changed afterwards', 'ok', dated, token);
    },
  },
  {
    name: 'options are own properties only',
    async run(t) {
      const { createVerifier } = t.countersign;
      const inherited = Object.create({ audience: AUDIENCE });
      Object.assign(inherited, options(t.fixtures));
      delete inherited.audience;
      await t.verdict('an inherited audience', CONFIG, () => createVerifier(inherited));
      Object.prototype.audience = null;
      Object.prototype.requiredClaims = [];
      try {
        const { audience, ...rest } = options(t.fixtures);
        await t.verdict('an audience of Object.prototype', CONFIG, () => createVerifier(rest));
        const verifier = createVerifier(options(t.fixtures));
        await t.token('requiredClaims of Object.prototype', 'ERR_JWT_CLAIM_VALIDATION_FAILED exp missing', verifier, await mint(t.fixtures, 'EdDSA', { exp: undefined }));
      } finally {
        delete Object.prototype.audience;
        delete Object.prototype.requiredClaims;
      }
      const bare = Object.assign(Object.create(null), options(t.fixtures));
      await t.token('an object without a prototype', 'ok', createVerifier(bare), await mint(t.fixtures, 'EdDSA'));
    },
  },
  {
    name: 'options of one call',
    async run(t) {
      const verifier = t.countersign.createVerifier(options(t.fixtures));
      const token = await mint(t.fixtures, 'EdDSA');
      await t.token('none', 'ok', verifier, token, {});
      const wrong = {
        'an unknown name': { audience: 'x' },
        text: 'x',
        null: null,
        'an array': [],
        'fetch text': { fetch: 'x' },
        'waitUntil text': { waitUntil: 'x' },
        'currentDate a number': { currentDate: NOW },
        'currentDate a function': { currentDate: () => new Date() },
        'an invalid Date': { currentDate: new Date(Number.NaN) },
      };
      for (const [label, call] of Object.entries(wrong)) await t.token(label, CONFIG, verifier, token, call);
      const clocks = { 'a number': () => NOW, 'an invalid Date': () => new Date(Number.NaN), nothing: () => {}, 'a Promise': () => Promise.resolve(new Date()) };
      for (const [label, currentDate] of Object.entries(clocks)) {
        const bad = t.countersign.createVerifier(options(t.fixtures, 'EdDSA', { currentDate }));
        await t.token(`a clock that gives ${label}`, CONFIG, bad, token);
      }
      const controller = new AbortController();
      controller.abort(new RangeError('enough'));
      await t.verdict('a signal that has aborted', 'UNTYPED RangeError', () => verifier.verify(token, { signal: controller.signal }));
    },
  },
];
