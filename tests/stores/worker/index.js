// Replay claims in Durable Objects, and snapshots of keys in KV and the Cache API.
import { createVerifier, createWebhookVerifier } from 'countersign';
import { durableObjectReplayStore, ReplayClaim } from 'countersign/replay';
import { webhook } from 'countersign/workers';
import config from './config.js';

/** As users export it, and a way to see when a claim ends. */
export class Claim extends ReplayClaim {
  #state;
  constructor(state, env) {
    super(state, env);
    this.#state = state;
  }
  async fetch(request) {
    if (request.method !== 'GET') return super.fetch(request);
    return Response.json({ alarm: await this.#state.storage.getAlarm() });
  }
}

const keys = { issuer: config.issuer, audience: 'api', jwksUri: config.jwksUri };
const warm = createVerifier({ ...keys, fetch: () => Promise.resolve(Response.json(config.jwks)) });
const cold = () => createVerifier({ ...keys, fetch: () => Promise.reject(new TypeError('no network')) });
const snapshotUrl = 'https://keys.example/snapshot';

let stores;
let claimed = [];
const verifiers = (env) =>
  (stores ??= Object.fromEntries(
    Object.entries({ standard: ['standard', {}], github: ['github', { replayTtl: 600 }], short: ['github', { replayTtl: 1 }] }).map(([name, [scheme, options]]) => {
      const { claim, release } = durableObjectReplayStore(env.CLAIMS);
      const replayStore = { claim: (key, ttl) => (claimed.push(key), claim(key, ttl)), release };
      return [name, createWebhookVerifier({ scheme, secrets: config.secret, replayStore, ...options })];
    }),
  ));

const routes = {
  '/': () => new Response('ready'),
  '/webhook': webhook((env) => verifiers(env).standard, () => {}),
  '/github': webhook((env) => verifiers(env).github, () => {}),
  '/short': webhook((env) => verifiers(env).short, () => {}),
  '/failing': webhook((env) => verifiers(env).standard, () => new Response('failed', { status: 500 })),
  /** For how many seconds the last delivery stays claimed. */
  '/left': async (request, env) => {
    const stub = env.CLAIMS.get(env.CLAIMS.idFromName(claimed.at(-1)));
    const { alarm } = await (await stub.fetch('https://claim.example/')).json();
    return Response.json(alarm === null ? null : Math.round((alarm - Date.now()) / 1000));
  },
  '/kv/keep': async (request, env) => {
    await warm.preload();
    await env.KEYS.put('keys', JSON.stringify(warm.snapshot()), { expirationTtl: 86_400 });
    return new Response('kept');
  },
  '/kv/restored': async (request, env) => {
    const verifier = cold();
    verifier.restore(await env.KEYS.get('keys', 'json'));
    return new Response(verifier.verifySync(request).payload.sub);
  },
  '/cache/keep': async () => {
    await warm.preload();
    const response = Response.json(warm.snapshot(), { headers: { 'cache-control': 'max-age=600' } });
    await caches.default.put(snapshotUrl, response);
    return new Response('kept');
  },
  '/cache/restored': async (request) => {
    const verifier = cold();
    verifier.restore(await (await caches.default.match(snapshotUrl)).json());
    return new Response(verifier.verifySync(request).payload.sub);
  },
  '/wrong-binding': async (request, env) => {
    try {
      durableObjectReplayStore(env.KEYS);
      return new Response('accepted');
    } catch (error) {
      return new Response(error.code);
    }
  },
};

export default {
  fetch(request, env, context) {
    const handler = routes[new URL(request.url).pathname];
    return handler === undefined ? new Response('not found', { status: 404 }) : handler(request, env, context);
  },
};
