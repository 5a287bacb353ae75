// Deliveries of the emulator itself, and ones made by hand.
import { brief, eventually } from '../answers.mjs';

const EVENT = { id: 'evt_demo', type: 'user.created', data: { user: { id: 'usr_demo', name: 'Zoë' } } };

const post = (world, { headers, body }) =>
  fetch(`${world.url}/webhooks/hellojohn`, { method: 'POST', headers, body });

/** Signs the event as `order` says, lets `change` spoil the delivery, posts it. */
const delivered =
  (order = {}, change = (delivery) => delivery) =>
  async (world) => {
    const delivery = await world.emulator.sign({ body: { ...EVENT, at: performance.now() }, ...order });
    return brief(await post(world, change(delivery)));
  };

const seconds = (offset) => ({ timestamp: Math.floor(Date.now() / 1000) + offset });

const without = (name) => (delivery) => ({
  ...delivery,
  headers: Object.fromEntries(Object.entries(delivery.headers).filter(([header]) => header.toLowerCase() !== name)),
});

const taken = (world, kind) =>
  eventually(
    async () => {
      const { deliveries } = await world.emulator.control('GET', 'webhooks/deliveries');
      const last = deliveries.filter(({ event }) => event === kind).at(-1);
      return last === undefined ? 'not sent' : `${last.status ?? last.error}`;
    },
    (outcome) => outcome === '200',
    10_000,
  );

export const webhooks = [
  { name: 'Sent by the emulator when Alice signed in', expected: '200', run: (world) => taken(world, 'user.login') },
  {
    name: 'Sent by the emulator on demand',
    expected: '200',
    run: async (world) => {
      const { type, data } = EVENT;
      await world.emulator.control('POST', 'webhooks/send', { type, data });
      return taken(world, type);
    },
  },
  { name: 'Signed by hand', expected: '200', run: delivered() },
  { name: 'Forged: signed with another secret', expected: '400 ERR_WEBHOOK_SIGNATURE_INVALID', run: delivered({ secret: 'whsec_forged_forged_forged' }) },
  {
    name: 'Body altered by one space',
    expected: '400 ERR_WEBHOOK_SIGNATURE_INVALID',
    run: delivered({}, ({ headers, body }) => ({ headers, body: `${body} ` })),
  },
  { name: 'Signed ten minutes ago', expected: '400 ERR_WEBHOOK_TIMESTAMP_EXPIRED', run: (world) => delivered(seconds(-600))(world) },
  { name: 'Signed in ten minutes', expected: '400 ERR_WEBHOOK_TIMESTAMP_FUTURE', run: (world) => delivered(seconds(600))(world) },
  { name: 'Without a signature', expected: '400 ERR_WEBHOOK_HEADER_MISSING', run: delivered({}, without('x-hellojohn-signature')) },
  {
    name: 'Sent twice',
    expected: '200, then 409 ERR_WEBHOOK_REPLAYED',
    run: async (world) => {
      const delivery = await world.emulator.sign({ body: { ...EVENT, at: performance.now() } });
      const first = await brief(await post(world, delivery));
      return `${first}, then ${await brief(await post(world, delivery))}`;
    },
  },
  {
    name: 'Sent ten times at once',
    expected: 'accepted once',
    run: async (world) => {
      const delivery = await world.emulator.sign({ body: { ...EVENT, at: performance.now() } });
      const outcomes = await Promise.all(Array.from({ length: 10 }, async () => brief(await post(world, delivery))));
      const accepted = outcomes.filter((outcome) => outcome === '200').length;
      return accepted === 1 ? 'accepted once' : `accepted ${accepted} times: ${[...new Set(outcomes)].join(', ')}`;
    },
  },
];
