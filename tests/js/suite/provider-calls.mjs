/** What calls of a provider's client take, what of the surroundings must not reach them, and how they end. */
import { hellojohn, polluted, rejects } from './calls.mjs';
import { json, scripted, status } from './fetches.mjs';

const CONFIG = 'ERR_CONFIG_INVALID';

/** A client of each provider that sends webhooks, and one good delivery to it: as a request, and by its parts. */
function receivers(t) {
  const { body, clock, secrets, signatures } = t.fixtures.hellojohn.webhooks;
  const signature = `t=${clock},v1=${signatures.S1}`;
  const sample = t.fixtures.vendors.deliveries.find(({ scheme }) => scheme === 'propelauth');
  const at = (seconds) => new Date(seconds * 1000);
  return {
    hellojohn: [
      t.hellojohn.hellojohn({ tenantId: 't', webhookSecret: secrets[1], currentDate: at(clock) }),
      { body, headers: { 'x-hellojohn-signature': signature } },
      { payload: body, signature },
    ],
    propelauth: [
      t.propelauth.propelauth({ authUrl: 'https://auth.example', webhookSecret: sample.secrets, currentDate: at(sample.clock) }),
      { body: sample.body, headers: sample.headers },
      { payload: sample.body, headers: sample.headers },
    ],
  };
}

export const cases = [
  {
    name: 'a replay store is taken by the providers that send webhooks alone',
    async run(t) {
      const replayStore = t.countersign.memoryReplayStore();
      const takers = { hellojohn: { tenantId: 't' }, propelauth: { authUrl: 'https://auth.example' } };
      const others = { justauthenticateme: { appId: '3f8b2f64-5d0e-4f1c-9e52-7a6b1c2d3e44' }, nicelogin: { companyId: 'c', apiKey: 'k' }, oidc: { issuer: 'https://id.example', audience: 'a' } };
      for (const [id, options] of Object.entries(takers)) await t.verdict(id, 'ok', () => t[id][id]({ ...options, replayStore }));
      for (const [id, options] of Object.entries(others)) {
        await t.verdict(`${id}, without`, 'ok', () => t[id][id](options));
        const { message } = await t.verdict(id, CONFIG, () => t[id][id]({ ...options, replayStore }));
        t.equal(message.split(':')[0], 'replayStore', id);
      }
    },
  },
  {
    name: "a provider's webhooks take what every call takes, and refuse by their promise",
    async run(t) {
      const good = { signal: new AbortController().signal, fetch: () => {}, waitUntil: () => {} };
      const wrong = { text: 'x', null: null, 'an unknown name': { nope: 1 }, 'a signal that is none': { signal: 'x' }, 'fetch text': { fetch: 'x' }, 'a date that is none': { currentDate: 5 } };
      for (const [provider, [client, { headers, body }, parts]] of Object.entries(receivers(t))) {
        const request = () => new Request('https://hooks.example/', { method: 'POST', headers, body });
        await t.verdict(`${provider}: all there is`, 'ok', () => rejects(() => client.verifyWebhook(request(), good)));
        await t.verdict(`${provider}: all there is, by parts`, 'ok', () => client.verifyWebhook(parts, good));
        for (const [label, call] of Object.entries(wrong)) {
          await t.verdict(`${provider}: ${label}`, CONFIG, () => rejects(() => client.verifyWebhook(request(), call)));
          await t.verdict(`${provider}: ${label}, by parts`, CONFIG, () => client.verifyWebhook(parts, call));
        }
        await t.verdict(`${provider}: given up before`, 'UNTYPED RangeError', () => rejects(() => client.verifyWebhook(request(), { signal: AbortSignal.abort(new RangeError('enough')) })));
        for (const none of [undefined, 5, {}]) await t.verdict(`${provider}: ${JSON.stringify(none)} as a request`, CONFIG, () => rejects(() => client.verifyWebhook(none)));
      }
      const [sample] = t.fixtures.vendors.deliveries;
      const webhooks = t.countersign.createWebhookVerifier({ scheme: sample.scheme, secrets: sample.secrets, currentDate: new Date(sample.clock * 1000) });
      await t.verdict('a webhook verifier', 'ok', () => webhooks.verifySync(sample.body, sample.headers, good));
    },
  },
  {
    name: "what stands on Object.prototype is no option of a provider's client, no delivery's and no user's",
    async run(t) {
      const { body, clock, secrets, signatures } = t.fixtures.hellojohn.webhooks;
      const receiver = (webhookSecret) => t.hellojohn.hellojohn({ tenantId: 't', webhookSecret, currentDate: new Date(clock * 1000) });
      const delivery = { payload: body, signature: `v1=${signatures.S1}`, timestamp: String(clock) };
      const refused = 'ERR_WEBHOOK_SIGNATURE_INVALID';
      await polluted({ secret: secrets[1] }, () => t.verdict('the secret of a delivery', refused, () => receiver(secrets[2]).verifyWebhook(delivery)));
      const { signature, ...unsigned } = delivery;
      await polluted({ signature }, () => t.verdict('its signature', 'ERR_WEBHOOK_HEADER_MISSING', () => receiver(secrets[1]).verifyWebhook(unsigned)));
      let listed;
      await polluted({ href: secrets[1] }, () => (listed = receiver([secrets[2]])));
      await t.verdict('the href of an option', refused, () => listed.verifyWebhook(delivery));
      const fetch = scripted(json({ id: 'u' }));
      let client;
      const HJ_API_URL = 'https://evil.example';
      await polluted({ HJ_API_URL, process: { env: { HJ_API_URL } } }, () => (client = hellojohn(t, { fetch, apiUrl: undefined })));
      await t.verdict('the environment', 'ok', () => client.users.get('u'));
      t.equal(fetch.calls.map(({ url }) => new URL(url).origin), ['https://api.hellojohn.dev'], 'where the secret key goes');
      await polluted({ role: 'admin', orgId: 'o' }, async () => {
        for (const nobody of [{}, null, undefined]) {
          await t.verdict(`the role of ${JSON.stringify(nobody)}`, 'ERR_FORBIDDEN', () => client.requireRole(nobody, 'admin'));
          await t.verdict(`the role in its organization of ${JSON.stringify(nobody)}`, 'ERR_FORBIDDEN', () => client.requireOrgRole(nobody, 'admin'));
        }
      });
      await t.verdict('a list of options', CONFIG, () => t.hellojohn.hellojohn([]));
    },
  },
  {
    name: 'a call that is given up between two tries sends no more',
    async run(t) {
      const controller = new AbortController();
      const fetch = scripted((request, { signal }) => {
        // By then the answer has been read, and nothing waits yet.
        signal.addEventListener('abort', () => controller.abort(new RangeError('enough')));
        return status(503)();
      });
      const client = hellojohn(t, { fetch, maxRetries: 2 });
      await t.verdict('given up', 'UNTYPED RangeError', () => client.users.get('u', {}, { signal: controller.signal }));
      t.equal(fetch.calls.length, 1, 'requests');
    },
  },
  {
    name: 'options of a call that mean nothing to its provider are refused',
    async run(t) {
      const fetch = scripted(json({}));
      const clients = {
        justauthenticateme: (options) => t.justauthenticateme.justauthenticateme({ appId: '3f8b2f64-5d0e-4f1c-9e52-7a6b1c2d3e44', fetch }).authenticate('a@b.example', options),
        nicelogin: (options) => t.nicelogin.nicelogin({ apiKey: 'k', fetch }).requestPasswordReset('a@b.example', options),
        oidc: (options) => t.oidc.oidc({ issuer: 'https://id.example', audience: 'api', clientId: 'c', clientSecret: 's', introspectionEndpoint: 'https://id.example/i', fetch, dangerouslyAllowBrowser: true }).introspect('t', options),
        propelauth: (options) => t.propelauth.propelauth({ authUrl: 'https://auth.example', apiKey: 'k', fetch, dangerouslyAllowBrowser: true }).fetchCustomRoleMappings(options),
      };
      for (const [provider, call] of Object.entries(clients)) {
        for (const options of [{ tenantId: 't' }, { idempotencyKey: 'k' }, { nope: 1 }]) await t.verdict(`${provider}: ${Object.keys(options)}`, CONFIG, () => rejects(() => call(options)));
      }
      t.equal(fetch.calls.length, 0, 'requests');
    },
  },
  {
    name: 'propelauth calls, messages for fields are those of an object',
    async run(t) {
      const refused = (body) => t.propelauth.propelauth({ authUrl: 'https://auth.example', apiKey: 'k', fetch: scripted(json(body, { status: 400 })), dangerouslyAllowBrowser: true }).createOrg({ name: 'N' });
      const rows = [
        [{ user_facing_errors: { name: 'taken' } }, { name: ['taken'] }],
        [{ user_facing_errors: 'no', error_code: 'x' }, {}],
        [{ field_errors: ['no'], error_code: 'x' }, {}],
        [{ name: 'taken' }, { name: ['taken'] }],
      ];
      for (const [at, [body, fields]] of rows.entries()) {
        const error = await t.verdict(`body ${at}`, 'ERR_API_STATUS', () => refused(body));
        t.equal(error.fieldErrors, fields, `fields of body ${at}`);
      }
    },
  },
  {
    name: 'ending all sessions of a user ends nobody else\'s',
    async run(t) {
      const fetch = scripted(json({ data: [{ id: 's1', user_id: 'usr_2' }, { id: 's2', user_id: 'usr_1' }] }), status(204));
      const ended = await t.verdict('ended', 'ok', () => hellojohn(t, { fetch }).sessions.revokeAll('usr_1'));
      t.equal(ended, { revoked: 1 }, 'how many');
      t.equal(fetch.calls.slice(1).map(({ url }) => url), ['https://a.example/v1/sessions/s2'], 'which');
    },
  },
];
