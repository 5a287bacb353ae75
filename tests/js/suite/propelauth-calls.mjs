/** PropelAuth's API and webhooks: every recorded request and answer, with a scripted `fetch`. */
import { down, json, scripted, stall, status } from './fetches.mjs';

const USER = '5b0e1c52-6f0b-4a39-9d0e-3a1a5f6f2c11';
const SECRET = 'whsec_YzWLHJGfEMDRiRkxH37yQLaPd85Nh9oj';
const BODY = '{"event_type":"user.role_changed_within_org","user_id":"5b0e1c52-6f0b-4a39-9d0e-3a1a5f6f2c11","org_id":"0c1f7a2e-8f41-4f0e-9a53-5d3c1b7e9a01","new_role":"Owner"}';
const HEADERS = { 'svix-id': 'msg_2zTestVector0000000000001', 'svix-timestamp': '1790000600', 'svix-signature': 'v1,pLZKErs0bfyn1Ht82LyE5Kmk+M5Ri3WPnpdHF9CrqIs=' };

function client(t, fetch, changes = {}) {
  return t.propelauth.propelauth({ ...t.fixtures.propelauth.contract.options, fetch, maxRetries: 0, dangerouslyAllowBrowser: true, ...changes });
}

/** Calls an operation as the façade wants it: path parameters, an object of the others. */
function call(pa, operation, given) {
  const method = operation.split('.').reduce((at, name) => at[name], pa);
  const others = { ...given };
  const path = (PATHS[operation] ?? []).map((name) => {
    const value = others[name];
    delete others[name];
    return value;
  });
  return Object.keys(others).length > 0 ? method(...path, others) : method(...path);
}

/** Names of path parameters, read off the recorded requests' operations. */
const PATHS = {};
for (const [names, operations] of [
  [['userId'], 'fetchUserMetadataByUserId fetchUserSignupQueryParams fetchUserMfaMethods fetchUserOAuthTokens updateUserMetadata updateUserEmail updateUserPassword clearUserPassword deleteUser disableUser enableUser disableUser2fa logoutAllUserSessions enableUserCanCreateOrgs disableUserCanCreateOrgs'],
  [['userId', 'provider'], 'fetchFreshTokenFromProvider'],
  [['orgId'], 'fetchUsersInOrg fetchOrg updateOrg subscribeOrgToRoleMapping deleteOrg allowOrgToSetupSamlConnection disallowOrgToSetupSamlConnection createOrgSamlConnectionLink fetchSamlSpMetadata samlGoLive deleteSamlConnection fetchOrgScimGroups'],
  [['orgId', 'groupId'], 'fetchScimGroup'],
  [['apiKeyId'], 'fetchApiKey updateApiKey deleteApiKey'],
  [['employeeId'], 'fetchEmployeeById'],
  [['metric'], 'fetchChartMetricData'],
]) {
  for (const operation of operations.split(' ')) PATHS[operation] = names;
}

const answer = ({ status: code, body }) => status(code, typeof body === 'string' ? body : JSON.stringify(body));

export const cases = [
  {
    name: 'propelauth calls, every recorded request',
    async run(t) {
      for (const { operation, parameters, request } of t.fixtures.propelauth.contract.requests.filter((row) => row.request !== undefined)) {
        const fetch = scripted(status(500));
        await t.verdict(`${operation} ${request.url}`, 'ERR_API_STATUS', () => call(client(t, fetch), operation, parameters));
        const [{ url, method, headers, body: sent, redirect }] = fetch.calls;
        t.equal([method, url, redirect], [request.method, request.url, 'manual'], operation);
        t.equal(sent === '' ? null : JSON.parse(sent), request.body, `${operation}: body`);
        t.equal(headers.authorization, request.headers.authorization, `${operation}: caller`);
      }
    },
  },
  {
    name: 'propelauth calls, every recorded answer',
    async run(t) {
      const { requests, refusals } = t.fixtures.propelauth.contract;
      for (const [at, row] of requests.entries()) {
        if (row.answer === undefined) continue;
        const label = `${row.operation} ${at}`;
        const result = await t.verdict(label, 'ok', () => call(client(t, scripted(answer(row.answer))), row.operation, row.parameters));
        // A page is iterable besides.
        t.equal(Object.hasOwn(Object(result), 'hasMore') ? Object.fromEntries(Object.entries(result)) : result, row.result, label);
      }
      for (const [at, row] of refusals.entries()) {
        const { status: providerStatus } = row.answer;
        const error = await t.verdict(`${row.operation} ${providerStatus} ${at}`, row.code, () => call(client(t, scripted(answer(row.answer))), row.operation, row.parameters));
        t.equal([error.name, error.providerStatus, error.fieldErrors], [row.class, providerStatus, row.fields ?? {}], `refusal ${at}`);
        t.ok(error instanceof t.propelauth[row.class] && error instanceof t.countersign.ApiError, `refusal ${at}: classes`);
        if (row.message !== undefined) t.equal(error.message, row.message, `refusal ${at}: message`);
      }
    },
  },
  {
    name: 'propelauth calls, limits and failures',
    async run(t) {
      const body = { wait_seconds: 1.5, user_facing_error: 'x', error_code: 'rate_limit_exceeded' };
      const limited = await t.verdict('a limit', 'ERR_API_RATE_LIMITED', () => client(t, scripted(json(body, { status: 429 }))).validateApiKey({ apiKeyToken: 'abc' }));
      t.equal([limited.waitSeconds, limited.retryAfter, limited.providerCode, limited.name], [1.5, 2, 'rate_limit_exceeded', 'RateLimitedException'], 'a limit');
      const unreachable = await t.verdict('no network', 'ERR_TRANSPORT', () => client(t, scripted(down)).fetchOrg(USER));
      t.equal(unreachable.name, 'UnexpectedException', 'class of no network');
      await t.verdict('no answer', 'ERR_TRANSPORT_TIMEOUT', () => client(t, scripted(stall), { timeout: 30 }).fetchOrg(USER));
      await t.verdict('a redirect', 'ERR_TRANSPORT', () => client(t, scripted(status(302, null, { location: 'https://evil.example' }))).fetchOrg(USER));
      for (const [label, id] of Object.entries({ undefined, empty: '', dots: '..', path: '../../org/x?', 'no UUID': 'x' })) {
        const fetch = scripted(json({}));
        await t.verdict(`id ${label}`, 'ERR_CONFIG_INVALID', () => client(t, fetch).fetchOrg(id));
        t.equal(fetch.calls.length, 0, `requests for id ${label}`);
      }
      const flaky = scripted(status(503), json({ org_id: 'o' }));
      t.equal(await client(t, flaky, { maxRetries: 1 }).fetchOrg(USER), { orgId: 'o' }, 'a repeated read');
      const once = scripted(status(503), json({}));
      await t.verdict('a write is not repeated', 'ERR_API_STATUS', () => client(t, once, { maxRetries: 1 }).deleteUser(USER));
      t.equal(once.calls.length, 1, 'requests of a write');
    },
  },
  {
    name: 'propelauth calls, pages and URLs',
    async run(t) {
      const page = (ids, more) => json({ users: ids.map((user_id) => ({ user_id })), total_users: 3, current_page: 0, page_size: 2, has_more_results: more });
      const fetch = scripted(page(['a', 'b'], true), page(['c'], false));
      const found = [];
      for await (const { userId } of client(t, fetch).fetchUsersByQuery({ pageSize: 2 })) found.push(userId);
      t.equal(found, ['a', 'b', 'c'], 'all pages');
      t.equal(fetch.calls.map(({ url }) => new URL(url).searchParams.get('page_number')), ['0', '1'], 'page numbers');
      const { session } = client(t, fetch);
      t.equal(session.loginUrl({ returnTo: 'https://app.example/' }), 'https://auth.acme-test.example/login?rt=aHR0cHM6Ly9hcHAuZXhhbXBsZS8%3D', 'a page');
      t.equal(session.orgUrl({ orgId: USER.toUpperCase() }), `https://auth.acme-test.example/org?id=${USER}`, 'a page of an organization');
      t.equal(await client(t, scripted(status(401))).session.refresh({ cookie: 'a=b' }), null, 'nobody signed in');
    },
  },
  {
    name: 'propelauth webhooks',
    async run(t) {
      const now = (seconds) => client(t, undefined, { webhookSecret: SECRET, currentDate: new Date(seconds * 1000) });
      const request = (headers, body = BODY) => new Request('https://hooks.example/', { method: 'POST', headers, body });
      const T = 1_790_000_600;
      const rows = [
        ['as sent', T, HEADERS, 'ok'],
        ['five minutes late', T + 300, HEADERS, 'ok'],
        ['five minutes early', T - 300, HEADERS, 'ok'],
        ['too late', T + 301, HEADERS, 'ERR_WEBHOOK_TIMESTAMP_EXPIRED'],
        ['too early', T - 301, HEADERS, 'ERR_WEBHOOK_TIMESTAMP_FUTURE'],
        ['other names', T, { 'webhook-id': HEADERS['svix-id'], 'webhook-timestamp': HEADERS['svix-timestamp'], 'webhook-signature': HEADERS['svix-signature'] }, 'ok'],
        ['a second signature', T, { ...HEADERS, 'svix-signature': `v1a,AAAA v1,h1Y+mMBCkFe4iM3H3Ptb2MDoMPjSHZLl6bjmcyx50L4= ${HEADERS['svix-signature']}` }, 'ok'],
        ['another signature', T, { ...HEADERS, 'svix-signature': 'v1,h1Y+mMBCkFe4iM3H3Ptb2MDoMPjSHZLl6bjmcyx50L4=' }, 'ERR_WEBHOOK_SIGNATURE_INVALID'],
        ['another id', T, { ...HEADERS, 'svix-id': 'msg_x' }, 'ERR_WEBHOOK_SIGNATURE_INVALID'],
        ['no id', T, { 'svix-timestamp': HEADERS['svix-timestamp'], 'svix-signature': HEADERS['svix-signature'] }, 'ERR_WEBHOOK_HEADER_MISSING'],
        ['letters in the timestamp', T, { ...HEADERS, 'svix-timestamp': '1790000600abc' }, 'ERR_WEBHOOK_TIMESTAMP_INVALID'],
      ];
      for (const [label, seconds, headers, expected] of rows) {
        const event = await t.verdict(label, expected, () => now(seconds).verifyWebhook(request(headers)));
        const parts = await t.verdict(`${label}, by parts`, expected, () => now(seconds).verifyWebhook({ payload: BODY, headers }));
        if (expected !== 'ok') continue;
        for (const one of [event, parts]) t.equal([one.type, one.raw.new_role, one.id], ['user.role_changed_within_org', 'Owner', HEADERS['svix-id']], label);
      }
      await t.verdict('another body', 'ERR_WEBHOOK_SIGNATURE_INVALID', () => now(T).verifyWebhook(request(HEADERS, BODY.replace('Owner', 'Admin'))));
      await t.verdict('no secret', 'ERR_CONFIG_INVALID', () => client(t).verifyWebhook(request(HEADERS)));
    },
  },
];
