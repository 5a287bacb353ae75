// Adapters whose declarations need nothing of their framework, and the test kit.
import { createVerifier, createWebhookVerifier, memoryReplayStore } from 'countersign';
import * as express from 'countersign/express';
import * as fastify from 'countersign/fastify';
import { hellojohn } from 'countersign/hellojohn';
import * as koa from 'countersign/koa';
import { durableObjectReplayStore, redisReplayStore, ReplayClaim } from 'countersign/replay';
import { createIssuer, signWebhook } from 'countersign/testing';

const verifier = createVerifier({ issuer: 'https://id.example', audience: 'api', rolesClaim: 'roles' });
const several = createVerifier([{ issuer: 'https://id.example', audience: 'api' }]);
const webhooks = createWebhookVerifier({ scheme: 'standard', secrets: 'whsec_x', replayStore: memoryReplayStore() });
const client = hellojohn({ tenantId: 'tnt_1' });

const middleware: (req: object, res: object, next: () => void) => unknown = express.protect(verifier, { roles: ['admin'] });
express.protect(several, { optional: true, check: (auth, req) => auth.payload.sub === req.params.id });
express.protect(client, { check: (user) => user.tenantId === 'tnt_1' });
express.webhook(webhooks, (event, req, res) => res.json({ id: event.id }));
express.webhook(client, (event) => void event.type);
const hook: (request: object, reply: object) => Promise<unknown> = fastify.protect(verifier, { token: (request) => request.cookies.token });
const plugin: (instance: object, options: { url?: string }) => Promise<void> = fastify.webhook(webhooks, (event) => event.json());
const step: (ctx: object, next: () => Promise<void>) => Promise<unknown> = koa.protect(verifier, { scopes: ['a'] });
koa.protect(verifier, { token: async (ctx) => ctx.cookies.get('session') });
koa.webhook(webhooks, async (event, ctx) => void (ctx.body = event.body));

declare const ioredis: { call(command: string, ...words: (string | number)[]): Promise<unknown> };
declare const redis: { sendCommand(words: readonly string[], options?: object): Promise<string | null> };
declare const claims: { idFromName(name: string): { name?: string }; get(id: { name?: string }): { fetch(input: object): Promise<object> } };
createWebhookVerifier({ scheme: 'stripe', secrets: 'whsec_x', replayStore: redisReplayStore(ioredis, { prefix: 'a:' }) });
redisReplayStore(redis);
redisReplayStore((...words) => redis.sendCommand(words));
createWebhookVerifier({ scheme: 'stripe', secrets: 'whsec_x', replayStore: durableObjectReplayStore(claims) });
export class Claims extends ReplayClaim {}

export async function kit(): Promise<void> {
  const issuer = await createIssuer({ algorithm: 'ES256', claims: { aud: 'api' } });
  createVerifier({ issuer: issuer.issuer, audience: 'api', fetch: issuer.fetch });
  createVerifier({ audience: 'api', jwks: issuer.jwks() });
  await verifier.verify(await issuer.sign({ sub: 'alice', exp: undefined }, { kid: await issuer.rotate(), header: { typ: 'at+jwt' } }));
  issuer.withdraw('key-1');
  issuer.fetch.stall();
  issuer.fetch.fail(500);
  issuer.fetch.grow(1_000_000);
  const { body, headers } = await signWebhook('stripe', { body: { type: 'ping' }, secret: 'whsec_x', timestamp: new Date() });
  webhooks.verifySync(body, headers);
  await signWebhook({ signatureHeader: 'x', signedContent: '{body}', encoding: 'hex' }, { body: 'x', secret: ['a', 'b'] });
}

// @ts-expect-error an unknown demand
express.protect(verifier, { role: 'admin' });
// @ts-expect-error a webhook verifier guards nothing
koa.protect(webhooks);
// @ts-expect-error a token verifier takes no webhooks
fastify.webhook(verifier, () => {});
// @ts-expect-error an issuer signs with a key pair
void createIssuer({ algorithm: 'HS256' });
// @ts-expect-error a delivery needs a secret
void signWebhook('stripe', { body: '' });

export const used = [middleware, hook, plugin, step];

// @ts-expect-error KV has no step that puts only what is not there
durableObjectReplayStore({ get: async () => null, put: async () => {} });
