/** What a provider's server may do to a call, and what becomes of it: the same for every provider. */
import { down, drip, json, large, scripted, stall, status, until } from './fetches.mjs';

const MAX = 8 << 20;

/** A call of each provider that reads, and one that must not be sent twice. */
const PROVIDERS = {
  hellojohn: {
    options: { tenantId: 'tnt_1', secretKey: 'sk_canary', publishableKey: 'pk_1', apiUrl: 'https://a.example' },
    reads: (client) => client.users.get('u_1'),
    writes: (client) => client.auth.signIn({ email: 'a@b.example', password: 'pw_canary' }),
  },
  justauthenticateme: {
    options: { appId: '0e2f1d54-3c0f-4f4e-9d8e-0d3c2b1a0f9e' },
    reads: (client) => client.jwks(),
    writes: (client) => client.refresh('rt_canary'),
  },
  nicelogin: {
    options: { apiKey: 'key_1', apiSecret: 'secret_canary' },
    reads: undefined,
    writes: (client) => client.activateUser('31c41c16-c281-44ae-9602-8a047e3bf33d'),
  },
  oidc: {
    options: { issuer: 'https://id.example', audience: 'api', clientId: 'c', clientSecret: 'cs_canary', introspectionEndpoint: 'https://id.example/introspect' },
    reads: (client) => client.introspect('t_canary'),
    writes: undefined,
  },
  propelauth: {
    options: { authUrl: 'https://auth.example.com', apiKey: 'ak_canary' },
    reads: (client) => client.fetchUserMetadataByUserId('31c41c16-c281-44ae-9602-8a047e3bf33d'),
    writes: (client) => client.createUser({ email: 'a@b.example' }),
  },
};

function made(t, id, options) {
  return t[id][id]({ ...PROVIDERS[id].options, dangerouslyAllowBrowser: true, ...options });
}

const harmless = (error) => !/canary/.test(`${error.message} ${JSON.stringify(error)} ${error.stack}`);

export const cases = Object.entries(PROVIDERS).map(([id, { reads, writes }]) => ({
  name: `${id} calls, hostile answers`,
  async run(t) {
    const call = reads ?? writes;
    const judged = async (label, expected, answer, options) => {
      const fetch = scripted(answer);
      const error = await t.verdict(label, expected, () => call(made(t, id, { fetch, maxRetries: 0, ...options })));
      t.ok(harmless(error), `${label}: no secret`);
      return { error, fetch };
    };
    const dripping = drip();
    await judged('a body that drips on', 'ERR_TRANSPORT_TIMEOUT', dripping, { timeout: 150 });
    t.ok(await until(() => dripping.cancelled), 'a body that drips on is given up');
    await judged('no answer', 'ERR_TRANSPORT_TIMEOUT', stall, { timeout: 30 });
    const huge = large(4 * MAX, 1 << 20);
    await judged('a body without an end', 'ERR_TRANSPORT', huge);
    t.ok(huge.sent <= MAX + (4 << 20), `a body without an end: ${huge.sent} bytes taken`);
    await judged('a redirect', 'ERR_TRANSPORT', status(307, null, { location: 'https://evil.example' }));
    await judged('no network', 'ERR_TRANSPORT', down);
    await judged('a success that is no JSON', 'ERR_API_RESPONSE_INVALID', status(200, '<html>'));
    for (const [label, body] of Object.entries({ 'no body': '', HTML: '<html>', 'a number': '7', 'a list': '[1]', 'nested deep': '['.repeat(1_000), 'an odd error': '{"error":{"error":[{}]}}' })) {
      for (const code of [418, 500, 599]) {
        const { error } = await judged(`${code} with ${label}`, 'ERR_API_STATUS', status(code, body));
        t.equal(error.providerStatus, code, `${code} with ${label}: status`);
      }
    }
    if (writes === undefined) return;
    for (const [label, answer] of Object.entries({ 'a failure': status(500, '{}'), 'a broken connection': down, 'an odd answer': status(200, '[') })) {
      const fetch = scripted(answer, json({}));
      await writes(made(t, id, { fetch, maxRetries: 3 })).catch(() => {});
      t.equal(fetch.calls.length, 1, `sent once after ${label}`);
    }
  },
}));
