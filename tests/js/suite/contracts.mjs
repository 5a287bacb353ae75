/** The contracts of the smaller providers, row by row, by their façades. */
import { scripted } from './fetches.mjs';

/** How each operation is called; `p` are the row's parameters, `o` its options. */
const CALLS = {
  justauthenticateme: {
    authenticate: (client, p, o) => client.authenticate(p.email, o),
    refresh: (client, p, o) => client.refresh(p.refreshToken, o),
    deleteRefreshToken: (client, p, { accessToken, ...o }) => client.deleteRefreshToken(accessToken, p.refreshToken, o),
    deleteAllRefreshTokens: (client, p, { accessToken, ...o }) => client.deleteAllRefreshTokens(accessToken, o),
    jwks: (client, p, o) => client.jwks(o),
  },
  nicelogin: {
    requestPasswordReset: (client, p, o) => client.requestPasswordReset(p.email, o),
    resetPassword: (client, p, o) => client.resetPassword(p.email, p.currentPassword, p.newPassword, p.resetToken, o),
    activateUser: (client, p, o) => client.activateUser(p.userId, o),
    deactivateUser: (client, p, o) => client.deactivateUser(p.userId, o),
  },
  oidc: { introspect: (client, p, o) => client.introspect(p.token, o) },
};

/** What each client makes of a good token. */
const USER = {
  justauthenticateme: (client, token) => client.verifyTokenSync(token).user,
  nicelogin: (client, token) => client.user(token),
  oidc: (client, token) => client.verifyTokenSync(token),
};

const VERIFIED = {
  justauthenticateme: (client, token) => client.verifyToken(token),
  nicelogin: async (client, token) => client.unpack(token),
  oidc: (client, token) => client.verifyToken(token),
};

const moment = (seconds) => new Date(seconds * 1000);

/** A client, with its secrets also where the cases run in a page. */
function made(t, id, options) {
  return t[id][id]({ dangerouslyAllowBrowser: true, ...options });
}

/** The options of a row about a token. */
function forToken(contract, row) {
  const ofCalls = contract.verifierAlone ? {} : contract.options;
  return { ...ofCalls, ...contract.verifier, ...row.options, currentDate: moment(row.clock) };
}

function answer({ status, body }) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return () => new Response(status === 204 ? null : text, { status });
}

async function tokens(t, id) {
  const contract = t.fixtures.contracts[id];
  for (const [at, row] of contract.accepted.entries()) {
    const token = contract.tokens[row.token];
    const label = `accepted ${at + 1}, ${row.token}`;
    const user = await t.verdict(`${label}, sync`, 'ok', () => USER[id](made(t, id, forToken(contract, row)), token));
    await t.verdict(label, 'ok', () => VERIFIED[id](made(t, id, forToken(contract, row)), token));
    for (const [name, value] of Object.entries(row.user ?? {})) t.equal(user[name], value, `${label}: ${name}`);
  }
  for (const [at, row] of contract.refused.entries()) {
    const token = contract.tokens[row.token];
    const label = `refused ${at + 1}, ${row.token}`;
    const expected = [row.code, row.claim, row.reason].filter((part) => part !== undefined).join(' ');
    for (const [way, verify] of [['sync', USER[id]], ['async', VERIFIED[id]]]) {
      const error = await t.verdict(`${label}, ${way}`, expected, () => verify(made(t, id, forToken(contract, row)), token));
      if (row.code !== 'ERR_JWK_INVALID') t.equal(error.name, row.class, `${label}: class`);
    }
  }
}

async function requests(t, id) {
  const contract = t.fixtures.contracts[id];
  for (const [at, row] of contract.requests.entries()) {
    const call = CALLS[id][row.operation];
    if (call === undefined) continue;
    const label = `request ${at + 1}, ${row.operation}`;
    const fetch = scripted(answer(row.answer));
    const client = made(t, id, { ...contract.options, fetch });
    const result = await t.verdict(label, 'ok', () => call(client, row.parameters, { ...row.options }));
    t.equal(result ?? null, row.result, `${label}: result`);
    const [{ url, method, redirect, headers, body }] = fetch.calls;
    t.equal({ url, method, redirect }, { url: row.request.url, method: row.request.method, redirect: 'manual' }, `${label}: request`);
    const sent = body === '' ? null : typeof row.request.body === 'string' ? body : JSON.parse(body);
    t.equal(sent, row.request.body, `${label}: body`);
    for (const [name, value] of Object.entries(row.request.headers)) t.equal(headers[name], value, `${label}: ${name}`);
  }
}

async function refusals(t, id) {
  const contract = t.fixtures.contracts[id];
  for (const [at, row] of contract.refusals.entries()) {
    const call = CALLS[id][row.operation];
    if (call === undefined) continue;
    const label = `refusal ${at + 1}, ${row.operation} ${row.answer.status}`;
    const client = made(t, id, { ...contract.options, fetch: scripted(answer(row.answer)), maxRetries: 0 });
    const error = await t.verdict(label, row.code, () => call(client, row.parameters, { ...row.options }));
    // An answer of 204 carries nothing, so no message either.
    const message = row.answer.status === 204 ? undefined : row.message;
    t.equal([error.name, error.message], [row.class, message ?? error.message], `${label}: class and message`);
    t.equal(error.providerStatus, row.answer.status, `${label}: status`);
  }
}

export const cases = Object.keys(CALLS).flatMap((id) =>
  Object.entries({ tokens, requests, refusals }).map(([part, run]) => ({
    name: `${id}, the contract's ${part}`,
    run: (t) => run(t, id),
  })),
);
