/** HelloJohn's API: the contract's REST behaviour, with a scripted `fetch`. */
import { down, json, scripted, stall, status } from './fetches.mjs';

const CLOCK = 1_700_000_000;

/** A client with a secret key, also where the cases run in a page. */
function client(t, fetch, changes = {}) {
  const options = { tenantId: 'tnt_1', secretKey: 'sk_live_1', apiUrl: 'https://a.example', currentDate: new Date(CLOCK * 1000), maxRetries: 0, dangerouslyAllowBrowser: true };
  return t.hellojohn.hellojohn({ ...options, fetch, ...changes });
}

const page = (ids, next) => json({ data: ids.map((id) => ({ id })), pagination: { total: 3, limit: 2, has_more: next !== null, next_cursor: next } });

const refusal = (code, error, headers = {}) => json(error, { status: code, headers });

export const cases = [
  {
    name: 'hellojohn calls, where requests go and what they carry',
    async run(t) {
      for (const apiUrl of ['https://a.example', 'https://a.example/', 'https://a.example/v1', 'https://a.example/v1/', new URL('https://a.example/v1')]) {
        const fetch = scripted(page([], null));
        await t.verdict(String(apiUrl), 'ok', () => client(t, fetch, { apiUrl }).users.list());
        t.equal(fetch.calls[0].url, 'https://a.example/v1/users', `URL for ${apiUrl}`);
      }
      const fetch = scripted(page([], null));
      await client(t, fetch).users.list({ tenantId: 'tnt_x', limit: 50 });
      const [{ url, method, redirect, headers }] = fetch.calls;
      t.equal({ url, method, redirect }, { url: 'https://a.example/v1/users?limit=50', method: 'GET', redirect: 'manual' }, 'request');
      t.equal([headers.authorization, headers['x-tenant-id']], ['Bearer sk_live_1', 'tnt_x'], 'headers');
      const ids = scripted(json({ id: 'x' }));
      for (const id of ['a/b', 'ä', 'a?b#c', '%41', 'a b', '..a']) await client(t, ids).users.get(id);
      t.equal(ids.calls.map((call) => call.url.slice('https://a.example/v1/users/'.length)), ['a%2Fb', '%C3%A4', 'a%3Fb%23c', '%2541', 'a%20b', '..a'], 'ids in the path');
      const none = scripted(json({}));
      for (const [label, id] of Object.entries({ empty: '', 'a dot': '.', 'two dots': '..', 'encoded dots': '%2e%2E', undefined: undefined, null: null, 'a number': 1, 'an object': {} })) {
        await t.verdict(`id ${label}`, 'ERR_CONFIG_INVALID', () => client(t, none).users.get(id));
      }
      t.equal(none.calls.length, 0, 'requests for unfit ids');
    },
  },
  {
    name: 'hellojohn calls, refusals',
    async run(t) {
      const { UserNotFoundError, RateLimitError, ServerError, ValidationError, HelloJohnError, TransportError } = t.hellojohn;
      const missing = refusal(404, { error: { code: 'user_not_found', message: 'm', status: 404, request_id: 'req_1' } });
      const get = (answer, changes) => () => client(t, scripted(answer), changes).users.get('u');
      const error = await t.verdict('an unknown user', 'ERR_API_STATUS', get(missing));
      t.equal([error.providerCode, error.message.includes('m'), error.requestId, error.providerStatus], ['user_not_found', true, 'req_1', 404], 'unknown user');
      t.ok(error instanceof UserNotFoundError && error instanceof HelloJohnError && error instanceof t.countersign.ApiError, 'classes of an unknown user');
      const limited = { error: 'rate_limit_exceeded', message: 'm', retry_after: 23 };
      const rows = [
        ['a limit by the body', refusal(429, limited), 23],
        ['a limit by the header', refusal(429, limited, { 'retry-after': '7' }), 7],
      ];
      for (const [label, answer, seconds] of rows) {
        const limit = await t.verdict(label, 'ERR_API_RATE_LIMITED', get(answer));
        t.ok(limit instanceof RateLimitError, `${label}: class`);
        t.equal([limit.retryAfter, limit.status, limit.retryable], [seconds, 429, true], `${label}: retryAfter, status, retryable`);
      }
      const reset = Math.ceil(Date.now() / 1000) + 60;
      const limit = await t.verdict('a limit by the reset', 'ERR_API_RATE_LIMITED', get(refusal(429, {}, { 'x-ratelimit-reset': String(reset) })));
      t.ok(limit.retryAfter > 50 && limit.retryAfter <= 61, `a limit by the reset: retryAfter ${limit.retryAfter}`);
      const html = await t.verdict('an HTML page', 'ERR_API_STATUS', get(status(502, '<html>bad gateway</html>')));
      t.ok(html instanceof ServerError, 'class of an HTML page');
      t.equal(html.providerCode, 'http_502', 'code of an HTML page');
      const invalid = await t.verdict('a weak password', 'ERR_API_STATUS', () => client(t, scripted(refusal(422, { error: { code: 'password_too_weak' } }))).users.create({ email: 'a@b.example' }));
      t.ok(invalid instanceof ValidationError, 'class of a weak password');
      const unreachable = await t.verdict('no network', 'ERR_TRANSPORT', get(down));
      t.ok(unreachable instanceof TransportError && unreachable instanceof t.countersign.TransportError, 'classes of no network');
      await t.verdict('a redirect', 'ERR_TRANSPORT', get(status(302, null, { location: 'https://evil.example' })));
      await t.verdict('no answer', 'ERR_TRANSPORT_TIMEOUT', get(stall, { timeout: 30 }));
      await t.verdict('an answer that is no JSON', 'ERR_API_RESPONSE_INVALID', get(status(200, 'ok')));
      t.equal(await client(t, scripted(status(204))).users.delete('u'), null, 'a deletion');
      const given = await t.verdict('given up', 'UNTYPED RangeError', () => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(new RangeError('enough')), 20);
        return client(t, scripted(stall)).users.get('u', {}, { signal: controller.signal });
      });
      t.ok(given instanceof RangeError, 'the reason comes through');
    },
  },
  {
    name: 'hellojohn calls, retries',
    async run(t) {
      const created = scripted(status(503), json({ id: 'n' }, { status: 201 }));
      await t.verdict('a POST with a key', 'ok', () => client(t, created, { maxRetries: 2 }).users.create({ email: 'a@b.example', displayName: 'N' }));
      const keys = created.calls.map(({ headers }) => headers['idempotency-key']);
      t.equal([keys.length, keys[0] === keys[1], /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(keys[0])], [2, true, true], 'idempotency keys');
      t.equal(JSON.parse(created.calls[0].body), { email: 'a@b.example', name: 'N' }, 'body');
      const other = scripted(json({ id: 'n' }));
      await client(t, other).users.create({ email: 'a@b.example' });
      t.ok(other.calls[0].headers['idempotency-key'] !== keys[0], 'another call has another key');
      const once = scripted(status(503));
      await t.verdict('a POST without a key', 'ERR_API_STATUS', () => client(t, once, { maxRetries: 2, idempotencyKeys: false }).users.create({ email: 'a@b.example' }));
      t.equal(once.calls.length, 1, 'requests without a key');
      const reads = scripted(status(503), down, json({ id: 'u' }));
      await t.verdict('a GET', 'ok', () => client(t, reads, { maxRetries: 2 }).users.get('u'));
      t.equal(reads.calls.length, 3, 'requests of a GET');
      const patient = scripted(refusal(429, {}, { 'retry-after': '61' }), json({ id: 'u' }));
      await t.verdict('a wait beyond the ceiling', 'ERR_API_RATE_LIMITED', () => client(t, patient, { maxRetries: 2 }).users.get('u'));
      t.equal(patient.calls.length, 1, 'requests beyond the ceiling');
      const signIn = scripted(status(503));
      await t.verdict('a sign-in', 'ERR_API_STATUS', () => client(t, signIn, { maxRetries: 2, publishableKey: 'pk_live_1' }).auth.signIn({ email: 'a@b.example', password: 'x' }));
      t.equal(signIn.calls.length, 1, 'requests of a sign-in');
    },
  },
  {
    name: 'hellojohn calls, pages',
    async run(t) {
      const fetch = scripted(page(['a', 'b'], 'c1'), page(['c'], null));
      const ids = [];
      for await (const { id } of client(t, fetch).users.list({ limit: 2 })) ids.push(id);
      t.equal(ids, ['a', 'b', 'c'], 'ids');
      t.equal(fetch.calls.map(({ url }) => url), ['https://a.example/v1/users?limit=2', 'https://a.example/v1/users?limit=2&cursor=c1'], 'URLs');
      const one = scripted(page(['a', 'b'], 'c1'));
      const first = await client(t, one).users.list({ limit: 2 });
      t.equal([first.data.map(({ id }) => id), first.hasMore, first.nextCursor, first.total], [['a', 'b'], true, 'c1', 3], 'one page');
      t.equal(one.calls.length, 1, 'requests for one page');
      const circle = scripted(page(['a'], 'c1'));
      const seen = [];
      await t.verdict('cursors in a circle', 'ok', async () => {
        for await (const { id } of client(t, circle).users.list()) seen.push(id);
      });
      t.ok(circle.calls.length <= 3, `${circle.calls.length} requests in a circle`);
      const failing = scripted(page(['a'], 'c1'), refusal(500, {}));
      await t.verdict('a page that fails', 'ERR_API_STATUS', async () => {
        for await (const { id } of client(t, failing).users.list()) seen.push(id);
      });
      await t.verdict('an unknown parameter', 'ERR_CONFIG_INVALID', () => client(t, fetch).users.list({ nope: 1 }));
    },
  },
  {
    name: 'hellojohn calls, remote verification and sign-in',
    async run(t) {
      const valid = scripted(json({ valid: true, user_id: 'u' }));
      const verdict = await t.verdict('valid', 'ok', () => client(t, valid).verifyTokenRemote('a.b.c'));
      t.equal([verdict.valid, valid.calls[0].url, JSON.parse(valid.calls[0].body)], [true, 'https://a.example/v1/sessions/verify', { token: 'a.b.c' }], 'verdict and request');
      const revoked = await t.verdict('revoked', 'ok', () => client(t, scripted(json({ valid: false }))).verifyTokenRemote('a.b.c'));
      t.equal([revoked.valid, revoked.payload], [false, null], 'a revoked token');
      const factors = { error: { code: 'mfa_required', message: 'm', challenge_id: 'ch_1', available_factors: [{ type: 'totp' }] } };
      const signIn = await t.verdict('a second factor', 'ok', () => client(t, scripted(refusal(403, factors)), { publishableKey: 'pk_live_1' }).auth.signIn({ email: 'a@b.example', password: 'x' }));
      t.equal([signIn.status, signIn.challengeId, signIn.availableFactors], ['mfa_required', 'ch_1', [{ type: 'totp' }]], 'a second factor');
    },
  },
  {
    name: 'hellojohn calls keep credentials to themselves',
    async run(t) {
      const canary = 'sk_live_canary0123456789';
      const echo = (request) => json({ error: { code: 'oops', message: `you sent ${request.headers.get('authorization')}` } }, { status: 400 })();
      const errors = [];
      for (const answer of [echo, down, status(500, canary), status(302, null, { location: `https://evil.example/?k=${canary}` }), status(200, canary)]) {
        await client(t, scripted(answer), { secretKey: canary }).users.get('u').catch((error) => errors.push(error));
      }
      t.equal(errors.length, 5, 'refusals');
      for (const error of errors) {
        const texts = [error.message, JSON.stringify(error), String(error.stack), JSON.stringify(error.body ?? null)].join('\n');
        t.ok(!texts.includes(canary), `${error.code}: ${texts}`);
      }
      const hj = client(t, scripted(down), { secretKey: canary });
      t.ok(!JSON.stringify(hj).includes('canary'), 'the client as JSON');
    },
  },
];
