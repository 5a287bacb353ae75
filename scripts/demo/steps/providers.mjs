// The providers besides HelloJohn, all in one Worker: a token and a forged one, a call of the
// API and, where there are any, a webhook. A row of the table below is a provider.
import { bearer, bodyOf } from '../answers.mjs';

const FORGED = '401 ERR_JWS_SIGNATURE_VERIFICATION_FAILED';

const providers = [
  {
    id: 'propelauth',
    title: 'PropelAuth',
    token: { user: 'alice' },
    user: 'alice@example.com, Owner',
    call: {
      name: 'Fetch a user with organizations',
      parameters: ({ users }) => ({ id: users.bob.id }),
      result: 'bob@example.com, Acme Inc',
    },
    event: { event_type: 'user.created', user_id: 'usr_demo', email: 'zoë@example.com' },
  },
  {
    id: 'justauthenticateme',
    title: 'JustAuthenticateMe',
    token: { user: 'ada@example.com' },
    user: 'ada@example.com',
    call: {
      name: 'Have a sign-in link sent',
      parameters: () => ({ email: 'ada@example.com' }),
      result: 'done',
    },
  },
  {
    id: 'nicelogin',
    title: 'NiceLogin',
    token: { user: 'alice@example.com' },
    user: 'alice@example.com, alice',
    call: {
      name: 'Deactivate a user',
      parameters: ({ users }) => ({ id: users.bob.id }),
      result: 'done',
    },
  },
  {
    id: 'oidc',
    title: 'OpenID Connect',
    token: { user: 'alice' },
    user: 'alice by client-1, read,write',
    call: {
      name: 'Introspect a token',
      parameters: async (_, world) => ({ token: await world.emulator.mint({}, 'oidc') }),
      result: 'active',
    },
  },
];

/** `200 …`, with what the Worker says is the case, or status and code of a refusal. */
async function told(response) {
  const { is, code } = (await bodyOf(response)) ?? {};
  return `${response.status} ${is ?? code}`;
}

/** Asks the Worker, and the same package in Node: one verdict in both. */
const verdict = ({ id }, order) => async (world) => {
  const token = await world.emulator.mint(order, id);
  const outcome = await told(await world.callOthers(`/${id}/me`, { headers: bearer(token) }));
  const { verifier } = world.clients[id];
  const here = await verifier.verify(token).then(() => '200', (error) => `${error.status} ${error.code}`);
  return outcome.startsWith(here) ? outcome : `${outcome}, but Node says ${here}`;
};

const called = ({ id, call }) => async (world) => {
  const parameters = await call.parameters(world.emulator.provider[id], world);
  return told(await world.callOthers(`/${id}/call`, { method: 'POST', body: JSON.stringify(parameters) }));
};

/** Signs the event, lets `change` spoil the body, posts it. */
const delivered = ({ id, event }, change = (body) => body) => async (world) => {
  const { headers, body } = await world.emulator.sign({ body: event }, id);
  return told(await world.callOthers(`/${id}/webhook`, { method: 'POST', headers, body: change(body) }));
};

const webhooksOf = (provider) => [
  { name: 'Webhook', expected: `200 ${provider.event.event_type}`, run: delivered(provider) },
  {
    name: 'Webhook with its body altered by one space',
    expected: '400 ERR_WEBHOOK_SIGNATURE_INVALID',
    run: delivered(provider, (body) => `${body} `),
  },
];

const stepsOf = (provider) => [
  { name: 'Protected route with a token', expected: `200 ${provider.user}`, run: verdict(provider, provider.token) },
  { name: 'The signature tampered with', expected: FORGED, run: verdict(provider, { ...provider.token, tamper: 'signature' }) },
  { name: provider.call.name, expected: `200 ${provider.call.result}`, run: called(provider) },
  ...(provider.event === undefined ? [] : webhooksOf(provider)),
];

export const otherProviders = Object.fromEntries(providers.map((provider) => [provider.title, stepsOf(provider)]));
