// Uses of the root entry that are right, and ones that are wrong. Needs no library of the DOM.
import {
  ApiError,
  ConfigError,
  CountersignError,
  createVerifier,
  createWebhookVerifier,
  dangerouslyDecode,
  KeyError,
  memoryReplayStore,
  TokenError,
  TransportError,
  WebhookError,
} from 'countersign';
import type { Algorithm, CallOptions, Claims, ErrorCode, Explanation, KeySnapshot, KeyStatus, MultiIssuerVerifier, Verifier, VerifierOptions, VerifiedToken, WebhookEvent, WebhookScheme } from 'countersign';

/** Fails to compile unless both types are the same. */
type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
const same = <One, Other>(_: Same<One, Other>): void => {};

declare const bytes: Uint8Array;
declare const token: string;

// --- verifiers -----------------------------------------------------------------------------------

const remote = createVerifier({ issuer: 'https://id.example', audience: 'api', jwksUri: 'https://id.example/jwks' });
same<typeof remote, Verifier>(true);
createVerifier({ issuer: 'https://id.example', audience: 'api' });
createVerifier({ issuer: ['https://a.example', 'https://b.example'] as const, audience: ['a', 'b'], jwks: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'x' }] } });
createVerifier({ issuer: null, audience: null, jwksUri: { href: 'https://id.example/jwks' } });
createVerifier({ audience: 'api', secret: bytes, algorithms: ['HS256'] });
createVerifier({ audience: 'api', secret: 'text', clockTolerance: '5s', maxTokenAge: 60, requiredClaims: [] });
createVerifier({ audience: 'api', key: '-----BEGIN PUBLIC KEY-----', currentDate: new Date(), subject: ['a'], typ: 'at+jwt', tokenCache: false });
createVerifier({ audience: 'api', key: { kty: 'RSA', n: 'n', e: 'AQAB' }, currentDate: () => new Date(), tokenCache: 10 });
createVerifier({ issuer: 'https://a.example', audience: 'api', headers: [['x-trace', 'a']], rolesClaim: 'roles', permissionsClaim: 'p', scopesClaim: 'scope' });
createVerifier({ issuer: 'https://a.example', audience: 'api', headers: { 'x-trace': 'a' }, cacheMaxAge: 1, cooldownDuration: 1, timeoutDuration: 1, staleWhileRevalidate: 1, staleIfError: 1 });

const several = createVerifier([{ issuer: 'https://a.example', audience: 'api' }, { issuer: 'https://b.example', audience: 'api' }]);
same<typeof several, MultiIssuerVerifier>(true);
declare const either: VerifierOptions | VerifierOptions[];
const oneOrSeveral = createVerifier(either);
same<typeof oneOrSeveral, Verifier | MultiIssuerVerifier>(true);
oneOrSeveral.verifySync('token') satisfies VerifiedToken;
same<(typeof several)['keys'], Readonly<Record<string, KeyStatus>>>(true);
same<Verifier['keys'], KeyStatus>(true);

// @ts-expect-error the audience is missing
createVerifier({ issuer: 'https://id.example' });
// @ts-expect-error the audience is missing in the second
createVerifier([{ issuer: 'https://a.example', audience: 'api' }, { issuer: 'https://b.example' }]);
// @ts-expect-error an unknown option
createVerifier({ audience: 'api', jwksUrl: 'https://id.example/jwks' });
// @ts-expect-error an unknown option
createVerifier({ audience: 'api', secret: 'x', clockSkew: 5 });
// @ts-expect-error no algorithm
createVerifier({ audience: 'api', secret: 'x', algorithms: ['none'] });
// @ts-expect-error an algorithm in the wrong case
createVerifier({ audience: 'api', secret: 'x', algorithms: ['hs256'] });
// @ts-expect-error a number is no secret
createVerifier({ audience: 'api', secret: 5 });
// @ts-expect-error a promise is no secret
createVerifier({ audience: 'api', secret: Promise.resolve(bytes) });
// @ts-expect-error an object is no secret
createVerifier({ audience: 'api', secret: {} });
// @ts-expect-error bytes are no public key
createVerifier({ audience: 'api', key: bytes });
// @ts-expect-error a key without kty
createVerifier({ audience: 'api', key: { crv: 'Ed25519' } });
// @ts-expect-error a list is no set
createVerifier({ audience: 'api', jwks: [] });
// @ts-expect-error a regular expression is no audience
createVerifier({ audience: /api/, secret: 'x' });
// @ts-expect-error null is no tolerance
createVerifier({ audience: 'api', secret: 'x', clockTolerance: null });
// @ts-expect-error true is no size
createVerifier({ audience: 'api', secret: 'x', tokenCache: true });
// @ts-expect-error a number is no date
createVerifier({ audience: 'api', secret: 'x', currentDate: 1_700_000_000 });
// @ts-expect-error no options at all
createVerifier();

// --- verification --------------------------------------------------------------------------------

interface Own {
  tenant: string;
}

const own: VerifiedToken<Own> = remote.verifySync<Own>(token);
const tenant: string = own.payload.tenant;
const sub: string | undefined = remote.verifySync(token).payload.sub;
const algorithm: Algorithm = own.protectedHeader.alg === 'EdDSA' ? 'EdDSA' : own.algorithm;
const kid: string | undefined = own.kid;
const later: Promise<VerifiedToken<Own>> = remote.verify<Own>(token, { currentDate: new Date(), waitUntil: (promise) => void promise });
const anything: unknown = remote.verifySync(token).payload['anything'];
remote.verifySync({ get: () => null });
remote.verifySync({ headers: { get: () => null } });
const explanation: Explanation = remote.explain(token);
const outcome: 'passed' | 'failed' | 'notReached' | undefined = explanation.checks[0]?.outcome;
const snapshot: KeySnapshot = remote.snapshot();
remote.restore(snapshot);
// As a store that knows no types gives it.
declare const stored: unknown;
if (stored) remote.restore(stored);
const preloaded: Promise<void> = remote.preload();
const fetchedAt: Date | undefined = remote.keys.fetchedAt;
const decoded: { payload: Claims } = dangerouslyDecode(token);
const call: CallOptions = { fetch: async () => ({}) };

// @ts-expect-error a number is no token
remote.verifySync(5);
// @ts-expect-error bytes are no token
remote.verifySync(bytes);
// @ts-expect-error undefined is no token
remote.verifySync(undefined);
// @ts-expect-error a promise has no payload
remote.verify(token).payload;
// @ts-expect-error an unknown option of a call
remote.verify(token, { audience: 'api' });
// @ts-expect-error a claim may be of any type
const role: string = remote.verifySync(token).payload['role'];
// @ts-expect-error keys are read only
remote.keys = remote.keys;
// @ts-expect-error the status of several issuers is by issuer
several.keys.fresh.valueOf() satisfies boolean;
// @ts-expect-error a text is no snapshot
remote.restore('{}');
// @ts-expect-error a request is not explained
remote.explain({ headers: { get: () => null } });

// --- webhooks ------------------------------------------------------------------------------------

const webhooks = createWebhookVerifier({ scheme: 'standard', secrets: ['whsec_x', bytes], tolerance: 60, maxBodyBytes: 1000, replayStore: memoryReplayStore(), replayTtl: 600 });
const scheme: WebhookScheme = { signatureHeader: 'x-sig', signedContent: '{body}', encoding: 'hex' };
createWebhookVerifier({ scheme, secrets: 'x', replayStore: { claim: async () => true, release: async () => {} } });
const event: WebhookEvent = webhooks.verifySync(bytes, { 'webhook-id': 'a', 'webhook-signature': ['b'], other: undefined });
webhooks.verifySync('{}', [['webhook-id', 'a']], { fetch: async () => {}, waitUntil: (promise) => void promise, currentDate: new Date() } satisfies CallOptions);
webhooks.verifySync(new ArrayBuffer(0), new Map([['webhook-id', 'a']]));
const typed: { id: string } = event.json<{ id: string }>();
const released: Promise<void> = event.release();
const stream = webhooks.stream({});
stream.update(bytes);
const finished: WebhookEvent = stream.finish();

// @ts-expect-error secrets are missing
createWebhookVerifier({ scheme: 'standard' });
// @ts-expect-error an unknown scheme
createWebhookVerifier({ scheme: 'paypal', secrets: 'x' });
// @ts-expect-error an unknown option
createWebhookVerifier({ scheme: 'standard', secret: 'x' });
// @ts-expect-error an unknown member of a scheme
createWebhookVerifier({ scheme: { ...scheme, typo: 1 }, secrets: 'x' });
// @ts-expect-error a scheme without an encoding
createWebhookVerifier({ scheme: { signatureHeader: 'x', signedContent: '{body}' }, secrets: 'x' });
// @ts-expect-error a store that cannot release
createWebhookVerifier({ scheme: 'standard', secrets: 'x', replayStore: { claim: () => true } });
// @ts-expect-error a parsed body
webhooks.verifySync({ type: 'a' }, {});
// @ts-expect-error text is no piece of a body
stream.update('x');

// --- errors --------------------------------------------------------------------------------------

declare const thrown: unknown;
if (thrown instanceof CountersignError) {
  const code: ErrorCode = thrown.code;
  const status: number = thrown.status;
  const retryable: boolean = thrown.retryable;
  const challenge: string | undefined = thrown.wwwAuthenticate;
  if (code === 'ERR_JWT_EXPIRED') void [status, retryable, challenge];
  // @ts-expect-error there is no such code
  if (code === 'ERR_NO_SUCH_CODE') void 0;
  // @ts-expect-error errors are read only
  thrown.code = 'ERR_FORBIDDEN';
}
if (thrown instanceof TokenError) void [thrown.claim satisfies string | undefined, thrown.reason satisfies 'missing' | 'invalid' | 'mismatch' | undefined];
if (thrown instanceof ApiError) void [thrown.providerCode satisfies string | undefined, thrown.requestId, thrown.retryAfter satisfies number | undefined];
if (thrown instanceof KeyError || thrown instanceof WebhookError || thrown instanceof ConfigError || thrown instanceof TransportError) void thrown.toJSON();
// @ts-expect-error errors are not made by users
new TokenError('x');

export const used: unknown[] = [tenant, sub, algorithm, kid, later, anything, outcome, preloaded, fetchedAt, decoded, call, role, typed, released, finished];
export type Options = VerifierOptions;
