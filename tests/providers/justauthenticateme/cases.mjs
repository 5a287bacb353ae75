/** JustAuthenticateMe's calls, by its published Python package and by ours. */

const EMAIL = 'ada@example.com';
const OTHER_APP = '00000000-0000-4000-8000-000000000000';

const client = (sdk, ready, appId = ready.app_id) => sdk.justauthenticateme({ appId, baseUrl: ready.base_url });

/** Signs in, and gives what the mail brought. */
async function signedIn(emulator) {
  const answer = await fetch(`${emulator.ready.issuer}/authenticate`, { method: 'POST', body: JSON.stringify({ email: EMAIL }) });
  if (!answer.ok) throw new Error(`authenticate: ${answer.status}`);
  const { messages } = await emulator.read('outbox');
  return { idToken: messages.at(-1).content.idToken, refreshToken: messages.at(-1).content.refreshToken };
}

const token = (order) => async (emulator) => ({ token: await emulator.mint(order) });
const fault = (status, body, besides = {}) => async (emulator) => {
  await emulator.fault({ status, body, ...besides });
};

const kept = ([headers, { jti: _, iat: __, nbf: ___, exp: ____, iss: _____, ...claims }]) => ({ headers, claims });

const verify = (name, arrange, besides = {}) => ({
  name: `verify_token, ${name}`,
  arrange: typeof arrange === 'function' ? arrange : token(arrange),
  theirs: ({ token: text }) => ['verify_token', text],
  ours: async (sdk, ready, { token: text }) => {
    const { headers, claims } = await client(sdk, ready).verifyToken(text);
    return [headers, claims];
  },
  outcome: kept,
  wordless: true,
  ...besides,
});

const authenticate = (name, arrange, besides = {}) => ({
  name: `authenticate, ${name}`,
  arrange,
  theirs: () => ['authenticate', EMAIL],
  ours: (sdk, ready) => client(sdk, ready).authenticate(EMAIL),
  ...besides,
});

const now = () => Math.floor(Date.now() / 1000);

export const cases = [
  authenticate('an address', undefined),
  authenticate('no address', undefined, {
    theirs: () => ['authenticate', 'nobody'],
    ours: (sdk, ready) => client(sdk, ready).authenticate('nobody'),
  }),
  authenticate('an unknown app', undefined, {
    theirs: () => ['authenticate', EMAIL, { app_id: OTHER_APP }],
    ours: (sdk, ready) => client(sdk, ready, OTHER_APP).authenticate(EMAIL),
  }),
  authenticate('a server that fails', fault(500, { message: 'M' }), { wordless: true }),
  authenticate('too many requests', fault(429, { message: 'M' }), { wordless: true, subtype: 'JAMRateLimited' }),
  authenticate('a refusal in HTML', fault(400, '<h1>x</h1>', { headers: { 'content-type': 'text/html' } }), { defect: 7, differs: 'JAMBadRequest the provider answered with status 400' }),
  authenticate('a refusal that is a list', fault(400, [1]), { defect: 7, differs: 'JAMBadRequest the provider answered with status 400' }),
  {
    name: 'refresh',
    arrange: signedIn,
    theirs: ({ refreshToken }) => ['refresh', refreshToken],
    ours: (sdk, ready, { refreshToken }) => client(sdk, ready).refresh(refreshToken),
    outcome: (value) => typeof value,
  },
  {
    name: 'refresh, a token that is none',
    theirs: () => ['refresh', 'none'],
    ours: (sdk, ready) => client(sdk, ready).refresh('none'),
  },
  {
    name: 'refresh, an answer without a token',
    arrange: fault(200, {}),
    theirs: () => ['refresh', 'none'],
    ours: (sdk, ready) => client(sdk, ready).refresh('none'),
    wordless: true,
  },
  {
    name: 'refresh, not allowed',
    arrange: fault(400, { message: 'M' }),
    theirs: () => ['refresh', 'none'],
    ours: (sdk, ready) => client(sdk, ready).refresh('none'),
  },
  {
    name: 'delete_refresh_token',
    arrange: signedIn,
    theirs: ({ idToken, refreshToken }) => ['delete_refresh_token', idToken, refreshToken],
    ours: (sdk, ready, { idToken, refreshToken }) => client(sdk, ready).deleteRefreshToken(idToken, refreshToken),
  },
  {
    name: 'delete_refresh_token, one that is not there',
    arrange: signedIn,
    theirs: ({ idToken }) => ['delete_refresh_token', idToken, 'none'],
    ours: (sdk, ready, { idToken }) => client(sdk, ready).deleteRefreshToken(idToken, 'none'),
  },
  {
    name: 'delete_refresh_token, an ID token that is none',
    theirs: () => ['delete_refresh_token', 'a.b.c', 'none'],
    ours: (sdk, ready) => client(sdk, ready).deleteRefreshToken('a.b.c', 'none'),
  },
  {
    name: 'delete_all_refresh_tokens',
    arrange: signedIn,
    theirs: ({ idToken }) => ['delete_all_refresh_tokens', idToken],
    ours: (sdk, ready, { idToken }) => client(sdk, ready).deleteAllRefreshTokens(idToken),
  },
  {
    name: 'delete_all_refresh_tokens, an ID token that is none',
    theirs: () => ['delete_all_refresh_tokens', 'a.b.c'],
    ours: (sdk, ready) => client(sdk, ready).deleteAllRefreshTokens('a.b.c'),
  },
  {
    name: 'delete_all_refresh_tokens, 404',
    arrange: fault(404, { message: 'M' }),
    theirs: () => ['delete_all_refresh_tokens', 'a.b.c'],
    ours: (sdk, ready) => client(sdk, ready).deleteAllRefreshTokens('a.b.c'),
    defect: 'section 5',
    differs: 'JAMNotFound M',
  },
  verify('a good one', { user: EMAIL }),
  verify('expired', { expires_in: -3_600 }),
  verify('a future iat', async (emulator) => ({ token: await emulator.mint({ claims: { iat: now() + 3_600 } }) })),
  verify('a future nbf', async (emulator) => ({ token: await emulator.mint({ claims: { nbf: now() + 3_600 } }) })),
  verify('no exp', { claims: { exp: null } }),
  verify('no iat', { claims: { iat: null } }),
  verify('another key', { tamper: 'wrong_key' }),
  verify('another payload', { tamper: 'payload' }),
  verify('another signature', { tamper: 'signature' }),
  verify('no algorithm', { tamper: 'alg_none' }),
  verify('a MAC', { tamper: 'hs256' }),
  verify('one part', async () => ({ token: 'abc' })),
  verify('junk', async () => ({ token: 'a.b.c' }), { defect: 'section 5', differs: 'JAMNotVerified' }),
  verify('exp as text', { claims: { exp: '4102444800' } }, { defect: 'section 5', differs: 'JAMNotVerified' }),
  verify('another issuer', { claims: { iss: 'https://evil.example' } }, { defect: 1, differs: 'JAMNotVerified' }),
  verify('another audience', { claims: { aud: OTHER_APP } }, { defect: 1, differs: 'JAMNotVerified' }),
  verify('another use', { claims: { token_use: 'access' } }, { defect: 1, differs: 'JAMNotVerified' }),
  verify('an unknown kid', { kid: OTHER_APP }, { defect: 1, differs: 'JAMNotVerified' }),
  verify('no nbf', { user: EMAIL, claims: { nbf: null } }, { defect: 6, outcome: ([, claims]) => claims.email, differs: `ok "${EMAIL}"` }),
  verify('typ in small letters', { user: EMAIL, header: { typ: 'jwt' } }, { defect: 6, outcome: ([, claims]) => claims.email, differs: `ok "${EMAIL}"` }),
  verify('ten seconds of skew', async (emulator) => ({ token: await emulator.mint({ user: EMAIL, claims: { iat: now() + 10, nbf: now() + 10 } }) }), { defect: 6, outcome: ([, claims]) => claims.email, differs: `ok "${EMAIL}"` }),
  verify('an unknown app', { user: EMAIL }, {
    theirs: ({ token: text }) => ['verify_token', text, { app_id: OTHER_APP }],
    ours: (sdk, ready, { token: text }) => client(sdk, ready, OTHER_APP).verifyToken(text),
  }),
  {
    name: 'verify_remote, a good one',
    arrange: token({ user: EMAIL }),
    theirs: ({ token: text }) => ['verify_remote', text],
    ours: async (sdk, ready, { token: text }) => {
      const { headers, claims } = await client(sdk, ready).verifyTokenRemote(text);
      return [headers, claims];
    },
    outcome: kept,
  },
  {
    name: 'verify_remote, an unsigned one and a server that says yes to everything',
    arrange: async (emulator) => {
      const given = { token: await emulator.mint({ user: 'admin@example.com', tamper: 'alg_none' }) };
      await emulator.faultAt('/verify', { status: 200, body: {} });
      return given;
    },
    theirs: ({ token: text }) => ['verify_remote', text],
    ours: (sdk, ready, { token: text }) => client(sdk, ready).verifyTokenRemote(text),
    outcome: ([, claims]) => claims.email,
    wordless: true,
    defect: 2,
    differs: 'JAMNotVerified',
  },
];
