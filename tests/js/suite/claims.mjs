/** Claims: time, issuer, audience, subject, type and what must be there. */
import { AT_NOW, AUDIENCE, claims, ISSUER, mint, NOW, options, sign } from './tokens.mjs';

const FAILED = 'ERR_JWT_CLAIM_VALIDATION_FAILED';
const EXPIRED = 'ERR_JWT_EXPIRED';
const EARLY = 'ERR_JWT_NOT_YET_VALID';

/** A case of rows: label, options of the verifier, claims, what comes out, header. */
const table = (name, rows) => ({
  name: `claims, ${name}`,
  async run(t) {
    for (const [label, changes, changed, expected, header] of rows) {
      const verifier = t.countersign.createVerifier(options(t.fixtures, 'EdDSA', changes));
      await t.token(label, expected, verifier, await mint(t.fixtures, 'EdDSA', changed, header));
    }
  },
});

const at = (seconds) => ({ currentDate: new Date(seconds * 1000) });

export const cases = [
  table('exp', [
    ['a second left', {}, { exp: NOW + 1 }, 'ok'],
    ['now', {}, { exp: NOW }, EXPIRED],
    ['a fraction left', {}, { exp: NOW + 0.5 }, 'ok'],
    ['a fraction ago', {}, { exp: NOW - 0.5 }, EXPIRED],
    ['missing', {}, { exp: undefined }, `${FAILED} exp missing`],
    ['missing, not required', { requiredClaims: [] }, { exp: undefined }, 'ok'],
    ['past, not required', { requiredClaims: [] }, { exp: NOW - 1 }, EXPIRED],
    ['text', {}, { exp: String(NOW + 600) }, `${FAILED} exp invalid`],
    ['null', {}, { exp: null }, `${FAILED} exp invalid`],
    ['true', {}, { exp: true }, `${FAILED} exp invalid`],
    ['an array', {}, { exp: [NOW + 600] }, `${FAILED} exp invalid`],
    ['an object', {}, { exp: {} }, `${FAILED} exp invalid`],
    ['0', {}, { exp: 0 }, EXPIRED],
    ['negative', {}, { exp: -1 }, EXPIRED],
    ['very far', {}, { exp: 1e300 }, 'ok'],
    ['text, not required', { requiredClaims: [] }, { exp: 'never' }, `${FAILED} exp invalid`],
    ['within the tolerance', { clockTolerance: 5 }, { exp: NOW - 4 }, 'ok'],
    ['at the end of the tolerance', { clockTolerance: 5 }, { exp: NOW - 5 }, EXPIRED],
    ['tolerance as text', { clockTolerance: '5s' }, { exp: NOW - 4 }, 'ok'],
    ['tolerance as a minute', { clockTolerance: '1 minute' }, { exp: NOW - 59 }, 'ok'],
  ]),
  table('nbf and iat', [
    ['nbf now', {}, { nbf: NOW }, 'ok'],
    ['nbf ahead', {}, { nbf: NOW + 1 }, EARLY],
    ['nbf ahead within the tolerance', { clockTolerance: 1 }, { nbf: NOW + 1 }, 'ok'],
    ['nbf text', {}, { nbf: '0' }, `${FAILED} nbf invalid`],
    ['nbf null', {}, { nbf: null }, `${FAILED} nbf invalid`],
    ['iat ahead is not compared', {}, { iat: NOW + 60 }, 'ok'],
    ['iat text', {}, { iat: '0' }, `${FAILED} iat invalid`],
    ['iat ahead with an age', { maxTokenAge: 60 }, { iat: NOW + 60 }, EARLY],
    ['age just within', { maxTokenAge: 60 }, { iat: NOW - 59 }, 'ok'],
    ['age beyond', { maxTokenAge: 60 }, { iat: NOW - 61 }, EXPIRED],
    ['age as text', { maxTokenAge: '1 min' }, { iat: NOW - 61 }, EXPIRED],
    ['age without iat', { maxTokenAge: 60 }, { iat: undefined }, `${FAILED} iat missing`],
    ['age beyond, within the tolerance', { maxTokenAge: 60, clockTolerance: 10 }, { iat: NOW - 69 }, 'ok'],
  ]),
  table('iss', [
    ['missing', {}, { iss: undefined }, `${FAILED} iss missing`],
    ['another', {}, { iss: 'https://other.example' }, `${FAILED} iss mismatch`],
    ['a slash more', {}, { iss: `${ISSUER}/` }, `${FAILED} iss mismatch`],
    ['in capitals', {}, { iss: ISSUER.toUpperCase() }, `${FAILED} iss mismatch`],
    ['an array with it', {}, { iss: [ISSUER] }, `${FAILED} iss invalid`],
    ['null', {}, { iss: null }, `${FAILED} iss invalid`],
    ['one of several', { issuer: ['https://a.example', ISSUER] }, {}, 'ok'],
    ['none of several', { issuer: ['https://a.example', 'https://b.example'] }, {}, `${FAILED} iss mismatch`],
    ['opted out', { issuer: null }, { iss: 'https://other.example' }, 'ok'],
    ['left out, keys at hand', { issuer: undefined }, { iss: 'https://other.example' }, 'ok'],
  ]),
  table('aud', [
    ['missing', {}, { aud: undefined }, `${FAILED} aud missing`],
    ['another', {}, { aud: 'api://other' }, `${FAILED} aud mismatch`],
    ['its beginning', {}, { aud: AUDIENCE.slice(0, -1) }, `${FAILED} aud mismatch`],
    ['more than it', {}, { aud: `${AUDIENCE}x` }, `${FAILED} aud mismatch`],
    ['an array with it', {}, { aud: ['a', AUDIENCE] }, 'ok'],
    ['an array without it', {}, { aud: ['a', 'b'] }, `${FAILED} aud mismatch`],
    ['an empty array', {}, { aud: [] }, `${FAILED} aud mismatch`],
    ['a mixed array', {}, { aud: [AUDIENCE, 1] }, `${FAILED} aud invalid`],
    ['an object', {}, { aud: { [AUDIENCE]: true } }, `${FAILED} aud invalid`],
    ['a number', {}, { aud: 1 }, `${FAILED} aud invalid`],
    ['one of several', { audience: ['a', AUDIENCE] }, {}, 'ok'],
    ['opted out', { audience: null }, { aud: 'api://other' }, 'ok'],
    ['opted out and missing', { audience: null }, { aud: undefined }, 'ok'],
  ]),
  table('sub, typ and required claims', [
    ['subject', { subject: 'user-1' }, {}, 'ok'],
    ['another subject', { subject: 'user-2' }, {}, `${FAILED} sub mismatch`],
    ['one of several subjects', { subject: ['user-2', 'user-1'] }, {}, 'ok'],
    ['no subject', { subject: 'user-1' }, { sub: undefined }, `${FAILED} sub missing`],
    ['typ', { typ: 'at+jwt' }, {}, 'ok', { typ: 'at+jwt' }],
    ['typ as a media type', { typ: 'at+jwt' }, {}, 'ok', { typ: 'application/at+jwt' }],
    ['typ in capitals', { typ: 'application/AT+JWT' }, {}, 'ok', { typ: 'at+jwt' }],
    ['another typ', { typ: 'at+jwt' }, {}, `${FAILED} typ mismatch`, { typ: 'JWT' }],
    ['no typ', { typ: 'at+jwt' }, {}, `${FAILED} typ missing`],
    ['a required claim', { requiredClaims: ['exp', 'tenant'] }, { tenant: 'a' }, 'ok'],
    ['a required claim that is null', { requiredClaims: ['tenant'] }, { tenant: null }, 'ok'],
    ['a required claim that is missing', { requiredClaims: ['exp', 'tenant'] }, {}, `${FAILED} tenant missing`],
    ['required names of Object.prototype', { requiredClaims: ['toString'] }, {}, `${FAILED} toString missing`],
    ['required __proto__', { requiredClaims: ['__proto__'] }, {}, `${FAILED} __proto__ missing`],
  ]),
  {
    name: 'claims, headers that ask for more',
    async run(t) {
      const verifier = t.countersign.createVerifier(options(t.fixtures));
      const key = t.fixtures.keys.ed25519;
      const rows = [
        ['crit', { crit: ['exp'], exp: NOW }, 'ERR_JOSE_NOT_SUPPORTED'],
        ['empty crit', { crit: [] }, 'ERR_JOSE_NOT_SUPPORTED'],
        ['b64 false', { b64: false, crit: ['b64'] }, 'ERR_JOSE_NOT_SUPPORTED'],
        ['b64 false without crit', { b64: false }, 'ERR_JOSE_NOT_SUPPORTED'],
        ['zip', { zip: 'DEF' }, 'ERR_JOSE_NOT_SUPPORTED'],
        ['enc', { enc: 'A256GCM' }, 'ERR_JOSE_NOT_SUPPORTED'],
        ['a key of its own', { jwk: { kty: 'OKP', crv: 'Ed25519', x: t.fixtures.keys.ed25519Other.x } }, 'ok'],
        ['a key URL', { jku: 'https://evil.example/jwks.json' }, 'ok'],
        ['kid a number', { kid: 7 }, 'ERR_JWT_INVALID'],
        ['alg a number', { alg: 7 }, 'ERR_JWT_INVALID'],
      ];
      for (const [label, header, expected] of rows) {
        const encoded = await sign(key, { alg: 'EdDSA', ...header, ...(header.alg && { alg: 'EdDSA' }) });
        if (header.alg === undefined) {
          await t.token(label, expected, verifier, encoded);
        } else {
          const [, payload, signature] = encoded.split('.');
          await t.token(label, expected, verifier, `${btoa(JSON.stringify(header)).replaceAll('=', '')}.${payload}.${signature}`);
        }
      }
      const other = { ...t.fixtures.keys.ed25519Other };
      const embedded = await sign(other, { alg: 'EdDSA', jwk: { kty: 'OKP', crv: 'Ed25519', x: other.x } });
      await t.token("signed with the token's own key", 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', verifier, embedded);
    },
  },
  {
    name: 'claims, payloads that are no claims',
    async run(t) {
      const verifier = t.countersign.createVerifier(options(t.fixtures));
      const key = t.fixtures.keys.ed25519;
      const good = JSON.stringify(claims());
      const texts = {
        'an array': '[]',
        text: '"x"',
        null: 'null',
        empty: '',
        'a number': '1',
        'cut short': good.slice(0, -1),
        'junk behind': `${good}x`,
        'a byte order mark': `\ufeff${good}`,
        'a member twice': `{"exp":1,${good.slice(1)}`,
        'a member twice by another spelling': `{"\\u0065xp":1,${good.slice(1)}`,
        'a trailing comma': `${good.slice(0, -1)},}`,
        'a comment': `/**/${good}`,
        'single quotes': good.replaceAll('"', "'"),
        'too deep': `{"a":${'['.repeat(200)}${']'.repeat(200)},${good.slice(1)}`,
        'a number beyond all': `{"a":1e400,${good.slice(1)}`,
        'a lone surrogate': `{"a":"\\ud800",${good.slice(1)}`,
        'a control character': `{"a":"\u0001",${good.slice(1)}`,
      };
      for (const [label, text] of Object.entries(texts)) {
        await t.token(label, 'ERR_JWT_INVALID', verifier, await sign(key, { alg: 'EdDSA' }, text));
      }
      await t.token('spaces around', 'ok', verifier, await sign(key, { alg: 'EdDSA' }, ` \n${good}\t`));
    },
  },
  {
    name: 'claims, the moment of a call',
    async run(t) {
      const token = await mint(t.fixtures, 'EdDSA');
      const verifier = t.countersign.createVerifier(options(t.fixtures));
      await t.token('too late by the call', EXPIRED, verifier, token, at(NOW + 600));
      await t.token('the call wins over the option', 'ok', verifier, token, at(NOW + 599));
      await t.token('before the epoch', 'ok', verifier, token, at(-1));
      const clock = t.countersign.createVerifier(options(t.fixtures, 'EdDSA', { currentDate: () => AT_NOW }));
      await t.token('a function', 'ok', clock, token);
      const hosts = t.countersign.createVerifier(options(t.fixtures, 'EdDSA', { currentDate: undefined }));
      await t.token("the host's clock", EXPIRED, hosts, token);
      const later = await mint(t.fixtures, 'EdDSA', { exp: Math.floor(Date.now() / 1000) + 600 });
      await t.token("the host's clock, a fresh token", 'ok', hosts, later);
    },
  },
];
