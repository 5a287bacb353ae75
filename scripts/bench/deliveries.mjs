// Webhook deliveries as Standard Webhooks, Svix and Stripe sign them, good and forged. Bodies are
// the bytes that a server receives.
import { createHmac, randomBytes } from 'node:crypto';

export const key = randomBytes(32);
export const secret = `whsec_${key.toString('base64')}`;
export const stripeSecret = `whsec_${randomBytes(24).toString('base64url')}`;

/** @returns `count` distinct deliveries with a JSON body of `size` bytes, each signed both ways */
export function deliveries(size, count) {
  return Array.from({ length: count }, (_, index) => signed(body(size, index), `msg_${String(index).padStart(24, '0')}`));
}

/** The same delivery under a signature of another key, and with another body. */
export function forgedDeliveries(good) {
  const tampered = Buffer.from(good.body);
  tampered[tampered.indexOf('order')] ^= 1;
  return [
    { what: 'a delivery signed with another secret', delivery: signed(good.body, good.id, randomBytes(32), `whsec_${randomBytes(24).toString('base64url')}`) },
    { what: 'a delivery with another body', delivery: { ...good, body: tampered } },
  ];
}

function body(size, index) {
  const frame = { type: 'order.created', order: String(index).padStart(8, '0'), note: '' };
  const room = size - JSON.stringify(frame).length;
  return Buffer.from(JSON.stringify({ ...frame, note: 'The quick brown fox. '.repeat(Math.ceil(room / 21)).slice(0, room) }));
}

function signed(body, id, mac = key, stripeMac = stripeSecret) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const hmac = createHmac('sha256', mac).update(`${id}.${timestamp}.`).update(body).digest();
  const stripe = createHmac('sha256', stripeMac).update(`${timestamp}.`).update(body).digest('hex');
  const signature = `v1,${hmac.toString('base64')}`;
  return {
    id,
    body,
    signedPrefix: `${id}.${timestamp}.`,
    hmac,
    standard: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature },
    svix: { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': signature },
    stripe: { 'stripe-signature': `t=${timestamp},v1=${stripe}` },
  };
}
