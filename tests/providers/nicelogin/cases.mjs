/** NiceLogin's calls, by its own SDK and by ours. */

const OLD = 'alice-password-1';
const EMAIL = 'alice@example.com';

const client = (sdk, ready, changes = {}) => sdk.nicelogin({ apiKey: ready.api_key, apiSecret: ready.api_secret, baseUrl: ready.base_url, ...changes });

/** As the page of the published package shows it: the keys are fetched once. */
async function local(sdk, ready) {
  const answer = await fetch(ready.jwks_url);
  return new sdk.NiceLoginJWKS(await answer.json());
}

const isText = (value) => (typeof value === 'string' ? 'a text' : value);

const token = (order) => async (emulator) => ({ token: await emulator.mint(order) });

const verdict = (name, order, besides = {}) => ({
  name: `verify_token, ${name}`,
  arrange: typeof order === 'function' ? order : token(order),
  theirs: ({ token: text }) => ['verify_token', text],
  ours: async (sdk, ready, { token: text }) => (await local(sdk, ready)).verifyToken(text),
  ...besides,
});

const changed = (change) => async (emulator) => ({ token: change(await emulator.mint({})) });

const fault = (body, status = 200) => async (emulator) => {
  await emulator.fault({ status, body });
};

const reset = (name, besides) => ({
  theirs: () => ['request_password_reset', EMAIL],
  ours: (sdk, ready) => client(sdk, ready).requestPasswordReset(EMAIL),
  outcome: isText,
  name: `request_password_reset, ${name}`,
  ...besides,
});

export const cases = [
  reset('a known address', {}),
  reset('an unknown address', {
    theirs: () => ['request_password_reset', 'nobody@example.com'],
    ours: (sdk, ready) => client(sdk, ready).requestPasswordReset('nobody@example.com'),
  }),
  reset('an invalid address', {
    theirs: () => ['request_password_reset', 'nobody'],
    ours: (sdk, ready) => client(sdk, ready).requestPasswordReset('nobody'),
  }),
  reset('a refusal in text', { arrange: fault({ error: 'E' }, 500) }),
  reset('an answer without the token', { arrange: fault({}), defect: 'section 5', differs: 'NiceLoginError 200 the provider\'s answer is not what the operation yields' }),
  reset('an answer that is no JSON', { arrange: fault('<html>'), defect: 'section 5', differs: 'NiceLoginError 200 the provider\'s answer is not what the operation yields' }),
  reset('a refusal that is a list', { arrange: fault([1], 401), defect: 'section 5', differs: 'NiceLoginError 401 HTTP Error 401' }),
  reset('a refusal whose error is an object', { arrange: fault({ error: { code: 1 } }, 401), defect: 'section 5', differs: 'NiceLoginError 401 HTTP Error 401' }),
  {
    name: 'change_password',
    theirs: () => ['change_password', EMAIL, OLD, 'long enough'],
    ours: (sdk, ready) => client(sdk, ready).changePassword(EMAIL, OLD, 'long enough'),
  },
  {
    name: 'change_password, the wrong old one',
    theirs: () => ['change_password', EMAIL, 'wrong', 'long enough'],
    ours: (sdk, ready) => client(sdk, ready).changePassword(EMAIL, 'wrong', 'long enough'),
  },
  {
    name: 'change_password, a weak new one',
    theirs: () => ['change_password', EMAIL, OLD, 'short'],
    ours: (sdk, ready) => client(sdk, ready).changePassword(EMAIL, OLD, 'short'),
  },
  {
    name: 'change_password, nobody',
    theirs: () => ['change_password', 'nobody@example.com', OLD, 'long enough'],
    ours: (sdk, ready) => client(sdk, ready).changePassword('nobody@example.com', OLD, 'long enough'),
  },
  {
    name: 'reset_password, a token that is none',
    theirs: () => ['reset_password', EMAIL, OLD, 'long enough', 'none'],
    ours: (sdk, ready) => client(sdk, ready).resetPassword(EMAIL, OLD, 'long enough', 'none'),
  },
  {
    name: 'reset_password, an answer without success',
    arrange: fault({}),
    theirs: () => ['reset_password', EMAIL, OLD, 'long enough', 'none'],
    ours: (sdk, ready) => client(sdk, ready).resetPassword(EMAIL, OLD, 'long enough', 'none'),
  },
  {
    name: 'reset_password, a success that is no boolean',
    arrange: fault({ success: 'yes' }),
    theirs: () => ['reset_password', EMAIL, OLD, 'long enough', 'none'],
    ours: (sdk, ready) => client(sdk, ready).resetPassword(EMAIL, OLD, 'long enough', 'none'),
    defect: 'section 3.2',
    differs: 'NiceLoginError 200 the provider\'s answer is not what the operation yields',
  },
  ...['activate', 'deactivate'].map((verb) => ({
    name: `${verb}_user`,
    arrange: async (emulator) => ({ id: emulator.ready.users.bob.id }),
    theirs: ({ id }) => [`${verb}_user`, id],
    ours: (sdk, ready, { id }) => client(sdk, ready)[`${verb}User`](id),
  })),
  {
    name: 'deactivate_user, an unknown id',
    theirs: () => ['deactivate_user', '00000000-0000-4000-8000-000000000000'],
    ours: (sdk, ready) => client(sdk, ready).deactivateUser('00000000-0000-4000-8000-000000000000'),
  },
  {
    name: 'deactivate_user, an answer without is_active',
    arrange: fault({}),
    theirs: () => ['deactivate_user', '00000000-0000-4000-8000-000000000000'],
    ours: (sdk, ready) => client(sdk, ready).deactivateUser('00000000-0000-4000-8000-000000000000'),
  },
  {
    name: 'deactivate_user, without the secret',
    theirs: () => ['deactivate_without_secret', '00000000-0000-4000-8000-000000000000'],
    ours: (sdk, ready) => client(sdk, ready, { apiSecret: undefined }).deactivateUser('00000000-0000-4000-8000-000000000000'),
  },
  verdict('a good one', {}),
  verdict('expired', { expires_in: -3_600 }),
  verdict('another key', { tamper: 'wrong_key' }),
  verdict('another payload', { tamper: 'payload' }),
  verdict('another signature', { tamper: 'signature' }),
  verdict('no algorithm', { tamper: 'alg_none' }),
  verdict('a MAC', { tamper: 'hs256' }),
  verdict('junk', async () => ({ token: 'a.b.c' })),
  verdict('two parts', changed((text) => text.slice(0, text.lastIndexOf('.')))),
  verdict('nothing', async () => ({ token: '' })),
  verdict('no exp', { claims: { exp: null } }, { defect: 1, differs: 'ok false' }),
  verdict('exp 0', { claims: { exp: 0 } }, { defect: 1, differs: 'ok false' }),
  verdict('an unknown kid', { kid: 'nope' }, { defect: 2, differs: 'ok false' }),
  verdict('a future iat', { claims: { iat: 4_102_444_800 } }, { defect: 3, differs: 'ok false' }),
  verdict('no sub', { claims: { sub: null } }, { defect: 3, differs: 'ok false' }),
  verdict('no company', { claims: { company_id: null } }, { defect: 3, differs: 'ok false' }),
  verdict('padding', changed((text) => `${text}==`), { defect: 5, differs: 'ok false' }),
  verdict('junk letters', changed((text) => `${text.slice(0, -8)}!!!!${text.slice(-8)}`), { defect: 5, differs: 'ok false' }),
  verdict('zeros before the signature', changed(withZeros), { defect: 4, differs: 'ok false' }),
  {
    name: 'verify_token, keys loaded by the client itself',
    arrange: token({}),
    theirs: ({ token: text }) => ['verify_token', text],
    ours: async (sdk, ready, { token: text }) => {
      const nl = client(sdk, ready);
      await nl.ready();
      return nl.verifyToken(text);
    },
  },
  {
    name: 'unpack',
    arrange: token({ claims: { jti: 'j', sid: null } }),
    theirs: ({ token: text }) => ['unpack', text],
    ours: async (sdk, ready, { token: text }) => (await local(sdk, ready)).unpack(text),
    outcome: ({ sub, email, company_id, jti, sid, user_data }) => ({ sub, email, company_id, jti, sid, user_data }),
  },
  {
    name: 'unpack, an expired one, unverified',
    arrange: token({ expires_in: -3_600, claims: { jti: 'j' } }),
    theirs: ({ token: text }) => ['unpack', text, false],
    ours: async (sdk, ready, { token: text }) => (await local(sdk, ready)).unpack(text, { verify: false }),
    outcome: (read) => ({ jti: read.jti, marked: read.unverified === true }),
    defect: 6,
    differs: 'ok {"marked":true}',
  },
];

function withZeros(text) {
  const at = text.lastIndexOf('.') + 1;
  const signature = Buffer.concat([Buffer.alloc(3), Buffer.from(text.slice(at), 'base64url')]);
  return `${text.slice(0, at)}${signature.toString('base64url')}`;
}
