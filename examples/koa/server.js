// `npm start`, then the commands that it prints: good for five minutes, the delivery for once.
import { createVerifier, createWebhookVerifier, memoryReplayStore } from 'countersign';
import { protect, webhook } from 'countersign/koa';
import { createIssuer, signWebhook } from 'countersign/testing';
import Koa from 'koa';

// An issuer to try it with. An application names its own: { issuer: 'https://…', audience, rolesClaim }.
const issuer = await createIssuer({ algorithm: 'ES256', claims: { aud: 'api', sub: 'alice', roles: ['member'] } });
const verifier = createVerifier({ issuer: issuer.issuer, audience: 'api', rolesClaim: 'roles', fetch: issuer.fetch });

const secret = process.env.WEBHOOK_SECRET ?? 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const webhooks = createWebhookVerifier({ scheme: 'standard', secrets: secret, replayStore: memoryReplayStore() });
const { body, headers } = await signWebhook('standard', { body: '{"type":"ping"}', secret });
const delivery = Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}' `).join('') + `-d '${Buffer.from(body)}'`;

const app = new Koa();

/** Koa has no router of its own; with `@koa/router` these are `router.get(path, …)`. */
const on = (method, path, ...steps) => {
  const run = (ctx, next, at = 0) => (at < steps.length ? steps[at](ctx, () => run(ctx, next, at + 1)) : next());
  app.use((ctx, next) => (ctx.method === method && ctx.path === path ? run(ctx, next) : next()));
};

on('GET', '/me', protect(verifier), (ctx) => {
  ctx.body = { sub: ctx.state.auth.payload.sub };
});
on('GET', '/admin', protect(verifier, { roles: ['admin'] }), (ctx) => {
  ctx.body = { welcome: ctx.state.auth.payload.sub };
});
on('POST', '/webhooks', webhook(webhooks, (event) => console.log(`webhook ${event.id}`)));

const server = app.listen(process.env.PORT ?? 3000, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  console.log(`curl -i -H 'authorization: Bearer ${await issuer.sign()}' ${url}/me`);
  console.log(`curl -i -H 'authorization: Bearer ${await issuer.sign({ roles: ['admin'] })}' ${url}/admin`);
  console.log(`curl -i ${delivery} ${url}/webhooks`);
});
