// Phases and faults that are hard to force in Envoy, over a small proxy of our own.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { module as modulePath } from '../../../scripts/envoy/module.mjs';
import { Shared, Worker } from '../host/proxy.mjs';
import { makeKey, pem, propelauthUser, sign } from '../lib/issuer.mjs';
import { holds, same } from '../lib/trial.mjs';

const seconds = 1_790_000_000;
const key = makeKey('k1');
const jwks = JSON.stringify({ keys: [key.jwk] });
const secret = 'a webhook secret of the tests';

const configuration = {
  providers: { corp: { issuer: 'https://corp.test', audience: 'api', jwks: { uri: 'https://corp.test/keys', cluster: 'issuer' } } },
  rules: [
    { match: { exact: '/hook' }, webhook: { scheme: 'github', secrets: [secret], max_body_bytes: 64 } },
    { match: { prefix: '/' }, require: 'corp' },
  ],
  forward: { claim_headers: { sub: 'x-user-id' } },
};

const token = (more = {}) => sign(key, { iss: 'https://corp.test', aud: 'api', sub: 'u1', exp: seconds + 3_600, ...more });
const request = (more = [], path = '/x') => [[':method', 'GET'], [':path', path], [':authority', 'a.test'], ...more];
const bearer = (text) => ['authorization', `Bearer ${text}`];
const value = (context, name) => context.fields.find(([own]) => own.toString() === name)?.[1].toString();

export async function phases(report) {
  const module = new WebAssembly.Module(readFileSync(modulePath));
  const start = (shared) => new Worker(module, configuration, shared);
  const fetched = (shared) => {
    const worker = start(shared);
    worker.tick();
    worker.answer(worker.calls[0], 200, jwks);
    return worker;
  };
  await waiting(report, start, fetched);
  await ends(report, start, fetched);
  await sweeps(report, fetched);
  await races(report, start);
  await bytes(report, fetched);
  await deliveries(report, start, fetched);
  await faults(report, module, start, fetched);
  await presets(report, module);
}

async function waiting(report, start, fetched) {
  await report.check('a request without keys is held, and let go when they come', () => {
    const worker = start();
    const context = worker.open(request([bearer(token())]));
    same(worker.headers(context), 'pause all');
    holds(worker.period <= 1, 'the root wakes at once');
    worker.tick(1);
    same(worker.calls.map(({ cluster, context: root }) => [cluster, root]), [['issuer', 1]]);
    worker.answer(worker.calls[0], 200, jwks);
    same([context.resumed, value(context, 'x-user-id'), value(context, 'authorization')], [true, 'u1', undefined]);
  });
  await report.check('every part of a held request is held until its verdict', () => {
    const worker = start();
    const good = worker.open(request([bearer(token())]));
    const bad = worker.open(request([bearer(token({ aud: 'x' }))]));
    for (const context of [good, bad]) {
      same([worker.headers(context, false), worker.body(context, Buffer.from('a'), false)], ['pause all', 'pause']);
    }
    worker.tick(1);
    worker.answer(worker.calls[0], 200, jwks);
    same([good.resumed, good.answer], [true, undefined]);
    same([bad.resumed, bad.answer.json.code], [false, 'ERR_JWT_CLAIM_VALIDATION_FAILED']);
    same([worker.body(good, Buffer.from('b'), false), worker.trailers(good)], ['continue', 'continue']);
    same([worker.body(bad, Buffer.from('b'), false), worker.trailers(bad)], ['pause', 'pause']);
  });
  await report.check('a refused request is answered once and lets nothing through', () => {
    const worker = fetched();
    const context = worker.open(request());
    same([worker.headers(context, false), context.answer.status], ['pause', 401]);
    context.answer = undefined;
    same([worker.body(context, Buffer.from('a'), true), context.answer, context.resumed], ['pause', undefined, false]);
  });
  await report.check('no more than 1 024 requests wait', () => {
    const worker = start();
    const all = Array.from({ length: 1_100 }, () => worker.open(request([bearer(token())])));
    all.forEach((context, n) => same(worker.headers(context), n < 1_024 ? 'pause all' : 'pause'));
    same(all.filter(({ answer }) => answer?.json.code === 'ERR_JWKS_UNAVAILABLE').length, 76);
    worker.tick(1);
    worker.answer(worker.calls[0], 200, jwks);
    same(all.filter(({ resumed }) => resumed).length, 1_024);
  });
}

async function ends(report, start) {
  await report.check('100 000 requests that end while they wait leave nothing behind', () => {
    const worker = start();
    const headers = request([bearer(token())]);
    const round = () => {
      for (let n = 0; n < 1_000; n += 1) {
        const context = worker.open(headers);
        worker.headers(context);
        worker.close(context);
      }
      worker.tick(50);
    };
    for (let n = 0; n < 10; n += 1) round();
    const before = worker.exports.memory.buffer.byteLength;
    for (let n = 0; n < 90; n += 1) round();
    holds(worker.exports.memory.buffer.byteLength - before <= 1 << 20, `memory grew by ${worker.exports.memory.buffer.byteLength - before}`);
    const last = worker.open(headers);
    worker.headers(last);
    worker.tick(3_000);
    worker.tick(10);
    worker.answer(worker.calls.at(-1), 200, jwks);
    worker.tick(10);
    holds(last.resumed || last.answer, 'the last one has an end');
  });
  await report.check('an answer for requests that are gone is still good for the next', () => {
    const worker = start();
    const context = worker.open(request([bearer(token())]));
    worker.headers(context);
    worker.tick(1);
    worker.close(context);
    worker.answer(worker.calls[0], 200, jwks);
    same(worker.headers(worker.open(request([bearer(token())]))), 'continue');
  });
  await report.check('a request that ends between look and verdict is passed over', () => {
    const worker = start();
    const [gone, there] = [0, 1].map(() => worker.open(request([bearer(token())])));
    worker.headers(gone);
    worker.headers(there);
    worker.tick(1);
    worker.contexts.delete(gone.id);
    worker.answer(worker.calls[0], 200, jwks);
    same([gone.resumed, there.resumed], [false, true]);
  });
}

/** What the module keeps of requests and configurations of which nobody tells it that they have ended. */
async function sweeps(report, fetched) {
  const delivery = request([['x-hub-signature-256', `sha256=${createHmac('sha256', secret).update('x').digest('hex')}`]], '/hook');
  const begun = (worker) => {
    const context = worker.open(delivery);
    same(worker.headers(context, false), 'pause');
    return context;
  };
  const looked = (worker) => {
    worker.turns = [];
    worker.tick(500);
    return worker.turns;
  };
  await report.check('requests that have ended are forgotten, those that are held are not', () => {
    const worker = fetched();
    const [first, second, third] = Array.from({ length: 3 }, () => begun(worker));
    const refused = worker.open(request());
    same([worker.headers(refused, false), refused.answer.status], ['pause', 401]);
    same(worker.headers(worker.open(request([bearer(token())]))), 'continue');
    same(looked(worker), [first, second, third, refused].map(({ id }) => id));
    for (const context of [first, third, refused]) worker.close(context);
    same(looked(worker).length, 4);
    same(looked(worker), [second.id]);
    same([worker.body(second, Buffer.from('x'), true), second.answer], ['continue', undefined]);
    same(looked(worker), []);
  });
  await report.check('a request in whose turn others are looked for is judged as itself', () => {
    const worker = fetched();
    const held = Array.from({ length: 255 }, () => begun(worker));
    for (const context of held.slice(0, 200)) worker.close(context);
    const last = begun(worker);
    const good = worker.open(request([bearer(token())]));
    same([worker.turns.length > 255, worker.turns.at(-1)], [true, good.id]);
    same([worker.headers(good), value(good, 'x-user-id')], ['continue', 'u1']);
    for (const context of [...held.slice(200), last]) same([worker.body(context, Buffer.from('x'), true), context.answer], ['continue', undefined]);
  });
  await report.check('a configuration that was replaced is forgotten when its last request has gone', () => {
    const worker = fetched();
    const replaced = 9_000;
    worker.contexts.set(replaced, { id: replaced });
    worker.exports.proxy_on_context_create(replaced, 0);
    const configured = () => worker.enter(replaced, () => worker.exports.proxy_on_configure(replaced, worker.configuration.length));
    same(configured(), 1);
    looked(worker);
    same(configured(), 1);
    worker.contexts.delete(replaced);
    looked(worker);
    same([configured(), worker.headers(worker.open(request([bearer(token())])))], [0, 'continue']);
  });
}

async function races(report, start) {
  await report.check('of workers that look at once, one fetches', () => {
    const shared = new Shared();
    const workers = Array.from({ length: 8 }, () => start(shared));
    const waiting = workers.map((worker) => worker.open(request([bearer(token())])));
    workers.forEach((worker, n) => worker.headers(waiting[n]));
    workers.forEach((worker) => worker.tick(1));
    same(workers.flatMap(({ calls }) => calls).length, 1);
    workers[0].answer(workers[0].calls[0], 200, jwks);
    workers.forEach((worker) => worker.tick(20));
    same(waiting.filter(({ resumed }) => resumed).length, 8);
  });
  await report.check('a worker that is overtaken between look and write does not fetch', () => {
    const shared = new Shared();
    const [first, second] = [start(shared), start(shared)];
    first.beforeStore = (name) => {
      if (!name.includes('lease')) return;
      first.beforeStore = () => {};
      second.tick(1);
    };
    first.tick(1);
    same([first.calls.length, second.calls.length], [0, 1]);
  });
}

async function bytes(report, fetched) {
  await report.check('no byte in a header stops the worker', () => {
    const worker = fetched();
    for (let byte = 0; byte < 256; byte += 1) {
      const odd = Buffer.from([byte, 0xff, byte]);
      const good = Buffer.concat([Buffer.from(`Bearer ${token()}`), odd]);
      for (const field of [['authorization', odd], ['authorization', good], ['x-user-id', odd], ['cookie', odd], ['x-hub-signature-256', odd]]) {
        const context = worker.open(request([field]));
        worker.headers(context);
        holds(context.answer !== undefined, `byte ${byte} in ${field[0]}`);
        worker.close(context);
      }
      const path = worker.open([[':method', odd], [':path', Buffer.concat([Buffer.from('/'), odd])], [':authority', odd]]);
      // A question mark begins the query, which no rule looks at.
      same([worker.headers(path), path.answer.status], ['pause', byte === 0x3f ? 401 : 400]);
    }
    same(worker.headers(worker.open(request([bearer(token())]))), 'continue');
  });
  await report.check('a request without any field is refused', () => {
    const worker = fetched();
    const context = worker.open([]);
    same([worker.headers(context), context.answer.json.code], ['pause', 'ERR_PATH_AMBIGUOUS']);
  });
}

async function deliveries(report, start, fetched) {
  const body = 'x'.repeat(64);
  const signed = (text) => request([['x-hub-signature-256', `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`]], '/hook');
  await report.check('a delivery is held back to its last byte, in any cut', () => {
    const worker = fetched();
    for (let cut = 0; cut <= body.length; cut += 1) {
      const context = worker.open(signed(body));
      same(worker.headers(context, false), 'pause');
      same(worker.body(context, Buffer.from(body.slice(0, cut)), false), 'pause');
      same(worker.body(context, Buffer.from(body.slice(cut)), true), 'continue');
    }
  });
  await report.check('trailers end a body as well', () => {
    const worker = fetched();
    const context = worker.open(signed(body));
    worker.headers(context, false);
    worker.body(context, Buffer.from(body), false);
    same([worker.trailers(context), context.answer], ['continue', undefined]);
    const forged = worker.open(signed('y'));
    worker.headers(forged, false);
    worker.body(forged, Buffer.from(body), false);
    same([worker.trailers(forged), forged.answer.status], ['pause', 400]);
  });
  await report.check("nobody can send the filter's headers behind a body, in whatever state the request is", () => {
    const spoofed = [['x-user-id', 'root'], ['x_user-id', 'root'], ['x-trailer', '1']];
    const left = (context) => context.trailers.map(([name]) => name.toString());
    const worker = fetched();
    const passed = worker.open(request([bearer(token())]));
    same([worker.headers(passed, false), worker.trailers(passed, spoofed), left(passed)], ['continue', 'continue', ['x-trailer']]);
    const delivery = worker.open(signed(''));
    same([worker.headers(delivery, false), worker.trailers(delivery, spoofed), left(delivery)], ['pause', 'continue', ['x-trailer']]);
    const held = start();
    const waiting = held.open(request([bearer(token())]));
    same([held.headers(waiting, false), held.trailers(waiting, spoofed), left(waiting)], ['pause all', 'pause', ['x-trailer']]);
  });
  await report.check('a body that cannot be read whole is refused, whatever its beginning is worth', () => {
    for (const [verified, limit] of [['', (worker) => (worker.faults.proxy_get_buffer_bytes = 1)], ['x', (worker) => (worker.most = 1)]]) {
      for (const ends of [true, false]) {
        const worker = fetched();
        const context = worker.open(signed(verified));
        same(worker.headers(context, false), 'pause');
        limit(worker);
        same([worker.body(context, Buffer.from('xy'), ends), context.answer?.status], ['pause', 413], `${verified} of xy`);
        same([worker.trailers(context), context.resumed], ['pause', false]);
      }
    }
  });
  await report.check('10 000 deliveries that end before their last byte leave nothing behind', () => {
    const worker = fetched();
    const fields = signed(body);
    const abandoned = (count) => {
      for (let n = 0; n < count; n += 1) {
        const context = worker.open(fields);
        worker.headers(context, false);
        worker.body(context, Buffer.from(body.slice(1)), false);
        worker.close(context);
      }
    };
    abandoned(1_000);
    const before = worker.exports.memory.buffer.byteLength;
    abandoned(10_000);
    same(worker.exports.memory.buffer.byteLength, before, 'memory');
    const whole = worker.open(fields);
    same([worker.headers(whole, false), worker.body(whole, Buffer.from(body), true)], ['pause', 'continue']);
  });
  await report.check('nothing follows a body that is too large', () => {
    const worker = fetched();
    const context = worker.open(signed(body));
    worker.headers(context, false);
    same([worker.body(context, Buffer.from(`${body}x`), false), context.answer.status], ['pause', 413]);
    context.answer = undefined;
    same([worker.body(context, Buffer.from('x'), true), context.answer], ['pause', undefined]);
  });
}

async function faults(report, module, start, fetched) {
  await report.check('a cluster that is not there is an outage, and is tried again', () => {
    const worker = start();
    worker.faults.proxy_http_call = 2;
    const context = worker.open(request([bearer(token())]));
    worker.headers(context);
    for (let n = 0; n < 5; n += 1) worker.tick(10);
    same(context.answer?.status, 503);
    delete worker.faults.proxy_http_call;
    for (let n = 0; n < 50; n += 1) worker.tick(50);
    worker.answer(worker.calls.at(-1), 200, jwks);
    same(worker.headers(worker.open(request([bearer(token())]))), 'continue');
  });
  await report.check('a call that fails, and one that answers oddly, are outages', () => {
    for (const [status, text] of [[undefined, ''], [500, ''], [200, ''], [200, 'null'], [302, ''], [504, '']]) {
      const worker = start();
      const context = worker.open(request([bearer(token())]));
      worker.headers(context);
      worker.tick(1);
      worker.answer(worker.calls[0], status, text);
      worker.tick(10);
      same(context.answer?.status, 503, `${status}`);
    }
  });
  await report.check('a clock that stands still in 1970 opens nothing', () => {
    const worker = fetched();
    worker.now = 0;
    const context = worker.open(request([bearer(token())]));
    worker.headers(context);
    holds(context.answer?.status >= 500 || !context.resumed, 'passed');
  });
  await report.check('a status that nobody expects stops the module and passes nothing', () => {
    for (const call of ['proxy_get_header_map_pairs', 'proxy_remove_header_map_value', 'proxy_replace_header_map_value']) {
      const worker = fetched();
      worker.faults[call] = 10;
      const context = worker.open(request([bearer(token())]));
      let trapped = false;
      try {
        worker.headers(context);
      } catch {
        trapped = true;
      }
      same([trapped, context.resumed], [true, false], call);
    }
  });
  await report.check('a body of which nobody knows is held', () => {
    const worker = fetched();
    const context = worker.open(request([bearer(token())]));
    same(worker.headers(context, false), 'continue');
    same([worker.body(context, Buffer.from('a'), false), worker.body(context, Buffer.from('b'), true)], ['continue', 'continue']);
    same([worker.body(context, Buffer.from('c'), true), worker.trailers(context)], ['pause', 'pause']);
    same([worker.body({ id: 4_711, body: Buffer.alloc(0) }, Buffer.from('a'), true)], ['pause']);
  });
  await report.check('a request of a configuration that nobody knows is refused', () => {
    const worker = fetched();
    const context = worker.open(request([bearer(token())]), 77);
    same([worker.headers(context, false), context.answer.status], ['pause', 403]);
    same([worker.body(context, Buffer.from('a'), true), worker.trailers(context), context.resumed], ['pause', 'pause', false]);
  });
  await report.check('a wrong configuration is refused with one line that names the field', () => {
    const worker = new Worker(module, { ...configuration, rulez: [] });
    same([worker.configured, worker.log], [false, ['countersign: configuration: rulez: is not a known field']]);
  });
  await report.check('counts are told on a tick, not with requests', () => {
    const worker = fetched();
    for (let n = 0; n < 5; n += 1) worker.headers(worker.open(request([bearer(token())])));
    same(worker.metrics.get('countersign_corp_accepted'), undefined);
    worker.tick(500);
    same(worker.metrics.get('countersign_corp_accepted').count, 5);
  });
}

async function presets(report, module) {
  const rsa = makeKey('p1', 'RS256');
  const issuer = 'https://auth.acme.test';
  const provider = { preset: 'propelauth', auth_url: issuer, api_key: 'the key', jwks: { cluster: 'backend' } };
  const paToken = (more) => sign(rsa, { iss: issuer, iat: seconds, exp: seconds + 600, ...propelauthUser(more) });
  const started = (require) => {
    const worker = new Worker(module, { providers: { pa: provider }, rules: [{ match: { prefix: '/' }, require }] });
    worker.tick();
    worker.answer(worker.calls[0], 200, JSON.stringify({ verifier_key_pem: pem(rsa) }));
    return worker;
  };
  const judged = (worker, text) => {
    const context = worker.open(request([bearer(text)]));
    return worker.headers(context) === 'continue' ? 'passes' : context.answer.json.code;
  };
  await report.check('a verifier key is fetched with the API key, which goes nowhere else', () => {
    const worker = started('pa');
    const [{ cluster, headers }] = worker.calls;
    same([cluster, headers[':authority'], headers[':path']], ['backend', 'propelauth-api.com', '/api/v1/token_verification_metadata']);
    same([headers.authorization, headers['x-propelauth-url']], ['Bearer the key', 'auth.acme.test']);
    same([judged(worker, paToken()), judged(worker, `${paToken().slice(0, -6)}AAAAAA`)], ['passes', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED']);
    const told = JSON.stringify([...worker.shared.values].map(([name, { value }]) => [name, value.toString()])) + worker.log.join();
    holds(!told.includes('the key'), 'the key is in the shared store or the log');
  });
  await report.check('an organization is demanded, and so is what is held in it', () => {
    const member = started({ provider: 'pa', org: 'org_1' });
    same(['org_1', 'org_2'].map((org) => judged(member, paToken({ org }))), ['passes', 'ERR_FORBIDDEN']);
    const rights = started({ provider: 'pa', org: 'org_1', roles: ['Admin'], permissions: ['read'] });
    same(judged(rights, paToken({ permissions: ['read'] })), 'passes');
    for (const more of [{}, { role: 'Guest', inherited: ['Guest'], permissions: ['read'] }, { org: 'org_2', permissions: ['read'] }]) {
      same(judged(rights, paToken(more)), 'ERR_FORBIDDEN');
    }
  });
  await report.check('an organization that no token names is refused when the configuration is read', () => {
    const worker = new Worker(module, { ...configuration, rules: [{ match: { prefix: '/' }, require: { provider: 'corp', org: 'o' } }] });
    same([worker.configured, worker.log], [false, ["countersign: configuration: rules[0].require.org: is nothing that the verifier's tokens name"]]);
  });
}
