// Who verifies webhooks. Everybody is given the bytes as a server receives them, and ends with the
// parsed body; the bare HMAC ends with its comparison. (svix stays at its last version for Node 20.)
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { key, secret, stripeSecret } from './deliveries.mjs';

const asIs = (delivery) => delivery;

export function webhookContestants({ createWebhookVerifier }, peers) {
  return [
    ours(createWebhookVerifier({ scheme: 'standard', secrets: secret }), 'countersign', 'standard'),
    standardwebhooks(peers.standardwebhooks),
    svix(peers.svix),
    ours(createWebhookVerifier({ scheme: 'stripe', secrets: stripeSecret }), 'countersign (Stripe)', 'stripe'),
    { ...stripe(peers.stripe), beside: 'countersign (Stripe)' },
    ...primitives(),
  ];
}

function ours(verifier, name, scheme) {
  return { name, kind: 'ours', prepare: asIs, run: (delivery) => verifier.verifySync(delivery.body, delivery[scheme]).json() };
}

function standardwebhooks({ Webhook }) {
  const webhook = new Webhook(secret);
  return { name: 'standardwebhooks', kind: 'peer', prepare: asIs, run: ({ body, standard }) => webhook.verify(body, standard) };
}

function svix({ Webhook }) {
  const webhook = new Webhook(secret);
  return { name: 'svix', kind: 'peer', prepare: asIs, run: (delivery) => webhook.verify(delivery.body, delivery.svix) };
}

function stripe({ default: Stripe }) {
  const { webhooks } = new Stripe('sk_test_none');
  const run = (delivery) => webhooks.constructEvent(delivery.body, delivery.stripe['stripe-signature'], stripeSecret);
  return { name: 'stripe', kind: 'peer', prepare: asIs, run };
}

/** The bare HMAC; and with the body parsed, nothing of which anybody who gives the body on Node's crypto can leave out. */
function primitives() {
  const imported = createSecretKey(key);
  const verify = ({ body, signedPrefix, hmac }) => {
    const mac = createHmac('sha256', imported).update(signedPrefix).update(body).digest();
    if (!timingSafeEqual(mac, hmac)) throw new Error('refused');
  };
  const parse = (delivery) => {
    verify(delivery);
    return JSON.parse(delivery.body.toString());
  };
  return Object.entries({ 'createHmac alone': verify, 'createHmac + parse': parse }).map(([name, run]) => ({ name, kind: 'primitive', prepare: asIs, run }));
}
