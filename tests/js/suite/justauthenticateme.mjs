/** JustAuthenticateMe: what the rows of its contract cannot say. */
import { down, json, scripted, status } from './fetches.mjs';

const AT = new Date(1_790_000_600_000);

function client(t, changes = {}) {
  const { options } = t.fixtures.contracts.justauthenticateme;
  return t.justauthenticateme.justauthenticateme({ ...options, currentDate: AT, ...changes });
}

export const cases = [
  {
    name: 'justauthenticateme, keys from the network',
    async run(t) {
      const { tokens, verifier } = t.fixtures.contracts.justauthenticateme;
      const fetch = scripted(json(verifier.jwks));
      const jam = client(t, { fetch });
      await t.verdict('before there are keys, sync', 'ERR_JWKS_UNAVAILABLE', () => jam.verifyTokenSync(tokens['J-1']));
      const { headers, claims, user } = await t.verdict('the first token', 'ok', () => jam.verifyToken(tokens['J-1']));
      await t.verdict('the second token', 'ok', () => jam.verifyTokenSync(tokens['J-2']));
      t.equal(fetch.calls.length, 1, 'fetches');
      t.equal([headers.alg, claims.token_use, user.keyId], ['ES512', 'id', '6f1d2c3b-4a59-4687-9c0d-1e2f3a4b5c6d'], 'headers, claims and user');
      const unknown = client(t, { fetch: scripted(json({ message: 'M' }, { status: 404 })) });
      const error = await t.verdict('an unknown app', 'ERR_JWKS_UNAVAILABLE', () => unknown.verifyToken(tokens['J-1']));
      t.equal([error.name, error.message], ['JAMNotFound', 'M'], 'an unknown app');
      t.equal((await error.toResponse().json()).message, "the issuer's keys are not available", 'what its client is told');
      t.ok(error instanceof t.justauthenticateme.JAMNotFound && !(error instanceof t.justauthenticateme.JAMNotVerified), 'no verdict on the token');
      const outage = await t.verdict('an outage', 'ERR_JWKS_UNAVAILABLE', () => client(t, { fetch: scripted(down) }).verifyToken(tokens['J-1']));
      t.equal([outage.name, outage.status], ['JustAuthenticateMeError', 503], 'an outage');
    },
  },
  {
    name: 'justauthenticateme, remote verification comes on top',
    async run(t) {
      const { tokens, verifier } = t.fixtures.contracts.justauthenticateme;
      const yes = scripted(status(200, '{}'));
      const jam = client(t, { ...verifier, fetch: yes });
      await t.verdict('a good token', 'ok', () => jam.verifyTokenRemote(tokens['J-1']));
      const forged = await t.verdict('a forged one', 'ERR_JOSE_ALG_NOT_ALLOWED', () => jam.verifyTokenRemote(tokens['J-N9']));
      t.ok(forged instanceof t.justauthenticateme.JAMNotVerified, 'class of a forged one');
      t.equal(yes.calls.map(({ url }) => url.split('/').pop()), ['verify'], 'only the good one is asked about');
      const no = client(t, { ...verifier, fetch: scripted(json({ message: 'M' }, { status: 401 })) });
      const revoked = await t.verdict('a revoked one', 'ERR_API_STATUS', () => no.verifyTokenRemote(tokens['J-1']));
      t.ok(revoked instanceof t.justauthenticateme.JAMNotVerified, 'class of a revoked one');
    },
  },
  {
    name: 'justauthenticateme, the landing page',
    async run(t) {
      const { tokens, verifier } = t.fixtures.contracts.justauthenticateme;
      const jam = client(t, verifier);
      const path = `/in?x=1&idToken=${tokens['J-1']}&refreshToken=R%2BT%2F%3D#top`;
      const url = `https://app.example${path}`;
      t.equal(jam.getTokensFromURL(url), { idToken: tokens['J-1'], refreshToken: 'R+T/=', url: 'https://app.example/in?x=1#top' }, 'tokens');
      t.equal(jam.getTokensFromURL(new URL(`https://app.example/?idToken=a.b.c`)).refreshToken, null, 'no refresh token');
      const signedIn = await t.verdict('sign-in', 'ok', () => jam.signInFromURL(url));
      t.equal([signedIn.user.email, signedIn.refreshToken], ['ada+jam@acme-test.example', 'R+T/='], 'who signed in');
      await t.verdict('a forged one', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', () => jam.signInFromURL(`?idToken=${tokens['J-N8']}`));
      await t.verdict('no token', 'ERR_TOKEN_MISSING', () => jam.getTokensFromURL('https://app.example/'));
      await t.verdict('two tokens', 'ERR_TOKEN_AMBIGUOUS', () => jam.getTokensFromURL('?idToken=a&idToken=b'));
      await t.verdict('no URL', 'ERR_CONFIG_INVALID', () => jam.getTokensFromURL(7));
      await t.verdict("the page's own address", 'ok', () => withPage(path, (address) => {
        jam.getTokensFromURL();
        t.equal(address(), '/in?x=1#top', 'address afterwards');
      }));
      for (const [label, query] of Object.entries({ 'two tokens': 'idToken=a&idToken=b', 'a refresh token alone': 'refreshToken=R', 'a broken one': 'idToken=%zz' })) {
        const expected = { 'two tokens': 'ERR_TOKEN_AMBIGUOUS', 'a broken one': 'ERR_JWT_INVALID' }[label] ?? 'ERR_TOKEN_MISSING';
        await t.verdict(`the page's own address, ${label}`, expected, () => withPage(`/in?x=1&${query}`, (address) => {
          try {
            return jam.getTokensFromURL();
          } finally {
            t.equal(address(), '/in?x=1', `address afterwards, ${label}`);
          }
        }));
      }
    },
  },
  {
    name: 'justauthenticateme, options and names',
    async run(t) {
      const { JAMInvalid, JAMUnauthorized, justauthenticateme } = t.justauthenticateme;
      t.ok(JAMInvalid === JAMUnauthorized, 'JAMInvalid');
      for (const [label, options] of Object.entries({ none: {}, 'no UUID': { appId: 'x' }, unknown: { appId: '3f8b2f64-5d0e-4f1c-9e52-7a6b1c2d3e44', appid: 1 }, null: null })) {
        await t.verdict(label, 'ERR_CONFIG_INVALID', () => justauthenticateme(options));
      }
      const none = scripted(status(200));
      await t.verdict('no ID token', 'ERR_CONFIG_INVALID', () => client(t, { fetch: none }).deleteAllRefreshTokens(undefined));
      await t.verdict('a header that breaks the line', 'ERR_CONFIG_INVALID', () => client(t, { fetch: none }).deleteAllRefreshTokens('a\r\nx: y'));
      await t.verdict('no refresh token', 'ERR_CONFIG_INVALID', () => client(t, { fetch: none }).deleteRefreshToken('a.b.c', ''));
      t.equal(none.calls.length, 0, 'requests');
    },
  },
];

/** Runs `action` in a page at this path, or in what looks like one; it gets a way to read the path. */
function withPage(path, action) {
  return typeof document === 'object' ? inRealPage(path, action) : inImitatedPage(path, action);
}

function inRealPage(path, action) {
  const { href, origin } = location;
  history.replaceState(null, '', path);
  try {
    return action(() => location.href.slice(origin.length));
  } finally {
    history.replaceState(null, '', href);
  }
}

function inImitatedPage(path, action) {
  const origin = 'https://app.example';
  const own = Object.fromEntries(['location', 'history'].map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]));
  const page = { href: `${origin}${path}` };
  const define = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  define('location', page);
  define('history', { state: null, replaceState: (_state, _title, url) => (page.href = url) });
  try {
    return action(() => page.href.slice(origin.length));
  } finally {
    for (const [name, before] of Object.entries(own)) {
      if (before === undefined) delete globalThis[name];
      else Object.defineProperty(globalThis, name, before);
    }
  }
}
