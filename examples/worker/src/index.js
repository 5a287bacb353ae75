import { env } from 'cloudflare:workers';
import { CountersignError, createWebhookVerifier } from 'countersign';
import { hellojohn } from 'countersign/hellojohn';
import { durableObjectReplayStore } from 'countersign/replay';
import { protect, webhook } from 'countersign/workers';

const hj = hellojohn({
  apiUrl: env.HELLOJOHN_API_URL,
  tenantId: env.HELLOJOHN_TENANT_ID,
  secretKey: env.HELLOJOHN_SECRET_KEY,
});
const deliveries = createWebhookVerifier({
  scheme: 'hellojohn',
  secrets: env.HELLOJOHN_WEBHOOK_SECRET,
  replayStore: durableObjectReplayStore(env.CLAIMS),
});
const admins = protect(hj, { roles: ['admin'] });

const routes = {
  'GET /': () => Response.json({ name: 'countersign-example' }),
  'GET /me': protect(hj)((request, env, ctx, user) =>
    Response.json({ id: user.sub, email: user.email, role: user.role }),
  ),
  'GET /admin': admins((request, env, ctx, user) => Response.json({ welcome: user.email })),
  'GET /users': admins(async (request) => {
    const cursor = new URL(request.url).searchParams.get('cursor') ?? undefined;
    const page = await hj.users.list({ limit: 20, cursor });
    return Response.json({ users: page.data.map(({ id, email }) => ({ id, email })), nextCursor: page.nextCursor });
  }),
  'POST /webhooks/hellojohn': webhook(deliveries, (event) => console.log(`webhook: ${event.json().type}`)),
};

export default {
  async fetch(request, env, ctx) {
    const handler = routes[`${request.method} ${new URL(request.url).pathname}`];
    if (handler === undefined) return Response.json({ message: 'not found' }, { status: 404 });
    try {
      return await handler(request, env, ctx);
    } catch (error) {
      if (error instanceof CountersignError) return error.toResponse();
      throw error;
    }
  },
};

/** Grants a webhook delivery once: one object for each, whose alarm is the end of the claim. */
export { ReplayClaim as Claim } from 'countersign/replay';
