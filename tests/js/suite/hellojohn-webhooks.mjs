/** HelloJohn's webhooks: every case of the contract, by its parts and as a request. */

import { AT_NOW } from './tokens.mjs';
import { stripe } from './webhooks.mjs';

const CODE_OF = {
  missing_signature: 'ERR_WEBHOOK_HEADER_MISSING',
  missing_timestamp: 'ERR_WEBHOOK_HEADER_MISSING',
  malformed_signature: 'ERR_WEBHOOK_HEADER_INVALID',
  invalid_timestamp: 'ERR_WEBHOOK_TIMESTAMP_INVALID',
  signature_mismatch: 'ERR_WEBHOOK_SIGNATURE_INVALID',
  invalid_payload: 'ERR_WEBHOOK_PAYLOAD_INVALID',
};

const at = (seconds) => new Date(seconds * 1000);

export const cases = [
  {
    name: "hellojohn webhooks, the contract's cases",
    async run(t) {
      const { cases: rows, body, clock, secrets } = t.fixtures.hellojohn.webhooks;
      for (const row of rows) {
        const now = row.clock ?? clock;
        const client = t.hellojohn.hellojohn({
          tenantId: 't',
          webhookSecret: row.secrets.map((index) => secrets[index]),
          currentDate: at(now),
          ...(row.format && { webhookFormat: row.format }),
        });
        const text = row.body ?? body + (row.bodySuffix ?? '');
        const outside = now > clock ? 'ERR_WEBHOOK_TIMESTAMP_EXPIRED' : 'ERR_WEBHOOK_TIMESTAMP_FUTURE';
        const expected = row.reason === undefined ? 'ok' : row.reason === 'timestamp_out_of_tolerance' ? outside : CODE_OF[row.reason];
        const request = new Request('https://hooks.example/', { method: 'POST', headers: row.headers, body: text });
        const event = await t.verdict(row.name, expected, () => client.verifyWebhook(request));
        check(t, row, event);
        const signature = row.headers[row.format === 'body' ? 'HelloJohn-Signature' : 'X-HelloJohn-Signature'];
        const parts = { payload: text, signature, timestamp: row.headers['X-HelloJohn-Timestamp'] };
        check(t, row, await t.verdict(`${row.name}, by parts`, expected, () => client.verifyWebhook(parts)));
      }
    },
  },
  {
    name: 'hellojohn webhooks, a payload that is none is not claimed',
    async run(t) {
      const { cases: rows, body, clock, secrets } = t.fixtures.hellojohn.webhooks;
      const found = rows.filter(({ reason, format }) => reason === 'invalid_payload' && !['body', 'hook'].includes(format));
      t.ok(found.length > 0, 'there are such');
      for (const row of found) {
        let claims = 0;
        const replayStore = { claim: () => ((claims += 1), true), release: () => {} };
        const webhookSecret = row.secrets.map((index) => secrets[index]);
        const client = t.hellojohn.hellojohn({ tenantId: 't', webhookSecret, currentDate: at(row.clock ?? clock), replayStore, ...(row.format && { webhookFormat: row.format }) });
        const text = row.body ?? body + (row.bodySuffix ?? '');
        const request = new Request('https://hooks.example/', { method: 'POST', headers: row.headers, body: text });
        await t.verdict(row.name, 'ERR_WEBHOOK_PAYLOAD_INVALID', () => client.verifyWebhook(request));
        const parts = { payload: text, signature: row.headers['X-HelloJohn-Signature'], timestamp: row.headers['X-HelloJohn-Timestamp'] };
        await t.verdict(`${row.name}, by parts`, 'ERR_WEBHOOK_PAYLOAD_INVALID', () => client.verifyWebhook(parts));
        t.equal(claims, 0, `${row.name}: claims`);
      }
    },
  },
  {
    // The signature's part takes these for an object; it is the event that is none.
    name: 'hellojohn webhooks, an event that is none is not claimed',
    async run(t) {
      for (const payload of ['{"type":1}', '{"type":"a","type":"b"}']) {
        const calls = [];
        const replayStore = { claim: () => (calls.push('claim'), true), release: () => void calls.push('release') };
        const client = t.hellojohn.hellojohn({ tenantId: 't', webhookSecret: 'whsec_test_secret', currentDate: AT_NOW, replayStore });
        const signature = (await stripe(payload))['stripe-signature'];
        const request = new Request('https://hooks.example/', { method: 'POST', headers: { 'X-HelloJohn-Signature': signature }, body: payload });
        await t.verdict(payload, 'ERR_WEBHOOK_PAYLOAD_INVALID', () => client.verifyWebhook(request));
        await t.verdict(`${payload}, by parts`, 'ERR_WEBHOOK_PAYLOAD_INVALID', () => client.verifyWebhook({ payload, signature }));
        t.equal(calls, [], `${payload}: calls of the store`);
      }
    },
  },
  {
    name: 'hellojohn webhooks, parts that are none',
    async run(t) {
      const { body, clock, secrets, signatures } = t.fixtures.hellojohn.webhooks;
      const client = t.hellojohn.hellojohn({ tenantId: 't', currentDate: at(clock), webhookSecret: secrets[2] });
      const good = { payload: body, signature: `v1=${signatures.S1}`, timestamp: String(clock), secret: secrets[1] };
      await t.verdict('a secret of the call', 'ok', () => client.verifyWebhook(good));
      await t.verdict('a list of secrets', 'ok', () => client.verifyWebhook({ ...good, secret: [secrets[2], secrets[1]] }));
      await t.verdict("the client's secret", 'ERR_WEBHOOK_SIGNATURE_INVALID', () => client.verifyWebhook({ ...good, secret: undefined }));
      await t.verdict('bytes', 'ok', () => client.verifyWebhook({ ...good, payload: new TextEncoder().encode(body) }));
      const wrong = {
        'a parsed body': { payload: JSON.parse(body) },
        'no body': { payload: undefined },
        'a signature that is no text': { signature: 1 },
        'an empty secret': { secret: '' },
        'a secret of zeros': { secret: new Uint8Array(32) },
        'a number as secret': { secret: 1 },
        'a Promise as secret': { secret: Promise.resolve(secrets[1]) },
        'an empty list of secrets': { secret: [] },
      };
      for (const [label, changes] of Object.entries(wrong)) {
        await t.verdict(label, 'ERR_CONFIG_INVALID', () => client.verifyWebhook({ ...good, ...changes }));
      }
      for (const absent of [undefined, null]) {
        const error = await t.verdict(`no signature, ${absent}`, 'ERR_WEBHOOK_HEADER_MISSING', () => client.verifyWebhook({ ...good, signature: absent }));
        t.equal([error.status, error.providerCode], [400, 'missing_signature'], `no signature, ${absent}: status and reason`);
        const late = await t.verdict(`no timestamp, ${absent}`, 'ERR_WEBHOOK_HEADER_MISSING', () => client.verifyWebhook({ ...good, timestamp: absent }));
        t.equal(late.providerCode, 'missing_timestamp', `no timestamp, ${absent}: reason`);
      }
      await t.verdict('a timestamp that is a number', 'ok', () => client.verifyWebhook({ ...good, timestamp: clock }));
      await t.verdict('a moment of the call', 'ERR_WEBHOOK_TIMESTAMP_EXPIRED', () => client.verifyWebhook(good, { currentDate: at(clock + 301) }));
      const bare = t.hellojohn.hellojohn({ tenantId: 't', currentDate: at(clock) });
      await t.verdict('no secret anywhere', 'ERR_CONFIG_INVALID', () => bare.verifyWebhook({ ...good, secret: undefined }));
      await t.verdict('a request that is none', 'ERR_CONFIG_INVALID', () => client.verifyWebhook({}));
    },
  },
];

function check(t, row, outcome) {
  const { name, reason, type, id } = row;
  if (reason !== undefined) {
    t.equal([outcome.providerCode, outcome.name], [reason, 'WebhookVerificationError'], `${name}: reason and class`);
    t.ok(outcome instanceof t.countersign.WebhookError && outcome instanceof t.hellojohn.HelloJohnError, `${name}: classes`);
    return;
  }
  t.equal(outcome.type, type, `${name}: type`);
  if (id !== undefined) t.equal([outcome.id, outcome.data.user.name], [id, 'Zoë'], `${name}: event`);
}
