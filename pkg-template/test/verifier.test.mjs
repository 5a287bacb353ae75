import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { countersign, rejection, thrown } from './package.mjs';

const { createVerifier, CountersignError, KeyError, TokenError } = countersign;
const SECRET = 'k'.repeat(32);
const exp = Math.floor(Date.now() / 1000) + 600;
const segment = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function hmacToken(payload) {
  const input = `${segment({ alg: 'HS256' })}.${segment(payload)}`;
  return `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`;
}

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1' };
const issued = { issuer: 'https://id.example', audience: 'api', jwksUri: 'https://id.example/jwks' };

function issuedToken() {
  const input = `${segment({ alg: 'EdDSA', kid: 'k1' })}.${segment({ iss: issued.issuer, aud: 'api', exp, sub: 'ada' })}`;
  return `${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`;
}

const verifier = createVerifier({ secret: SECRET, audience: null });
const token = hmacToken({ sub: 'ada', exp });

test('a token verifies from a string, a Request and Headers', async () => {
  const headers = { authorization: `bearer ${token}` };
  assert.equal(verifier.verifySync(token).payload.sub, 'ada');
  assert.equal(verifier.verifySync(new Headers(headers)).algorithm, 'HS256');
  assert.equal((await verifier.verify(new Request('https://a.example', { headers }))).payload.sub, 'ada');
});

test('every call gives objects of its own', () => {
  assert.notEqual(verifier.verifySync(token).payload, verifier.verifySync(token).payload);
});

test('a claim named __proto__ is a member like any other', () => {
  const crafted = `${segment({ alg: 'HS256' })}.${Buffer.from(`{"exp":${exp},"__proto__":{"admin":1}}`).toString('base64url')}`;
  const { payload } = verifier.verifySync(`${crafted}.${createHmac('sha256', SECRET).update(crafted).digest('base64url')}`);
  assert.equal(payload.admin, undefined);
  assert.ok(Object.hasOwn(payload, '__proto__'));
});

test('anything but a token is refused with ERR_JWT_INVALID', () => {
  for (const junk of [1, {}, [], new Uint8Array(3), 'a.b', 'é.é.é', '\ud800.x.y', '', Symbol.iterator]) {
    assert.equal(thrown(() => verifier.verifySync(junk)).code, 'ERR_JWT_INVALID');
  }
});

test('no credential is ERR_TOKEN_MISSING and several are ERR_TOKEN_AMBIGUOUS', () => {
  for (const none of [undefined, null, new Headers(), new Headers({ authorization: 'Basic eA==' })]) {
    assert.equal(thrown(() => verifier.verifySync(none)).code, 'ERR_TOKEN_MISSING');
  }
  const several = new Headers([['authorization', `Bearer ${token}`], ['authorization', `Bearer ${token}`]]);
  assert.equal(thrown(() => verifier.verifySync(several)).code, 'ERR_TOKEN_AMBIGUOUS');
});

test('a mebibyte of junk is refused by its length', () => {
  assert.equal(thrown(() => verifier.verifySync('a'.repeat(1 << 20))).code, 'ERR_TOKEN_TOO_LARGE');
});

test('errors are of their classes, across realms, and answer with a challenge', async () => {
  const error = thrown(() => verifier.verifySync(`${token.slice(0, -4)}AAAA`));
  assert.equal(error.code, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
  assert.ok(error instanceof TokenError && error instanceof CountersignError && !(error instanceof KeyError));
  class Own extends CountersignError {}
  assert.ok(!(error instanceof Own));
  const response = error.toResponse();
  assert.equal(response.status, 401);
  assert.match(response.headers.get('www-authenticate'), /^Bearer error="invalid_token"/);
  assert.equal((await response.json()).code, error.code);
  assert.equal(JSON.parse(JSON.stringify(error)).code, error.code);
});

test('a secret is bytes or a string and nothing that looks like them', async () => {
  const key = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['sign']);
  const posing = { [Symbol.toStringTag]: 'ArrayBuffer', byteLength: 32 };
  const wrong = [1, {}, [], key, posing, Promise.resolve(), new DataView(new ArrayBuffer(32)), new Uint16Array(32).fill(3)];
  const worthless = ['', '\0'.repeat(32), 'short', new Uint8Array(0), new Uint8Array(32), new ArrayBuffer(32)];
  for (const secret of [...wrong, ...worthless]) {
    assert.equal(thrown(() => createVerifier({ secret, audience: null })).code, 'ERR_CONFIG_INVALID');
  }
  const bytes = new TextEncoder().encode(SECRET);
  const foreign = runInNewContext('Uint8Array.from(bytes)', { bytes });
  const shared = new Uint8Array(new SharedArrayBuffer(32));
  shared.set(bytes);
  for (const secret of [bytes, bytes.buffer, Buffer.from(bytes), foreign, foreign.buffer, shared]) {
    assert.equal(createVerifier({ secret, audience: null }).verifySync(token).payload.sub, 'ada');
  }
});

test('wrong and unknown options are named', () => {
  const cases = { typo: 1, clockTolerance: -1, algorithms: ['none'], audience: [], currentDate: 5, requiredClaims: 'exp' };
  for (const [name, value] of Object.entries(cases)) {
    const error = thrown(() => createVerifier({ secret: SECRET, audience: null, [name]: value }));
    assert.equal(error.code, 'ERR_CONFIG_INVALID');
    assert.ok(error.message.startsWith(`${name}:`), error.message);
  }
  assert.match(thrown(() => createVerifier({ secret: SECRET })).message, /^audience:/);
});

test('an option on Object.prototype is no option', () => {
  Object.prototype.audience = null;
  try {
    assert.match(thrown(() => createVerifier({ secret: SECRET })).message, /^audience:/);
  } finally {
    delete Object.prototype.audience;
  }
});

test('options are read once', () => {
  let reads = 0;
  const options = { audience: null, get secret() { reads += 1; return SECRET; } };
  createVerifier(options).verifySync(token);
  assert.equal(reads, 1);
});

test('twenty calls at once make one fetch', async () => {
  let fetches = 0;
  const fetch = async () => {
    fetches += 1;
    await new Promise((resolve) => setTimeout(resolve, 60));
    return Response.json({ keys: [jwk] });
  };
  const remote = createVerifier({ ...issued, fetch });
  assert.equal(thrown(() => remote.verifySync(issuedToken())).code, 'ERR_JWKS_UNAVAILABLE');
  await Promise.all(Array.from({ length: 20 }, () => remote.verify(issuedToken())));
  assert.equal(fetches, 1);
  assert.equal(remote.verifySync(issuedToken()).kid, 'k1');
  const restored = createVerifier(issued);
  restored.restore(JSON.parse(JSON.stringify(remote.snapshot())));
  assert.equal(restored.verifySync(issuedToken()).payload.sub, 'ada');
});

test('a key endpoint that fails is 503 and never 401', async () => {
  const never = () => new Promise(() => {});
  const cases = [
    [never, 'ERR_JWKS_TIMEOUT'],
    [() => { throw new Error('no network'); }, 'ERR_JWKS_UNAVAILABLE'],
    [async () => new Response(null, { status: 302, headers: { location: '/' } }), 'ERR_JWKS_INVALID'],
    [async () => new Response('x'.repeat(300_000)), 'ERR_JWKS_INVALID'],
    [async () => new Response('{}'), 'ERR_JWKS_INVALID'],
  ];
  for (const [fetch, code] of cases) {
    const error = await rejection(createVerifier({ ...issued, fetch, timeoutDuration: 50 }).verify(issuedToken()));
    assert.deepEqual([error.code, error.status, error.retryable], [code, 503, true]);
  }
});

test("a call ends with its signal's reason", async () => {
  const remote = createVerifier({ ...issued, fetch: () => new Promise(() => {}) });
  const reason = new Error('gone');
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 10);
  assert.equal(await rejection(remote.verify(issuedToken(), { signal: controller.signal })), reason);
});

test('after a trap the next call works and keeps keys that were fetched', async () => {
  const remote = createVerifier({ ...issued, fetch: async () => Response.json({ keys: [jwk] }) });
  await remote.verify(issuedToken());
  const errors = new Set();
  let verified = false;
  // Tries in every frame on the way back from the end of the stack, until there is room enough.
  const exhaust = () => {
    try {
      exhaust();
    } catch {
      verified = false;
    }
    if (verified) return;
    try {
      verified = verifier.verifySync(token) !== undefined;
    } catch (error) {
      errors.add(error);
    }
  };
  // Where exactly the stack ends decides whether the core or its caller meets it first.
  const traps = () => [...errors].filter((error) => /starts over/.test(error.message));
  const padded = (frames) => (frames === 0 ? exhaust() : padded(frames - 1));
  for (let frames = 0; frames < 100 && traps().length === 0; frames += 1) padded(frames);
  assert.ok(traps().length > 0);
  assert.equal(verifier.verifySync(token).payload.sub, 'ada');
  assert.equal(remote.verifySync(issuedToken()).payload.sub, 'ada');
});
