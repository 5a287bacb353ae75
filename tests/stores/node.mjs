// Stores that a Node process can reach, under one body of checks.
import { setTimeout as sleep } from 'node:timers/promises';
import { createVerifier, createWebhookVerifier } from 'countersign';
import { hellojohn } from 'countersign/hellojohn';
import { memoryReplayStore, redisReplayStore } from 'countersign/replay';
import { Redis } from 'ioredis';
import { createClient } from 'redis';

const code = (promise) => promise.then(() => 'ok', (error) => error.code ?? `${error.name}: ${error.message}`);

/** How often each outcome came, as text. */
export function tally(outcomes) {
  const counts = Map.groupBy?.(outcomes, (one) => one) ?? outcomes.reduce((map, one) => map.set(one, [...(map.get(one) ?? []), one]), new Map());
  return [...counts].map(([outcome, { length }]) => `${length} ${outcome}`).sort().join(', ');
}

export async function checksInNode(world, path) {
  const ioredis = new Redis(path);
  const redis = await createClient({ socket: { path } }).connect();
  const lost = new Redis(`${path}-nowhere`, { lazyConnect: true, enableOfflineQueue: false, retryStrategy: () => null });
  const stores = {
    memory: { store: memoryReplayStore() },
    ioredis: { store: redisReplayStore(ioredis, { prefix: 'a:' }), ttl: async () => ttlOf(ioredis, 'a:*') },
    redis: { store: redisReplayStore(redis, { prefix: 'b:' }), ttl: async () => ttlOf(ioredis, 'b:*') },
    'a function': { store: redisReplayStore((...words) => redis.sendCommand(words)), ttl: async () => ttlOf(ioredis, 'countersign:replay:*') },
  };
  const rows = [
    ...Object.entries(stores).flatMap(([name, one]) => storeChecks(world, one).map(([label, ...row]) => [`${name}: ${label}`, ...row])),
    ['a Redis that is not there accepts nothing', 'Error, not ok', async () => {
      const outcome = await code(verifierOf(world, redisReplayStore(lost)).verify(await requestOf(world.sign())));
      return /^ERR_/.test(outcome) || outcome === 'ok' ? outcome : 'Error, not ok';
    }],
    ['an answer that is no answer accepts nothing', 'Error: Redis answered a claim with neither OK nor nil', async () =>
      code(verifierOf(world, redisReplayStore(async () => 'QUEUED')).verify(await requestOf(world.sign())))],
    ['what is no client is refused', 'ERR_CONFIG_INVALID', () => code((async () => redisReplayStore({}))())],
    ['two prefixes are two stores', 'ok, ok', async () => {
      const { body, headers } = await world.sign();
      const verdicts = [stores.ioredis, stores.redis].map(({ store }) => code(verifierOf(world, store).verify(post(body, headers))));
      return (await Promise.all(verdicts)).join(', ');
    }],
    ...hellojohnChecks(world, stores.redis.store),
    ['a snapshot of keys by way of Redis', 'alice', () => snapshotThrough(world, ioredis)],
  ];
  const close = () => {
    for (const client of [ioredis, lost]) client.disconnect();
    redis.destroy();
  };
  return { rows, close };
}

const post = (body, headers) => new Request('https://app.example/', { method: 'POST', body, headers });
const requestOf = async (signed, changed = {}) => {
  const { body, headers } = await signed;
  return post(body, { ...headers, ...changed });
};
const verifierOf = ({ secret }, replayStore, options = {}) => createWebhookVerifier({ scheme: 'standard', secrets: secret, replayStore, ...options });

function storeChecks(world, { store, ttl }) {
  const github = (replayTtl) => createWebhookVerifier({ scheme: 'github', secrets: world.secret, replayStore: store, replayTtl });
  return [
    ['of 64 identical deliveries at once one passes', '1 ok, 63 ERR_WEBHOOK_REPLAYED', async () => {
      const { body, headers } = await world.sign();
      const verifier = verifierOf(world, store);
      return tally(await Promise.all(Array.from({ length: 64 }, () => code(verifier.verify(post(body, headers))))));
    }],
    ['different deliveries pass', '8 ok', async () => {
      const verifier = verifierOf(world, store);
      return tally(await Promise.all(Array.from({ length: 8 }, async () => code(verifier.verify(await requestOf(world.sign()))))));
    }],
    ['a changed id that is not signed is no other delivery', 'ok, ERR_WEBHOOK_REPLAYED', async () => {
      const signed = world.sign('github');
      const verifier = github(600);
      const first = await code(verifier.verify(await requestOf(signed, { 'x-github-delivery': '1' })));
      return `${first}, ${await code(verifier.verify(await requestOf(signed, { 'x-github-delivery': '2' })))}`;
    }],
    ['… nor one in a field that the scheme names and does not sign', 'ok, ERR_WEBHOOK_REPLAYED', async () => {
      const scheme = { signatureHeader: 'x-sig', timestampHeader: 'x-time', idHeader: 'x-id', signedContent: '{timestamp}.{body}', encoding: 'hex' };
      const signed = world.sign(scheme);
      const verifier = verifierOf(world, store, { scheme });
      const first = await code(verifier.verify(await requestOf(signed)));
      return `${first}, ${await code(verifier.verify(await requestOf(signed, { 'x-id': 'other' })))}`;
    }],
    ['a delivery that was given back passes again, once', 'ok, ok, ERR_WEBHOOK_REPLAYED', async () => {
      const signed = world.sign();
      const verifier = verifierOf(world, store);
      const event = await verifier.verify(await requestOf(signed));
      await event.release();
      const again = async () => code(verifier.verify(await requestOf(signed)));
      return ['ok', await again(), await again()].join(', ');
    }],
    ['a claim ends', 'ok, ERR_WEBHOOK_REPLAYED, ok', async () => {
      const signed = world.sign('github');
      const verifier = github(2);
      const again = async () => code(verifier.verify(await requestOf(signed)));
      const early = [await again(), await again()];
      await sleep(2_200);
      return [...early, await again()].join(', ');
    }],
    ['a claim covers twice the tolerance', '600 120', async () => {
      const asked = [];
      const noting = { claim: (key, seconds) => (asked.push(seconds), store.claim(key, seconds)), release: (key) => store.release(key) };
      await verifierOf(world, noting).verify(await requestOf(world.sign()));
      await verifierOf(world, noting, { tolerance: 60 }).verify(await requestOf(world.sign()));
      return asked.join(' ');
    }],
    ...(ttl === undefined ? [] : [['every key in Redis ends', 'true', async () => `${(await ttl()).every((seconds) => seconds > 0 && seconds <= 600)}`]]),
  ];
}

/** The provider's client takes the same stores. */
function hellojohnChecks({ secret, sign }, asynchronous) {
  const clientOf = (replayStore, options = {}) => hellojohn({ tenantId: 'tnt_1', webhookSecret: secret, replayStore, ...options });
  const verdict = async (run) => code((async () => run())());
  const parts = ({ body, headers }) => {
    const [, timestamp, signature] = /^t=(\d+),(v1=.*)$/.exec(headers['X-HelloJohn-Signature']);
    return { payload: body, signature, timestamp };
  };
  return [
    ["hellojohn's client: of 64 identical deliveries at once one passes", '1 ok, 63 ERR_WEBHOOK_REPLAYED', async () => {
      const { body, headers } = await sign('hellojohn');
      const client = clientOf(asynchronous);
      return tally(await Promise.all(Array.from({ length: 64 }, () => code(client.verifyWebhook(post(body, headers))))));
    }],
    ["hellojohn's client: a delivery given back passes again", 'ok, ERR_WEBHOOK_REPLAYED', async () => {
      const signed = await sign('hellojohn');
      const client = clientOf(memoryReplayStore());
      await (await client.verifyWebhook(await requestOf(signed))).event.release();
      const again = async () => code(client.verifyWebhook(await requestOf(signed)));
      return `${await again()}, ${await again()}`;
    }],
    ["hellojohn's client: its parts are the same delivery", 'ok, ERR_WEBHOOK_REPLAYED, ok', async () => {
      const signed = await sign('hellojohn');
      const client = clientOf(memoryReplayStore());
      const outcomes = [await verdict(async () => client.verifyWebhook(await requestOf(signed))), await verdict(() => client.verifyWebhook(parts(signed)))];
      const other = client.verifyWebhook(parts(await sign('hellojohn')));
      await other.event.release();
      return [...outcomes, 'ok'].join(', ');
    }],
    ["hellojohn's client: parts need a store that answers at once", 'ERR_CONFIG_INVALID', async () => {
      const signed = await sign('hellojohn');
      return verdict(() => clientOf(asynchronous).verifyWebhook(parts(signed)));
    }],
    ["hellojohn's client: a format without a time has no store", 'ERR_CONFIG_INVALID', async () => {
      const signed = await sign('hellojohn-body');
      return verdict(async () => clientOf(memoryReplayStore(), { webhookFormat: 'body' }).verifyWebhook(await requestOf(signed)));
    }],
    ["hellojohn's client: what is no store is refused", 'ERR_CONFIG_INVALID', () => verdict(() => clientOf({ claim: true }))],
  ];
}

async function ttlOf(client, pattern) {
  const keys = await client.keys(pattern);
  if (keys.length === 0) throw new Error(`no keys ${pattern}`);
  return Promise.all(keys.map((key) => client.ttl(key)));
}

async function snapshotThrough({ issuer }, client) {
  const options = { issuer: issuer.issuer, audience: 'api', jwksUri: issuer.jwksUri };
  const warm = createVerifier({ ...options, fetch: issuer.fetch });
  await warm.preload();
  await client.set('keys', JSON.stringify(warm.snapshot()), 'EX', 86_400);
  const cold = createVerifier({ ...options, fetch: () => Promise.reject(new TypeError('no network')) });
  cold.restore(JSON.parse(await client.get('keys')));
  return cold.verifySync(await issuer.sign()).payload.sub;
}
