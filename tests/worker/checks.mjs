// What must hold in workerd. A check gives what came; the runner compares.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { invented, signedWebhook, tokens } from './tokens.mjs';

const bearer = (token) => ({ authorization: `Bearer ${token}` });

/** What a Worker answered: status, code or subject, and the fields that matter. */
async function answer(response) {
  const text = await response.text();
  const body = text.startsWith('{') ? JSON.parse(text) : {};
  return {
    status: response.status,
    outcome: body.code ?? body.sub ?? body.unexpected ?? text,
    challenge: response.headers.get('www-authenticate'),
    retryAfter: response.headers.get('retry-after'),
    type: response.headers.get('content-type'),
    body,
  };
}

async function until(condition, milliseconds = 10_000) {
  const end = Date.now() + milliseconds;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`did not come about in ${milliseconds} ms: ${condition}`);
    await sleep(10);
  }
}

const short = ({ status, outcome }) => `${status} ${outcome}`;

/**
 * The checks of one running Worker. `keys` is the key server, `run` this Worker's folder there,
 * `date` its compatibility date.
 */
export function checksOf({ url, keys, run, date }) {
  const get = async (path, token) => answer(await fetch(`${url}${path}`, { headers: token ? bearer(token) : {} }));
  const cold = (scenario, token = tokens.EdDSA) => get(`/cold?keys=${scenario}`, token);
  const requests = (scenario) => keys.count(`/${run}/${scenario}`);
  const several = async (count, one) => {
    const outcomes = await Promise.all(Array.from({ length: count }, async () => short(await one())));
    return [...new Set(outcomes)].join(' / ');
  };
  const post = async (body, headers) => answer(await fetch(`${url}/webhook`, { method: 'POST', body, headers }));
  const global = async (name) => (await get('/global')).body[name];

  return [
    // The first request that this isolate sees; nothing was awaited before.
    ['verifySync answers the first request', '200 alice', async () => short(await get('/sync', tokens.EdDSA))],
    ['… with ES256', '200 alice', async () => short(await get('/sync', tokens.ES256))],
    ['… with RS256', '200 alice', async () => short(await get('/sync', tokens.RS256))],
    ['… a forged one', '401 ERR_JWS_SIGNATURE_VERIFICATION_FAILED', async () => short(await get('/sync', tokens.forged))],

    ['global scope: a good token', 'accepted, or ERR_CONFIG_INVALID at a clock of 0', async () => {
      const { clock, valid } = (await get('/global')).body;
      const wanted = clock === 0 ? 'ERR_CONFIG_INVALID' : 'alice';
      return valid === wanted ? 'accepted, or ERR_CONFIG_INVALID at a clock of 0' : `${valid} at a clock of ${clock}`;
    }],
    ['global scope: an expired token is never accepted', 'refused', async () => {
      const { clock, expired } = (await get('/global')).body;
      const wanted = clock === 0 ? 'ERR_CONFIG_INVALID' : 'ERR_JWT_EXPIRED';
      return expired === wanted ? 'refused' : `${expired} at a clock of ${clock}`;
    }],
    ['global scope: a forged token', 'refused', async () => ((await global('forged')) === 'alice' ? 'accepted' : 'refused')],
    ['a clock at the epoch refuses a good token', 'ERR_CONFIG_INVALID', () => global('validAtEpoch')],
    ['a clock at the epoch refuses an expired token', 'ERR_CONFIG_INVALID', () => global('expiredAtEpoch')],
    ['global scope with a given time: a good token', 'alice', () => global('validAtGivenTime')],
    ['global scope with a given time: an expired token', 'ERR_JWT_EXPIRED', () => global('expiredAtGivenTime')],

    ['protect: no token', '401 ERR_TOKEN_MISSING Bearer application/json', async () => {
      const { status, outcome, challenge, type } = await get('/protected');
      return `${status} ${outcome} ${challenge} ${type}`;
    }],
    ['protect: an expired token', '401 ERR_JWT_EXPIRED invalid_token', async () => {
      const { status, outcome, challenge } = await get('/protected', tokens.expired);
      return `${status} ${outcome} ${/error="(\w+)"/.exec(challenge)?.[1]}`;
    }],
    ['protect: a good token', '200 alice', async () => short(await get('/protected', tokens.EdDSA))],
    ['protect: two credentials', '400 ERR_TOKEN_AMBIGUOUS', async () => short(await get('/protected', `${tokens.EdDSA}, Bearer ${tokens.admin}`))],
    ['protect: a role that is missing', '403 ERR_FORBIDDEN insufficient_scope', async () => {
      const { status, outcome, challenge } = await get('/roles', tokens.EdDSA);
      return `${status} ${outcome} ${/error="(\w+)"/.exec(challenge)?.[1]}`;
    }],
    ['protect: a role that is there', '200 alice', async () => short(await get('/roles', tokens.admin))],
    ['optional: no token', '200', async () => `${(await get('/optional')).status}`],
    ['optional: a bad token', '401 ERR_JWT_EXPIRED', async () => short(await get('/optional', tokens.expired))],

    ['fifty cold requests at once', '200 alice, 1 key request', async () => {
      const outcomes = await several(50, () => cold('slow'));
      return `${outcomes}, ${requests('slow')} key request`;
    }],
    ['the request that fetches ends before its keys are there', 'its fetch ends with it', async () => {
      const scenario = 'stallFirst.deserted';
      await get(`/deserted?keys=${scenario}`, tokens.EdDSA);
      // Far before its own timeout: see the scenario's options.
      await until(() => !keys.waiting(`/${run}/${scenario}`));
      return 'its fetch ends with it';
    }],
    ['… the others take over', '200 alice, 2 key requests', async () => {
      const outcomes = await several(10, () => cold('stallFirst.deserted'));
      return `${outcomes}, ${requests('stallFirst.deserted')} key requests`;
    }],
    ['… and later requests find the keys', '200 alice, not reloading', async () => {
      const later = await several(5, () => cold('stallFirst.deserted'));
      const { reloading } = (await get('/keys?keys=stallFirst.deserted')).body;
      return `${later}, ${reloading ? 'reloading' : 'not reloading'}`;
    }],
    // A local workerd lets such a request run on; whether it ends or not, nobody else may be harmed.
    ['a client goes away while its keys are fetched, the others are answered', '200 alice, at most 2 key requests', async () => {
      const scenario = 'slow.left';
      const leaving = new AbortController();
      const left = fetch(`${url}/cold?keys=${scenario}`, { headers: bearer(tokens.EdDSA), signal: leaving.signal }).catch(() => {});
      await until(() => keys.waiting(`/${run}/${scenario}`));
      leaving.abort();
      await left;
      const outcomes = await several(10, () => cold(scenario));
      return `${outcomes}, ${requests(scenario) <= 2 ? 'at most 2' : requests(scenario)} key requests`;
    }],
    ['a request that gives up gets its own reason', '200 gave up: TimeoutError', async () => short(await get('/impatient?keys=stallFirst.impatient', tokens.EdDSA))],
    ['… the others take over', '200 alice, 2 key requests', async () => {
      const outcomes = await several(10, () => cold('stallFirst.impatient'));
      return `${outcomes}, ${requests('stallFirst.impatient')} key requests`;
    }],
    // Before this date Workers had no `FinalizationRegistry`, and nobody tells that a request has ended.
    ...(date < '2025-05-05' ? [] : [['requests that end while they wait for keys leave nothing behind', 'at most 16 MiB', async () => {
      let memory = 0;
      for (let round = 0; round < 40; round += 1) memory = (await get('/abandoned')).body.memory;
      return memory <= 16 << 20 ? 'at most 16 MiB' : `${memory >> 20} MiB`;
    }]]),
    ['keys are renewed in the background, nobody waits', '200 alice, renewing', async () => {
      const scenario = 'stallLater';
      const outcomes = [short(await cold(scenario))];
      await until(async () => {
        outcomes.push(short(await cold(scenario)));
        return requests(scenario) > 1;
      });
      outcomes.push(await several(5, () => cold(scenario)));
      return `${[...new Set(outcomes)].join(' / ')}, ${keys.waiting(`/${run}/${scenario}`) ? 'renewing' : 'not renewing'}`;
    }],

    ...[
      ['error', 'ERR_JWKS_UNAVAILABLE'],
      ['nonsense', 'ERR_JWKS_INVALID'],
      ['redirect', 'ERR_JWKS_INVALID'],
      ['endless', 'ERR_JWKS_INVALID'],
      ['stall', 'ERR_JWKS_TIMEOUT'],
    ].map(([scenario, code]) => [
      `key endpoint: ${scenario}`,
      `503 ${code}, Retry-After, no challenge`,
      async () => {
        const { status, outcome, retryAfter, challenge } = await cold(scenario);
        const later = /^\d+$/.test(retryAfter ?? '') ? 'Retry-After' : `Retry-After: ${retryAfter}`;
        return `${status} ${outcome}, ${later}, ${challenge ?? 'no challenge'}`;
      },
    ]),
    ['twenty unknown key ids at once', '401 ERR_JWKS_NO_MATCHING_KEY, 1 key request more', async () => {
      // All of them arrive while the first one's request is under way.
      const scenario = 'slow.unknown';
      await cold(scenario);
      let next = 0;
      const outcomes = await several(20, () => cold(scenario, invented[next++]));
      return `${outcomes}, ${requests(scenario) - 1} key request more`;
    }],
    ['key endpoint: down later, aged keys serve', '200 alice, 1 key request more', async () => {
      await cold('errorLater');
      await sleep(50);
      const outcomes = await several(10, () => cold('errorLater'));
      return `${outcomes}, ${requests('errorLater') - 1} key request more`;
    }],
    ['key endpoint: down later, past staleIfError', '503 ERR_JWKS_UNAVAILABLE', async () => {
      await cold('errorLater.brief');
      await sleep(50);
      return several(5, () => cold('errorLater.brief'));
    }],
    ['a redirect is not followed', 'no request', async () => (requests('good') === 0 ? 'no request' : `${requests('good')} requests`)],

    ['a snapshot goes through KV', '200 alice, no further key request', async () => {
      const scenario = 'good.snapshot';
      await get(`/snapshot?keys=${scenario}`);
      const before = requests(scenario);
      const restored = await several(5, () => get(`/restored?keys=${scenario}`, tokens.EdDSA));
      return `${restored}, ${requests(scenario) === before ? 'no' : 'a'} further key request`;
    }],
    ['a snapshot of other keys is refused', '500 ERR_CONFIG_INVALID', async () => short(await get('/restored?keys=good.other', tokens.EdDSA))],

    ['webhook: the very bytes', 'the same bytes', async () => {
      // No UTF-8, a byte order mark, a NUL, a lone CR: nothing may be decoded on the way.
      const body = Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x00, 0xff, 0xfe, 0x0d, 0xc3, 0x28, 0x7d, 0x0a]);
      const { status, body: answered } = await post(body, signedWebhook(body));
      return answered.sha256 === createHash('sha256').update(body).digest('hex') ? 'the same bytes' : `${status} other bytes`;
    }],
    ['webhook: 1 MiB', '200', async () => {
      const body = Buffer.alloc(1 << 20, 'x');
      return `${(await post(body, signedWebhook(body))).status}`;
    }],
    ['webhook: one byte more', '413 ERR_WEBHOOK_TOO_LARGE', async () => {
      const body = Buffer.alloc((1 << 20) + 1, 'x');
      return short(await post(body, signedWebhook(body)));
    }],
    ['webhook: altered', '400 ERR_WEBHOOK_SIGNATURE_INVALID', async () => short(await post('{"a":2}', signedWebhook('{"a":1}')))],
    ['webhook: old', '400 ERR_WEBHOOK_TIMESTAMP_EXPIRED', async () => short(await post('{}', signedWebhook('{}', 1_700_000_000)))],
    ['webhook: unsigned', '400 ERR_WEBHOOK_HEADER_MISSING', async () => short(await post('{}', {}))],

    // Last, as it takes seconds on one connection: `wrangler dev` may break down over those that were
    // idle for five seconds, which is how long a workerd keeps them, when several requests need them.
    ['three hundred unknown key ids, one after the other', '401 ERR_JWKS_NO_MATCHING_KEY, at most 5 key requests', async () => {
      const scenario = 'good.flood';
      const outcomes = new Set();
      for (const token of invented) outcomes.add(short(await cold(scenario, token)));
      const count = requests(scenario);
      return `${[...outcomes].join(' / ')}, ${count <= 5 ? 'at most 5' : count} key requests`;
    }],
  ];
}
