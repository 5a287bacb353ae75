// One Worker for all providers besides HelloJohn, for which examples/worker stands. For each:
// a route behind its tokens, one call of its API, its webhooks where it sends any.
import { env } from 'cloudflare:workers';
import { CountersignError } from 'countersign';
import { protect, webhook } from 'countersign/workers';
import { clientsOf } from './clients.js';

const { justauthenticateme, nicelogin, oidc, propelauth } = clientsOf(env.PROVIDERS);

/** A route that tells its caller who they are. */
const whoIs = (client, describe) => protect(client)((request, env, context, user) => Response.json({ is: describe(user) }));

/** A route that hands the members of its JSON body to a call and answers with its result. */
const calls = (call) => async (request) => Response.json({ is: (await call(await request.json())) ?? 'done' });

const routes = {
  'GET /': () => Response.json({ name: 'countersign-providers' }),

  'GET /propelauth/me': whoIs(propelauth, (user) => `${user.email}, ${user.getOrgByName('Acme Inc').assignedRole}`),
  'POST /propelauth/call': calls(async ({ id }) => {
    const { email, orgIdToOrgInfo } = await propelauth.fetchUserMetadataByUserId(id, { includeOrgs: true });
    return `${email}, ${Object.values(orgIdToOrgInfo)[0].orgName}`;
  }),
  'POST /propelauth/webhook': webhook(propelauth, ({ type }) => Response.json({ is: type })),

  'GET /justauthenticateme/me': whoIs(justauthenticateme, ({ email }) => email),
  'POST /justauthenticateme/call': calls(({ email }) => justauthenticateme.authenticate(email)),

  'GET /nicelogin/me': whoIs(nicelogin, ({ email, userData }) => `${email}, ${userData.name}`),
  'POST /nicelogin/call': calls(async ({ id }) => ((await nicelogin.deactivateUser(id)) ? 'done' : 'not done')),

  'GET /oidc/me': whoIs(oidc, ({ sub, clientId, scopes }) => `${sub} by ${clientId}, ${scopes}`),
  'POST /oidc/call': calls(async ({ token }) => ((await oidc.introspect(token)).active ? 'active' : 'not active')),
};

export default {
  async fetch(request, env, context) {
    const handler = routes[`${request.method} ${new URL(request.url).pathname}`];
    if (handler === undefined) return Response.json({ code: 'no such route' }, { status: 404 });
    try {
      return await handler(request, env, context);
    } catch (error) {
      if (error instanceof CountersignError) return error.toResponse();
      throw error;
    }
  },
};
