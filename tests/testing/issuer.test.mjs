import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVerifier, dangerouslyDecode } from 'countersign';
import { createIssuer } from 'countersign/testing';

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];

const code = (promise) => promise.then(() => 'ok', (error) => error.code ?? String(error));
const verifierOf = (issuer, options = {}) => createVerifier({ issuer: issuer.issuer, audience: 'api', fetch: issuer.fetch, ...options });
const ready = () => createIssuer({ algorithm: 'ES256', claims: { aud: 'api', sub: 'alice' } });

for (const algorithm of ALGORITHMS) {
  test(`a token signed by ${algorithm} verifies, by discovery and with the keys at hand`, async () => {
    const issuer = await createIssuer({ algorithm, issuer: 'https://login.example/tenant/' });
    const token = await issuer.sign({ aud: 'api', sub: 'bob' });
    const verified = await verifierOf(issuer).verify(token);
    assert.deepEqual([verified.payload.sub, verified.algorithm, verified.kid], ['bob', algorithm, 'key-1']);
    assert.equal(createVerifier({ issuer: issuer.issuer, audience: 'api', jwks: issuer.jwks() }).verifySync(token).payload.sub, 'bob');
    assert.ok(issuer.jwks().keys.every((key) => !('d' in key)), 'only public halves are published');
  });
}

test('claims and header are as they are asked for', async () => {
  const issuer = await ready();
  const { payload, protectedHeader } = dangerouslyDecode(
    await issuer.sign({ sub: undefined, jti: '7' }, { header: { typ: 'at+jwt' }, currentDate: new Date(1_700_000_000_000) }),
  );
  assert.deepEqual(payload, { iss: issuer.issuer, iat: 1_700_000_000, exp: 1_700_000_300, aud: 'api', jti: '7' });
  assert.deepEqual(protectedHeader, { alg: 'ES256', kid: 'key-1', typ: 'at+jwt' });
});

test('a key that is withdrawn is refused once the verifier has fetched anew', async () => {
  const issuer = await ready();
  const stolen = 'key-1';
  await issuer.rotate();
  issuer.withdraw(stolen);
  const verifier = verifierOf(issuer);
  assert.equal(await code(verifier.verify(await issuer.sign())), 'ok');
  assert.equal(await code(issuer.sign({}, { kid: stolen }).then((token) => verifier.verify(token))), 'ERR_JWKS_NO_MATCHING_KEY');
});

const WAYS = {
  stall: [(fetch) => fetch.stall(), 'ERR_JWKS_TIMEOUT'],
  'fail without an answer': [(fetch) => fetch.fail(), 'ERR_JWKS_UNAVAILABLE'],
  'fail with a status': [(fetch) => fetch.fail(500), 'ERR_JWKS_UNAVAILABLE'],
  'answer too late': [(fetch) => fetch.delay(10_000), 'ERR_JWKS_TIMEOUT'],
  'answer slowly': [(fetch) => fetch.delay(20), 'ok'],
  redirect: [(fetch) => fetch.redirect(), 'ERR_JWKS_INVALID'],
  'grow beyond bounds': [(fetch) => fetch.grow(1 << 22), 'ERR_JWKS_INVALID'],
  'grow within bounds': [(fetch) => fetch.grow(10_000), 'ok'],
};
for (const [way, [misbehave, expected]] of Object.entries(WAYS)) {
  test(`the key endpoint can ${way}, and recover`, async () => {
    const issuer = await ready();
    misbehave(issuer.fetch);
    assert.equal(await code(verifierOf(issuer, { timeoutDuration: 150 }).verify(await issuer.sign())), expected);
    issuer.fetch.recover();
    assert.equal(await code(verifierOf(issuer).verify(await issuer.sign())), 'ok');
  });
}

test('requests are counted, and strange URLs are not found', async () => {
  const issuer = await ready();
  const verifier = verifierOf(issuer);
  await Promise.all(Array.from({ length: 8 }, async () => verifier.verify(await issuer.sign())));
  assert.deepEqual(issuer.fetch.requests, [`${issuer.issuer}/.well-known/openid-configuration`, issuer.jwksUri]);
  assert.equal((await issuer.fetch('https://issuer.test/other')).status, 404);
  assert.equal((await issuer.fetch(new URL(issuer.jwksUri))).status, 200);
  await assert.rejects(issuer.fetch(issuer.jwksUri, { signal: AbortSignal.abort() }), { name: 'AbortError' });
});

test('wrong options are refused', async () => {
  const issuer = await ready();
  for (const options of [{}, { algorithm: 'HS256' }, { algorithm: 'none' }, { algorithm: 'ES256', typo: 1 }, undefined]) {
    assert.equal(await code(createIssuer(options)), 'ERR_CONFIG_INVALID');
  }
  assert.equal(await code(issuer.sign({}, { kid: 'nope' })), 'ERR_CONFIG_INVALID');
  assert.equal(await code(issuer.sign({}, { Kid: 'key-1' })), 'ERR_CONFIG_INVALID');
  assert.throws(() => issuer.withdraw('nope'), { code: 'ERR_CONFIG_INVALID' });
});
