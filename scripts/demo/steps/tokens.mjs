// Sign-in, and what the protected routes make of good and of forged tokens.
import { bearer, bodyOf, brief } from '../answers.mjs';

const signIn = (name) => async (world) => {
  const { email, password } = world.emulator.users[name];
  const result = await world.client.auth.signIn({ email, password });
  world.tokens[name] = result.session.accessToken;
  return result.status;
};

/** Asks the Worker, and the same package in Node: one verdict in both. */
const verdict = (order) => async (world) => {
  const token = await world.emulator.mint(order);
  const outcome = await brief(await world.get('/me', bearer(token)));
  const here = await world.client.verifyToken(token).then(() => 'accepted', (error) => `${error.status} ${error.code}`);
  return here === outcome ? outcome : `${outcome}, but Node says ${here}`;
};

const forgeries = [
  ['Payload tampered with', '401 ERR_JWS_SIGNATURE_VERIFICATION_FAILED', { tamper: 'payload' }],
  ['Signature tampered with', '401 ERR_JWS_SIGNATURE_VERIFICATION_FAILED', { tamper: 'signature' }],
  ['Unused bits of the signature changed', '401 ERR_JWT_INVALID', { tamper: 'padding_bits' }],
  ['Expired', '401 ERR_JWT_EXPIRED', { expires_in: -60 }],
  ['Of another tenant', '401 ERR_JWT_CLAIM_VALIDATION_FAILED', { tenant: 'tnt_other' }],
  ['Of another issuer', '401 ERR_JWT_CLAIM_VALIDATION_FAILED', { claims: { iss: 'https://issuer.example' } }],
  ['A refresh token', '401 ERR_JWT_CLAIM_VALIDATION_FAILED', { claims: { token_use: 'refresh' } }],
  ['Signed with another key', '401 ERR_JWS_SIGNATURE_VERIFICATION_FAILED', { tamper: 'wrong_key' }],
  ['alg "none"', '401 ERR_JOSE_ALG_NOT_ALLOWED', { tamper: 'alg_none' }],
  ['HS256 with the public key as its secret', '401 ERR_JOSE_ALG_NOT_ALLOWED', { tamper: 'hs256' }],
];

export const tokens = [
  { name: 'Public route', expected: '200', run: async (world) => brief(await world.get('/')) },
  { name: 'Alice (admin) signs in', expected: 'complete', run: signIn('alice') },
  { name: 'Bob (member) signs in', expected: 'complete', run: signIn('bob') },
  {
    name: 'Protected route with her token',
    expected: '200 alice@example.com, admin',
    run: async (world) => {
      const response = await world.get('/me', bearer(world.tokens.alice));
      const { email, role } = (await bodyOf(response)) ?? {};
      return `${response.status} ${email}, ${role}`;
    },
  },
  {
    name: 'Without a token',
    expected: '401 ERR_TOKEN_MISSING, Bearer',
    run: async (world) => {
      const response = await world.get('/me');
      return `${await brief(response)}, ${response.headers.get('www-authenticate')}`;
    },
  },
  {
    name: 'Two tokens in one header',
    expected: '400 ERR_TOKEN_AMBIGUOUS',
    run: async (world) => brief(await world.get('/me', { authorization: `Bearer ${world.tokens.alice}, Bearer ${world.tokens.bob}` })),
  },
  ...forgeries.map(([name, expected, order]) => ({ name, expected, run: verdict(order) })),
  {
    name: 'The challenge names the reason',
    expected: 'error="invalid_token"',
    run: async (world) => {
      const response = await world.get('/me', bearer('not.a.token'));
      return /error="[a-z_]+"/.exec(response.headers.get('www-authenticate') ?? '')?.[0];
    },
  },
  {
    name: 'Admin route as a member',
    expected: '403 ERR_FORBIDDEN',
    run: async (world) => brief(await world.get('/admin', bearer(world.tokens.bob))),
  },
  {
    name: 'Admin route as an admin',
    expected: '200',
    run: async (world) => brief(await world.get('/admin', bearer(world.tokens.alice))),
  },
];
