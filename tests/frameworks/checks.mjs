// What must hold in every framework: status, body, challenge, and where the token lands.
import { rawRequest } from './raw-http.mjs';

/** An answer as one line: status, then who is there or the code, then the error of the challenge. */
function told({ status, headers, text }) {
  const body = text.startsWith('{') ? JSON.parse(text) : {};
  const challenge = headers.get('www-authenticate');
  const error = challenge === null ? [] : [/error="(\w+)"/.exec(challenge)?.[1] ?? challenge];
  return [status, body.code ?? body.framework ?? body.status ?? body.received ?? body.user ?? null, ...error].join(' ');
}

async function ask(url, init) {
  // A server may close a connection behind a refusal, just when the next request takes it.
  const response = await fetch(url, init).catch((error) => (['ECONNRESET', 'UND_ERR_SOCKET'].includes(error.cause?.code) ? fetch(url, init) : Promise.reject(error)));
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const bearer = (token) => ({ authorization: `Bearer ${token}` });

/**
 * Rows of a name, what must come, and how to get it. `quirks` says what a framework cannot do:
 * `firstOnly` where it shows only the first of several fields, `ownErrors` where it answers errors
 * of its own accord, `proxied` where another program stands before it; `raw`, `kept`, `parsed` and `provider`
 * name routes that it has besides.
 */
export function tokenChecks(url, { tokens }, quirks = {}) {
  const get = async (path, headers = {}) => told(await ask(`${url}${path}`, { headers }));
  const fields = async (path, ...lines) => told(await rawRequest(`${url}${path}`, ['GET', ...lines]));
  const mine = quirks.ownErrors ? '500 ' : '500 mine';
  return [
    ['no token', '401 ERR_TOKEN_MISSING Bearer', () => get('/me')],
    ['a good token', '200 alice', () => get('/me', bearer(tokens.good))],
    ['its other members land as well', '{"user":"alice","kid":"key-1"}', async () => (await ask(`${url}/me`, { headers: bearer(tokens.good) })).text],
    ['a scheme in other letters', '200 alice', () => get('/me', { authorization: `bEARER ${tokens.good}` })],
    ['another scheme', '401 ERR_TOKEN_MISSING Bearer', () => get('/me', { authorization: 'Basic YTpi' })],
    ['another scheme with parameters', '401 ERR_TOKEN_MISSING Bearer', () => get('/me', { authorization: 'Digest username="a", uri="/", nc=00000001' })],
    ['an expired token', '401 ERR_JWT_EXPIRED invalid_token', () => get('/me', bearer(tokens.expired))],
    ['a forged token', '401 ERR_JWS_SIGNATURE_VERIFICATION_FAILED invalid_token', () => get('/me', bearer(tokens.forged))],
    ['no token at all', '401 ERR_JWT_INVALID invalid_token', () => get('/me', bearer('a.b'))],
    ['two tokens in one field', '400 ERR_TOKEN_AMBIGUOUS invalid_request', () => get('/me', { authorization: `Bearer ${tokens.good}, Bearer ${tokens.good}` })],
    ['two fields', quirks.firstOnly ? '200 alice' : '400 ERR_TOKEN_AMBIGUOUS invalid_request', () =>
      fields('/me', `authorization: Bearer ${tokens.good}`, `Authorization: Bearer ${tokens.admin}`)],
    ['refusals are JSON that nobody keeps', 'application/json no-store', async () => {
      const { headers } = await ask(`${url}/me`);
      return `${headers.get('content-type').split(';')[0]} ${headers.get('cache-control')}`;
    }],
    ['a role that is missing', '403 ERR_FORBIDDEN insufficient_scope', () => get('/admin', bearer(tokens.good))],
    ['any one role', '200 ada', () => get('/admin', bearer(tokens.admin))],
    ['a role without a token', '401 ERR_TOKEN_MISSING Bearer', () => get('/admin')],
    ['some of the permissions', '403 ERR_FORBIDDEN insufficient_scope', () => get('/report', bearer(tokens.reader))],
    ['all permissions and scopes', '200 ada', () => get('/report', bearer(tokens.admin))],
    ['optional: no token', '200 ', () => get('/optional')],
    ['optional: a good token', '200 alice', () => get('/optional', bearer(tokens.good))],
    ['optional: a bad token', '401 ERR_JWT_EXPIRED invalid_token', () => get('/optional', bearer(tokens.expired))],
    ['optional: no keys', '503 ERR_JWKS_UNAVAILABLE', () => get('/optional-down', bearer(tokens.good))],
    ['a check that passes', '200 alice', () => get('/checked', bearer(tokens.good))],
    ['a check that does not', '403 ERR_FORBIDDEN insufficient_scope', () => get('/checked', bearer(tokens.admin))],
    ['a token from elsewhere', '200 alice', () => get('/cookie', { cookie: `a=b; session=${tokens.good}` })],
    ['a token from elsewhere only', '401 ERR_TOKEN_MISSING Bearer', () => get('/cookie', bearer(tokens.good))],
    ['keys that cannot be had', '503 ERR_JWKS_UNAVAILABLE', () => get('/down', bearer(tokens.good))],
    ['… say when to come back', 'true', async () => `${Number((await ask(`${url}/down`, { headers: bearer(tokens.good) })).headers.get('retry-after')) >= 1}`],
    ["a provider's user", '200 ada@example.com', () => get('/provider', bearer(tokens.hellojohn))],
    ["a provider's user without the role", '403 ERR_FORBIDDEN insufficient_scope', () => get('/provider', bearer(tokens.hellojohnMember))],
    ["another tenant's user", '401 ERR_JWT_CLAIM_VALIDATION_FAILED invalid_token', () => get('/provider', bearer(tokens.hellojohnStranger))],
    ["what the handler throws is the framework's", mine, () => get('/broken', bearer(tokens.good))],
    ['a request without a body but with HEAD', '401', async () => `${(await ask(`${url}/me`, { method: 'HEAD' })).status}`],
  ];
}

/** The same for deliveries. `sign` makes one; each has an id of its own. */
export function webhookChecks(url, { sign }, quirks = {}) {
  const post = async (delivery, path = '/webhook') => told(await ask(`${url}${path}`, { method: 'POST', ...delivery }));
  const json = { 'content-type': 'application/json' };
  const signed = async (body, type = json) => {
    const { headers, body: bytes } = await sign(body);
    return { headers: { ...type, ...headers }, body: bytes };
  };
  const twice = async (delivery) => `${await post(delivery)} / ${await post(delivery)}`;
  const thrown = quirks.ownErrors ? '500 ' : '500 the handler failed';
  return [
    ['a delivery', '200 true', async () => post(await signed({ type: 'ping' }))],
    ['a delivery of another type of content', '200 true', async () => post(await signed('{"type":"ping"}', { 'content-type': 'text/plain' }))],
    ['a delivery without a type of content', '200 true', async () => post(await signed(new TextEncoder().encode('{"type":"ping"}'), {}))],
    ['a body that no parser would write so', '200 true', async () => post(await signed('{ "type":"ping","amount":1.00,  "name":"\\u00e9" }'))],
    ['a body in pieces', '200 true', async () => {
      const { headers, body } = await signed({ type: 'ping', note: 'in pieces' });
      const text = Buffer.from(body).toString('latin1');
      const pieces = [text.slice(0, 5), text.slice(5)].map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('');
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
      return told(await rawRequest(`${url}/webhook`, ['POST', 'transfer-encoding: chunked', ...lines], `${pieces}0\r\n\r\n`));
    }],
    ['the handler answers', '202 202', async () => post(await signed({ type: 'answer' }))],
    ['the same delivery again', '200 true / 409 ERR_WEBHOOK_REPLAYED', async () => twice(await signed({ type: 'ping' }))],
    ['a changed body', '400 ERR_WEBHOOK_SIGNATURE_INVALID', async () => post({ ...(await signed({ type: 'ping' })), body: '{"type":"pong"}' })],
    ['no signature', '400 ERR_WEBHOOK_HEADER_MISSING', () => post({ body: '{}', headers: json })],
    ['a large body', '413 ERR_WEBHOOK_TOO_LARGE', async () => post(await signed({ type: 'x'.repeat(20_000) }))],
    // Before workerd stands wrangler's own proxy, which loses the request after such a one.
    ...(quirks.proxied ? [] : [['a very large body', '413 ERR_WEBHOOK_TOO_LARGE', async () => post(await signed({ type: 'x'.repeat(900_000) }))]]),
    ['a handler that throws gets it again', `${thrown} / 200 true`, async () => twice(await signed({ type: 'fail' }))],
    ['a handler that refuses gets it again', '503 503 / 200 true', async () => twice(await signed({ type: 'refuse' }))],
    ['a good delivery after all that', '200 true', async () => post(await signed({ type: 'ping' }))],
    ...(quirks.raw ? [['bytes that a parser kept', '200 true', async () => post(await signed({ type: 'ping' }), '/raw')]] : []),
    ...(quirks.kept ? [['bytes that were kept beside what a parser made of them', '200 true / 400 ERR_WEBHOOK_SIGNATURE_INVALID', async () => {
      const delivery = await signed({ type: 'ping' });
      return `${await post(delivery, '/kept')} / ${await post({ ...delivery, body: `${Buffer.from(delivery.body)} ` }, '/kept')}`;
    }]] : []),
    ...(quirks.provider ? [["a provider's event", '200 user.created / 400 ERR_WEBHOOK_SIGNATURE_INVALID', async () => {
      const { headers, body } = await sign({ id: 'evt_1', type: 'user.created', data: {} }, 'hellojohn');
      return `${await post({ headers, body }, '/provider')} / ${await post({ headers, body: `${Buffer.from(body)} ` }, '/provider')}`;
    }]] : []),
    ...(quirks.parsed ? [["a parsed body is the server's mistake", '500 ERR_CONFIG_INVALID', async () => post(await signed({ type: 'ping' }), '/parsed')]] : []),
  ];
}
