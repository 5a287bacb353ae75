/** Verifiers of several issuers, and what a verification says about itself. */
import { down, json, scripted } from './fetches.mjs';
import { AT_NOW, AUDIENCE, claims, mint, NOW, options, publicPart, sign, tampered } from './tokens.mjs';

const [A, B, C] = ['https://a.example', 'https://b.example', 'https://c.example'];
const CONFIG = 'ERR_CONFIG_INVALID';
const MISMATCH = 'ERR_JWT_CLAIM_VALIDATION_FAILED iss mismatch';

const CHECKS = ['structure', 'header', 'algorithm', 'key', 'signature', 'payload', 'issuer', 'audience', 'expiration', 'notBefore', 'issuedAt', 'subject', 'type', 'requiredClaims', 'providerRules', 'access'];

export const cases = [
  {
    name: 'several issuers, each with its own keys',
    async run(t) {
      const { keys } = t.fixtures;
      const verifier = t.countersign.createVerifier([
        { issuer: A, audience: AUDIENCE, key: publicPart(keys.ed25519), currentDate: AT_NOW },
        { issuer: B, audience: 'b', secret: keys.secret },
        { issuer: [C, `${C}/v2`], audience: null, key: publicPart(keys.p256) },
      ]);
      const token = (key, alg, iss, aud = AUDIENCE) => sign(key, { alg }, claims({ iss, aud }));
      const secret = new TextEncoder().encode(keys.secret);
      await t.token('the first', 'ok', verifier, await token(keys.ed25519, 'EdDSA', A));
      await t.token('the second', 'ok', verifier, await token(secret, 'HS256', B, 'b'));
      await t.token('the third, by its other name', 'ok', verifier, await token(keys.p256, 'ES256', `${C}/v2`, 'whatever'));
      await t.token('an unknown one', MISMATCH, verifier, await token(keys.ed25519, 'EdDSA', 'https://d.example'));
      await t.token('none', 'ERR_JWT_CLAIM_VALIDATION_FAILED iss missing', verifier, await token(keys.ed25519, 'EdDSA', undefined));
      await t.token('a list', 'ERR_JWT_CLAIM_VALIDATION_FAILED iss invalid', verifier, await token(keys.ed25519, 'EdDSA', [A]));
      await t.token("the first's key for the third", 'ERR_JOSE_ALG_NOT_ALLOWED', verifier, await token(keys.ed25519, 'EdDSA', C));
      await t.token("another's key of the same kind", 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', verifier, await token(keys.p256Other, 'ES256', C));
      await t.token("the first's secret nowhere", 'ERR_JOSE_ALG_NOT_ALLOWED', verifier, await token(secret, 'HS256', A));
      await t.token("the first's audience for the second", 'ERR_JWT_CLAIM_VALIDATION_FAILED aud mismatch', verifier, await token(secret, 'HS256', B));
      t.equal(Object.keys(verifier.keys).sort(), [A, B, C, `${C}/v2`], 'issuers of keys');
      t.equal(verifier.keys[A], { fresh: true, coolingDown: false, reloading: false, count: 1 }, 'keys of the first');
    },
  },
  {
    name: 'several issuers must be told apart',
    async run(t) {
      const { createVerifier } = t.countersign;
      const one = (issuer) => ({ issuer, audience: AUDIENCE, secret: t.fixtures.keys.secret });
      await t.verdict('the same twice', CONFIG, () => createVerifier([one(A), one(A)]));
      await t.verdict('the same in a list', CONFIG, () => createVerifier([one(A), one([B, A])]));
      await t.verdict('null', CONFIG, () => createVerifier([one(A), one(null)]));
      await t.verdict('left out', CONFIG, () => createVerifier([one(A), { audience: AUDIENCE, secret: t.fixtures.keys.secret }]));
      await t.verdict('empty', CONFIG, () => createVerifier([]));
      await t.verdict('a wrong option in the second', CONFIG, () => createVerifier([one(A), { ...one(B), audiences: 'x' }]));
      await t.verdict('one alone', 'ok', () => createVerifier([one(A)]));
    },
  },
  {
    name: 'several issuers with remote keys',
    async run(t) {
      const { keys } = t.fixtures;
      const sets = { [`${A}/jwks`]: { keys: [{ ...publicPart(keys.ed25519), kid: 'k' }] }, [`${B}/jwks`]: { keys: [{ ...publicPart(keys.ed25519Other), kid: 'k' }] } };
      const fetch = scripted((request) => (sets[request.url] ? json(sets[request.url])() : down()));
      const make = (own) => t.countersign.createVerifier([A, B].map((issuer) => ({ issuer, audience: AUDIENCE, jwksUri: `${issuer}/jwks`, fetch: own, currentDate: AT_NOW })));
      const verifier = make(fetch);
      const [ofA, ofB] = await Promise.all([sign(keys.ed25519, { alg: 'EdDSA', kid: 'k' }, claims({ iss: A })), sign(keys.ed25519Other, { alg: 'EdDSA', kid: 'k' }, claims({ iss: B }))]);
      await t.verdict('the first', 'ok', () => verifier.verify(ofA));
      t.equal(fetch.calls.map(({ url }) => url), [`${A}/jwks`], 'only its own keys are fetched');
      await t.verdict('the second', 'ok', () => verifier.verify(ofB));
      const crossed = await sign(keys.ed25519, { alg: 'EdDSA', kid: 'k' }, claims({ iss: B }));
      await t.verdict("the first's key under the second's name", 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', () => verifier.verify(crossed));
      t.equal([verifier.keys[A].count, verifier.keys[B].count], [1, 1], 'counts');
      const pinned = make(scripted(down));
      pinned.restore(JSON.parse(JSON.stringify(verifier.snapshot())));
      await t.verdict('from a snapshot', 'ok', () => [pinned.verifySync(ofA), pinned.verifySync(ofB)]);
      await t.verdict('preload of both', 'ok', () => make(fetch).preload());
      t.equal(fetch.calls.length, 4, 'fetches');
    },
  },
  {
    name: 'explain says what becomes of every check',
    async run(t) {
      const verifier = t.countersign.createVerifier(options(t.fixtures));
      const token = await mint(t.fixtures, 'EdDSA');
      const explain = async (label, input, failed, code, call) => {
        const explanation = await t.verdict(label, 'ok', () => verifier.explain(input, call));
        const { accepted, code: given, checks } = explanation;
        t.equal([accepted, given ?? undefined], [code === undefined, code], `${label}: accepted and code`);
        t.equal(checks.map(({ check }) => check), CHECKS, `${label}: checks`);
        const at = failed === undefined ? CHECKS.length : CHECKS.indexOf(failed);
        // Nothing is demanded beyond verification, so that `access` is never reached.
        const outcomes = CHECKS.map((check, index) => (check === 'access' || index > at ? 'notReached' : index === at ? 'failed' : 'passed'));
        t.equal(checks.map(({ outcome }) => outcome), outcomes, `${label}: outcomes`);
        if (failed !== undefined) t.equal(checks[at].code, code, `${label}: code of the failed check`);
        t.ok(!JSON.stringify(explanation).includes(token.split('.')[2].slice(0, 20)), `${label}: the signature is told`);
      };
      const invalid = 'ERR_JWT_INVALID';
      await explain('good', token);
      await explain('not a token', 'x', 'structure', invalid);
      await explain('a bad header', `e30.${token.split('.').slice(1).join('.')}`, 'header', invalid);
      await explain('another algorithm', await mint(t.fixtures, 'ES256'), 'algorithm', 'ERR_JOSE_ALG_NOT_ALLOWED');
      await explain('a bad signature', tampered(token, 2), 'signature', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
      await explain('another issuer', await mint(t.fixtures, 'EdDSA', { iss: A }), 'issuer', 'ERR_JWT_CLAIM_VALIDATION_FAILED');
      await explain('another audience', await mint(t.fixtures, 'EdDSA', { aud: 'x' }), 'audience', 'ERR_JWT_CLAIM_VALIDATION_FAILED');
      await explain('expired', await mint(t.fixtures, 'EdDSA', { exp: NOW }), 'expiration', 'ERR_JWT_EXPIRED');
      await explain('too early', await mint(t.fixtures, 'EdDSA', { nbf: NOW + 9 }), 'notBefore', 'ERR_JWT_NOT_YET_VALID');
      await explain('expired at the moment of the call', token, 'expiration', 'ERR_JWT_EXPIRED', { currentDate: new Date((NOW + 900) * 1000) });
      for (const [label, value] of Object.entries({ undefined: undefined, null: null, 'a number': 1, 'a symbol': Symbol('x'), empty: '', 'a Request': new Request('https://a.example/') })) {
        await explain(label, value, 'structure', invalid);
      }
      const huge = verifier.explain('a'.repeat(1 << 20));
      t.equal([huge.accepted, huge.code], [false, 'ERR_TOKEN_TOO_LARGE'], 'a huge token');
      const cold = t.countersign.createVerifier({ issuer: A, audience: AUDIENCE, jwksUri: `${A}/jwks`, fetch: scripted(down), currentDate: AT_NOW });
      t.equal(cold.explain(await mint(t.fixtures, 'EdDSA')).code, 'ERR_JWKS_UNAVAILABLE', 'without keys');
    },
  },
];
