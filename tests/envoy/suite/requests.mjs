// Rules, requirements, credentials, headers: one worker, keys in the configuration.
import { bootstrap, cluster, direct, filter, listener, toCluster } from '../../../scripts/envoy/bootstrap.mjs';
import { counters, startEnvoy } from '../../../scripts/envoy/server.mjs';
import { ask, askRaw, bearer } from '../lib/http.mjs';
import { now, pem, propelauthUser, sign, startIssuer } from '../lib/issuer.mjs';
import { answers, holds, same, until } from '../lib/trial.mjs';

const claimHeaders = { sub: 'x-user-id', 'org.id': 'x-org', roles: 'x-user-roles', email: 'x-user-email' };

function configuration(hj, corp, pa) {
  const inline = (issuer) => ({ inline: issuer.jwks() });
  return {
    providers: {
      hj: { preset: 'hellojohn', tenant_id: 'tnt_1', issuer: hj.name, jwks: inline(hj) },
      pa: { preset: 'propelauth', auth_url: pa.name, verifier_key: pem(pa.keys[0]) },
      corp: { issuer: corp.name, audience: ['api'], algorithms: ['ES256'], roles_claim: 'roles', permissions_claim: 'perms', scopes_claim: 'scope', jwks: inline(corp) },
    },
    rules: [
      { match: { prefix: '/admin/' }, require: { provider: 'corp', roles: ['admin', 'owner'] } },
      { match: { prefix: '/permissions' }, require: { provider: 'corp', permissions: ['read', 'write'] } },
      { match: { prefix: '/scopes' }, require: { provider: 'corp', scopes: ['read', 'write'] } },
      { match: { exact: '/health' }, require: 'none' },
      { match: { prefix: '/hj' }, require: 'hj' },
      { match: { prefix: '/org/hj' }, require: { provider: 'hj', org: 'org_1', roles: ['admin'] } },
      { match: { prefix: '/org/pa/rights' }, require: { provider: 'pa', org: 'org_1', roles: ['Member'], permissions: ['read', 'write'] } },
      { match: { prefix: '/org/pa' }, require: { provider: 'pa', org: 'org_1' } },
      { match: { prefix: '/pa' }, require: 'pa' },
      { match: { prefix: '/missing' }, require: { allow_missing: 'corp' } },
      { match: { prefix: '/failed' }, require: { allow_missing_or_failed: 'corp' } },
      { match: { prefix: '/all' }, require: { all: [{ provider: 'corp', roles: ['admin'] }, { provider: 'corp', scopes: ['read'] }] } },
      { match: { prefix: '/methods', methods: ['GET'] }, require: 'none' },
      { match: { prefix: '/methods' }, require: 'corp' },
      { match: { prefix: '/hosts', hosts: ['open.test', '*.open.test'] }, require: 'none' },
      { match: { prefix: '/hosts' }, require: 'corp' },
      { match: { prefix: '/api' }, require: { any: ['hj', 'corp'] } },
    ],
    policies: { open: { require: 'none' }, members: { require: 'corp' } },
    policy_metadata: { namespace: 'countersign', key: 'policy' },
    forward: { claim_headers: claimHeaders, payload_header: 'x-jwt-payload' },
    token: { from_headers: ['authorization', { name: 'x-token', prefix: 'JWT ' }], from_cookies: ['session'], from_params: ['access_token'] },
    bypass_cors_preflight: true,
  };
}

const routes = [
  // A route that nobody without the filter's header can take, and nobody with it after the filter.
  toCluster('service', { prefix: '/route/claimed', headers: [{ name: 'x-user-id', present_match: true }] }, metadata('open')),
  toCluster('service', { prefix: '/route/claimed' }, metadata('members')),
  toCluster('service', { prefix: '/route/open' }, metadata('open')),
  toCluster('service', { prefix: '/route/members' }, metadata('members')),
  toCluster('service', { prefix: '/route/unknown' }, metadata('nobody')),
  toCluster('service', { prefix: '/route/off' }, { typed_per_filter_config: off() }),
  direct(204, { prefix: '/admin-direct' }),
  toCluster('service'),
];

function metadata(policy) {
  return { metadata: { filter_metadata: { countersign: { policy } } } };
}

function off() {
  return { 'envoy.filters.http.wasm': { '@type': 'type.googleapis.com/envoy.config.route.v3.FilterConfig', disabled: true } };
}

export async function requests(report, service) {
  const corp = await startIssuer({ name: 'https://corp.test' });
  const hj = await startIssuer({ name: 'https://hj.test', algorithm: 'EdDSA', audience: 'tnt_1' });
  const pa = await startIssuer({ name: 'https://auth.acme.test', algorithm: 'RS256' });
  const strict = { ...configuration(hj, corp, pa), forward: { authorization: true }, token: undefined };
  const plain = { ...configuration(hj, corp, pa), policies: undefined, policy_metadata: undefined };
  const listeners = [
    listener('main', [filter(configuration(hj, corp, pa))], { routes }),
    listener('plain', [filter(plain)]),
    listener('forwarding', [filter(strict)]),
  ];
  const envoy = await startEnvoy(bootstrap(listeners, [cluster('service', service.port)]));
  const context = { port: envoy.ports.main, forwarding: envoy.ports.forwarding, plain: envoy.ports.plain, adminUrl: envoy.adminUrl, corp, hj, pa, service, report };
  await requirements(context);
  await organizations(context);
  await credentials(context);
  await forwarding(context);
  await spoofing(context);
  await oddBytes(context);
  await paths(context);
  await metrics(context);
  await corp.stop();
  await hj.stop();
  await pa.stop();
}

const get = ({ port }, path, headers = [], more = {}) => ask(port, path, { headers, ...more });

async function requirements(context) {
  const { report, corp, hj } = context;
  const token = corp.token({ roles: ['admin'], perms: ['read', 'write'], scope: 'read write' });
  const plain = corp.token();
  await report.check('a good token passes and a missing one is asked for', async () => {
    answers(await get(context, '/api/x', [bearer(plain)]), 200);
    const missing = await get(context, '/api/x');
    answers(missing, 401, 'ERR_TOKEN_MISSING');
    same(missing.headers['www-authenticate'], 'Bearer');
    same(missing.headers['cache-control'], 'no-store');
    same(missing.headers['content-type'], 'application/json');
  });
  await report.check('refusals are RFC 6750 with JSON', async () => {
    const expired = await get(context, '/api/x', [bearer(corp.token({ exp: now() - 1 }))]);
    answers(expired, 401, 'ERR_JWT_EXPIRED');
    same(expired.json.message, 'the token has expired');
    holds(/^Bearer error="invalid_token", error_description="/.test(expired.headers['www-authenticate']), 'challenge');
  });
  for (const [path, right, demand] of [['/admin/x', 'roles', 'role'], ['/permissions', 'perms', 'permission'], ['/scopes', 'scope', 'scope']]) {
    await report.check(`${demand}s are demanded and their lack is 403`, async () => {
      answers(await get(context, path, [bearer(token)]), 200);
      answers(await get(context, path, [bearer(token)]), 200);
      for (const repeated of [1, 2]) {
        const refused = await get(context, path, [bearer(plain)]);
        answers(refused, 403, 'ERR_FORBIDDEN');
        holds(refused.headers['www-authenticate'].includes('insufficient_scope'), `challenge ${repeated}`);
      }
      answers(await get(context, path, [bearer(corp.token({ [right]: demand === 'role' ? 'user' : ['read'] }))]), 403, 'ERR_FORBIDDEN');
    });
  }
  await report.check('of several providers the issuer selects one', async () => {
    answers(await get(context, '/api', [bearer(hj.token())]), 200);
    answers(await get(context, '/api', [bearer(corp.token({ iss: 'https://other.test' }))]), 401, 'ERR_JWT_CLAIM_VALIDATION_FAILED');
    answers(await get(context, '/api', [bearer(corp.token({ iss: undefined }))]), 401, 'ERR_JWT_CLAIM_VALIDATION_FAILED');
    answers(await get(context, '/api', [bearer(sign(corp.keys[0], hj.claims()))]), 401, 'ERR_JOSE_ALG_NOT_ALLOWED');
    answers(await get(context, '/hj', [bearer(corp.token())]), 401);
  });
  await report.check('a preset carries its own rules', async () => {
    answers(await get(context, '/hj', [bearer(hj.token({ tenant_id: 'tnt_1' }))]), 200);
    answers(await get(context, '/hj', [bearer(hj.token({ tenant_id: 'tnt_2' }))]), 401, 'ERR_JWT_CLAIM_VALIDATION_FAILED');
    answers(await get(context, '/hj', [bearer(hj.token({ token_use: 'refresh' }))]), 401, 'ERR_JWT_CLAIM_VALIDATION_FAILED');
  });
  await report.check('allow_missing forgives a missing token and no bad one', async () => {
    answers(await get(context, '/missing'), 200);
    answers(await get(context, '/missing', [bearer(plain)]), 200);
    answers(await get(context, '/missing', [bearer('a.b.c')]), 401, 'ERR_JWT_INVALID');
    answers(await get(context, '/missing', [['authorization', 'Basic eDp5']]), 200);
  });
  await report.check('allow_missing_or_failed passes nobody on as somebody', async () => {
    const bad = await ask(context.plain, '/failed', { headers: [bearer('a.b.c'), ['x-user-id', 'root']] });
    answers(bad, 200);
    same([bad.json.headers.authorization, bad.json.headers['x-user-id']], [undefined, undefined]);
    const good = await get(context, '/failed', [bearer(plain)]);
    same(good.json.headers['x-user-id'], ['u1']);
  });
  await report.check('all means every one', async () => {
    answers(await get(context, '/all', [bearer(token)]), 200);
    answers(await get(context, '/all', [bearer(corp.token({ roles: 'admin' }))]), 403, 'ERR_FORBIDDEN');
  });
  await report.check('methods and hosts narrow a rule', async () => {
    answers(await get(context, '/methods'), 200);
    answers(await get(context, '/methods', [], { method: 'POST', body: 'x' }), 401, 'ERR_TOKEN_MISSING');
    const host = (name) => askRaw(context.port, `GET /hosts HTTP/1.1\r\nhost: ${name}\r\n\r\n`);
    for (const name of ['open.test', 'OPEN.test:8080', 'a.open.test']) same((await host(name)).status, 200, name);
    for (const name of ['service.test', 'open.test.evil', 'xopen.test']) same((await host(name)).status, 401, name);
    for (const name of ['open.test.', 'open.test.:80', 'open.test:']) same((await host(name)).status, 200, name);
    for (const name of ['open.test:80:80', 'x@open.test', 'open.test..', 'open%2etest', 'open.test,a', 'a\r\nhost: open.test', '']) {
      const { status, text } = await host(name);
      holds(status === 400 && (text.includes('ERR_HOST_AMBIGUOUS') || !text.includes('code')), `${name}: ${status} ${text.slice(-80)}`);
    }
  });
  await report.check('the first rule wins and no rule refuses', async () => {
    answers(await get(context, '/health'), 200);
    answers(await get(context, '/health/x'), 403, 'ERR_FORBIDDEN');
    answers(await get(context, '/other', [bearer(plain)]), 403, 'ERR_FORBIDDEN');
  });
  await report.check('a route names its policy, and an unknown name refuses', async () => {
    answers(await get(context, '/route/open'), 200);
    answers(await get(context, '/route/members'), 401, 'ERR_TOKEN_MISSING');
    answers(await get(context, '/route/members', [bearer(plain)]), 200);
    answers(await get(context, '/route/unknown', [bearer(plain)]), 500, 'ERR_CONFIG_INVALID');
    answers(await get(context, '/route/off'), 200);
  });
  await report.check('only a true preflight passes without a token', async () => {
    const origin = [['origin', 'https://a.test'], ['access-control-request-method', 'POST']];
    answers(await get(context, '/api', origin, { method: 'OPTIONS' }), 200);
    answers(await get(context, '/api', origin.slice(0, 1), { method: 'OPTIONS' }), 401);
    answers(await get(context, '/api', origin.slice(1), { method: 'OPTIONS' }), 401);
    answers(await get(context, '/api', origin), 401);
    answers(await ask(context.forwarding, '/api', { method: 'OPTIONS', headers: origin }), 200);
  });
}

async function organizations(context) {
  const { report, hj, pa } = context;
  await report.check("a preset with a verifier key judges its provider's tokens", async () => {
    answers(await get(context, '/pa', [bearer(pa.token(propelauthUser()))]), 200);
    answers(await get(context, '/pa', [bearer(pa.token({ aud: undefined }))]), 401, 'ERR_JWT_CLAIM_VALIDATION_FAILED');
    answers(await get(context, '/pa', [bearer(pa.token({ ...propelauthUser(), iat: now() + 600 }))]), 401, 'ERR_JWT_NOT_YET_VALID');
  });
  await report.check('an organization is demanded, also of a known token', async () => {
    const [member, stranger] = ['org_1', 'org_2'].map((org) => pa.token(propelauthUser({ org })));
    for (const expected of [200, 200]) answers(await get(context, '/org/pa', [bearer(member)]), expected);
    for (const path of ['/org/pa', '/org/pa', '/org/pa/rights']) {
      const refused = await get(context, path, [bearer(stranger)]);
      answers(refused, 403, 'ERR_FORBIDDEN');
      holds(refused.headers['www-authenticate'].includes('insufficient_scope'), 'challenge');
    }
  });
  await report.check('roles and permissions are those in the organization', async () => {
    const rights = (permissions, more) => pa.token(propelauthUser({ permissions, ...more }));
    answers(await get(context, '/org/pa/rights', [bearer(rights(['read', 'write', 'x']))]), 200);
    answers(await get(context, '/org/pa/rights', [bearer(rights(['read']))]), 403, 'ERR_FORBIDDEN');
    answers(await get(context, '/org/pa/rights', [bearer(rights(['read', 'write'], { role: 'Guest', inherited: ['Guest'] }))]), 403, 'ERR_FORBIDDEN');
  });
  await report.check('the active organization of a token and the role in it', async () => {
    const asks = async (claims, ...expected) => answers(await get(context, '/org/hj', [bearer(hj.token(claims))]), ...expected);
    await asks({ org_id: 'org_1', role: 'admin' }, 200);
    await asks({ org_id: 'org_1', org_role: 'admin', role: 'member' }, 200);
    await asks({ org_id: 'org_1', org_role: 'member', role: 'admin' }, 403, 'ERR_FORBIDDEN');
    await asks({ org_id: 'org_2', role: 'admin' }, 403, 'ERR_FORBIDDEN');
    await asks({ role: 'admin' }, 403, 'ERR_FORBIDDEN');
  });
}

async function credentials(context) {
  const { report, corp } = context;
  const token = corp.token();
  const places = [
    ['header', '/api', [bearer(token)]],
    ['scheme in any case', '/api', [['authorization', `bEARER ${token}`]]],
    ['header with its own prefix', '/api', [['x-token', `JWT ${token}`]]],
    ['cookie', '/api', [['cookie', `a=1; session=${token}; b=2`]]],
    ['parameter', `/api?a=1&access_token=${token}&b=2`, []],
  ];
  for (const [name, path, headers] of places) {
    await report.check(`a token is taken from its place and out of it: ${name}`, async () => {
      const answer = await get(context, path, headers);
      answers(answer, 200);
      holds(!answer.text.includes(token), 'the token went on');
      same(answer.json.headers['x-user-id'], ['u1']);
    });
  }
  await report.check('what stood beside the token stays', async () => {
    const cookie = await get(context, '/api', places[3][2]);
    same(cookie.json.headers.cookie, ['a=1; b=2']);
    same((await get(context, places[4][1])).json.url, '/api?a=1&b=2');
  });
  await report.check('several credentials are ambiguous', async () => {
    const two = [
      ['/api', [bearer(token), bearer(token)]],
      ['/api', [['authorization', `Bearer ${token}, Bearer ${token}`]]],
      ['/api', [bearer(token), ['cookie', `session=${token}`]]],
      ['/api', [['cookie', `session=${token}; session=${token}`]]],
      [`/api?access_token=${token}`, [bearer(token)]],
      ['/api', [bearer('x'), bearer(token)]],
    ];
    for (const [path, headers] of two) answers(await get(context, path, headers), 400, 'ERR_TOKEN_AMBIGUOUS');
  });
}

async function forwarding(context) {
  const { report, corp } = context;
  await report.check('claims become headers, lists with commas, and the payload travels', async () => {
    const claims = { sub: 'u 7', org: { id: 12 }, roles: ['admin', 'billing'] };
    const answer = await get(context, '/api', [bearer(corp.token(claims))]);
    const { headers } = answer.json;
    same([headers['x-user-id'], headers['x-org'], headers['x-user-roles'], headers['x-user-email']], [['u 7'], ['12'], ['admin,billing'], undefined]);
    const payload = JSON.parse(Buffer.from(headers['x-jwt-payload'][0], 'base64url').toString());
    same([payload.sub, payload.iss], ['u 7', 'https://corp.test']);
  });
  await report.check('a claim that would arrive changed makes no header', async () => {
    const claims = { sub: 'caf\u00e9', roles: ['user', 'user,admin'], email: 'a\r\nx-admin: 1' };
    const { headers } = (await ask(context.plain, '/api', { headers: [bearer(corp.token(claims)), ['x-user-id', 'root']] })).json;
    same([headers['x-user-id'], headers['x-user-roles'], headers['x-user-email'], headers['x-admin']], [undefined, undefined, undefined, undefined]);
  });
  await report.check('the token goes on where that is configured', async () => {
    const token = corp.token();
    const good = await ask(context.forwarding, '/api', { headers: [bearer(token)] });
    same(good.json.headers.authorization, [`Bearer ${token}`]);
    const bad = await ask(context.forwarding, '/failed', { headers: [bearer('a.b.c')] });
    same([bad.status, bad.json.headers.authorization], [200, undefined]);
  });
  await report.check('none leaves the credential alone', async () => {
    const basic = await get(context, '/health', [['authorization', 'Basic eDp5']]);
    same(basic.json.headers.authorization, ['Basic eDp5']);
    same((await get(context, '/health', [bearer('x')])).json.headers.authorization, ['Bearer x']);
  });
}

const owned = ['x-user-id', 'x-org', 'x-user-roles', 'x-user-email', 'x-jwt-payload'];

async function spoofing({ plain: port, ...context }) {
  const { report, corp } = context;
  await report.check('a header of the filter does not choose the route whose policy is asked', async () => {
    answers(await get(context, '/route/claimed'), 401, 'ERR_TOKEN_MISSING');
    answers(await get(context, '/route/claimed', [['x-user-id', 'root']]), 403, 'ERR_FORBIDDEN');
    answers(await get(context, '/health', [['x_user_id', 'root']]), 403, 'ERR_FORBIDDEN');
    answers(await get(context, '/route/claimed', [bearer(corp.token())]), 200);
  });
  context = { ...context, port };
  const spoofed = owned.flatMap((name) => [[name, 'root'], [name.toUpperCase(), 'root2'], [name.replaceAll('-', '_'), 'root']]);
  const passing = [
    ['/health', []],
    ['/missing', []],
    ['/failed', []],
    ['/failed', [bearer('a.b.c')]],
    ['/api', [bearer(corp.token())]],
  ];
  for (const [path, headers] of passing) {
    await report.check(`nobody can send the filter's headers: ${path}${headers.length ? ' with a token' : ''}`, async () => {
      const answer = await get(context, path, [...spoofed, ...headers]);
      same(answer.status, 200);
      holds(!answer.text.includes('root'), answer.text);
    });
  }
  await report.check("nobody can send the filter's headers behind a body", async () => {
    const trailers = { ...Object.fromEntries(spoofed), 'x-other': '1' };
    const answer = await get(context, '/api', [bearer(corp.token())], { method: 'POST', chunks: ['x'], trailers });
    same([answer.status, answer.json.trailers], [200, { 'x-other': ['1'] }]);
  });
  await report.check("nobody can send the filter's headers: preflight", async () => {
    const headers = [['origin', 'https://a.test'], ['access-control-request-method', 'GET'], ...spoofed];
    const answer = await get(context, '/api', headers, { method: 'OPTIONS' });
    same(answer.status, 200);
    holds(!answer.text.includes('root'), answer.text);
  });
}

async function oddBytes(context) {
  const { report, corp, service } = context;
  const token = corp.token();
  const raw = (line) => Buffer.concat([Buffer.from('GET /api HTTP/1.1\r\nhost: a\r\n'), line, Buffer.from('\r\n\r\n')]);
  await report.check('bytes that are no text neither pass nor stop the worker', async () => {
    const before = service.seen;
    for (const bytes of [[0xff, 0xfe], [0xc3, 0x28], [0x80], [0xed, 0xa0, 0x80]]) {
      const odd = Buffer.from(bytes);
      for (const line of [
        Buffer.concat([Buffer.from('authorization: Bearer '), odd]),
        Buffer.concat([Buffer.from(`authorization: Bearer ${token}`), odd]),
        Buffer.concat([Buffer.from('authorization: '), odd]),
        Buffer.concat([Buffer.from('cookie: session='), odd]),
        Buffer.concat([Buffer.from('x-other: '), odd]),
      ]) {
        const { status } = await askRaw(context.port, raw(line));
        holds(status === 401 || status === 400, `${line.toString('latin1')}: ${status}`);
      }
      const passed = await askRaw(context.port, raw(Buffer.concat([Buffer.from(`authorization: Bearer ${token}\r\nx-other: `), odd])));
      same(passed.status, 200);
      answers(await get(context, '/api', [bearer(token)]), 200);
    }
    same(service.seen - before, 8);
  });
  await report.check('tokens of every odd shape are refused', async () => {
    const odd = ['a', 'a.b', 'a.b.c.d', '..', `${token}=`, `${token}.`, ` ${token} x`, token.slice(0, -1), 'x'.repeat(20_000), `${token}\u00e9`];
    for (const text of odd) {
      const { status } = await askRaw(context.port, raw(Buffer.from(`authorization: Bearer ${text}`, 'latin1')));
      same(status, 401, text.slice(0, 40));
    }
  });
  await report.check('requests that are no HTTP never reach the service', async () => {
    const before = service.seen;
    for (const line of ['authorization: Bearer a\0b', 'x-a: \0', 'authorization : Bearer x', ' folded: x']) {
      holds([0, 400].includes((await askRaw(context.port, raw(Buffer.from(line)), { wait: 500 })).status), line);
    }
    same(service.seen, before);
  });
}

/** Paths that must not slip past the rule of /admin, and what each is answered without a token. */
const tricks = [
  ...['/admin', '/admin/', '/admin/x', '/%61dmin', '/%61%64%6d%69%6e/x', '/admin?x', '/admin/?/health', '/admin/x?..'].map((path) => [path, 401]),
  ...['//', '//admin', '/admin//', '/x//admin', '///', '/./admin', '/../admin', '/health/../admin', '/health/./x', '/.', '/..'].map((path) => [path, 400]),
  ...['/%2e/admin', '/%2e%2e/admin', '/health/%2E%2E/admin', '/health/.%2e/admin', '/health%2f..%2fadmin', '/health%2Fx'].map((path) => [path, 400]),
  ...['/health%5c..%5cadmin', '/health\\..\\admin', '/health;/admin', '/health;x=1', '/admin;x', '/health%00', '/health%00/admin'].map((path) => [path, 400]),
  ...['/health%', '/health%4', '/health%zz', '/%c0%ae%c0%ae/admin', '/health%0a', '/admin%0d', '*', 'admin', '/health#/admin'].map((path) => [path, 400]),
  ...['/Admin', '/administrator', '/ADMIN', '/admin%20', '/health/admin', '/health%3b', '/health%252f', '/admin.'].map((path) => [path, 403]),
];

async function paths(context) {
  const { report, service } = context;
  await report.check(`no spelling of a path walks around a rule: ${tricks.length} paths`, async () => {
    holds(tricks.length >= 40, 'too few paths');
    const before = service.seen;
    for (const [path, expected] of tricks) {
      const { status, text } = await askRaw(context.port, `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
      const answered = status === expected || (expected === 400 && [0, 400, 404].includes(status));
      holds(answered, `${path}: expected ${expected}, came ${status} ${text.slice(0, 200)}`);
    }
    same(service.seen, before, 'requests that reached the service');
  });
  await report.check('equal spellings of an open path pass', async () => {
    for (const path of ['/health', '/health/', '/%68ealth', '/health?x=/../admin']) {
      same((await askRaw(context.port, `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`)).status, 200, path);
    }
  });
}

async function metrics({ report, adminUrl }) {
  await report.check('every outcome is counted by provider and code', async () => {
    const expected = ['corp_accepted', 'hj_accepted', 'corp_err_jwt_expired', 'corp_err_forbidden', 'corp_claim_headers_unfit', 'request_err_path_ambiguous', 'request_err_token_missing', 'request_cors_preflight'];
    let seen = {};
    await until(async () => {
      seen = await counters(adminUrl, 'countersign_');
      return expected.every((name) => Object.entries(seen).some(([key, value]) => key.endsWith(`countersign_${name}`) && value > 0));
    }, `counters ${expected.join(', ')}`).catch((error) => {
      throw new Error(`${error.message}; there are ${Object.keys(seen).join(', ')}`);
    });
  });
}
