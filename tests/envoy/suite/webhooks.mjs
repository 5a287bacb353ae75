// Webhook routes: signatures over streamed bodies, and how large they may be.
import { createHmac } from 'node:crypto';
import { bootstrap, cluster, filter, listener } from '../../../scripts/envoy/bootstrap.mjs';
import { startEnvoy } from '../../../scripts/envoy/server.mjs';
import { ask, askRaw } from '../lib/http.mjs';
import { now } from '../lib/issuer.mjs';
import { answers, holds, same } from '../lib/trial.mjs';

const secret = 'a webhook secret of the tests';
const limit = 64 * 1024;

const configuration = {
  rules: [
    { match: { exact: '/hj' }, webhook: { scheme: 'hellojohn', secrets: ['another', secret], tolerance_s: 300, max_body_bytes: limit } },
    { match: { exact: '/github' }, webhook: { scheme: 'github', secrets: [secret], max_body_bytes: limit } },
    { match: { exact: '/large' }, webhook: { scheme: 'github', secrets: secret, max_body_bytes: 4 << 20 } },
    {
      match: { exact: '/own' },
      webhook: { scheme: { signature_header: 'x-signature', timestamp_header: 'x-time', signed_content: '{timestamp}.{body}', encoding: 'hex', signature_prefix: 'v1=' }, secrets: [secret] },
    },
  ],
  forward: { claim_headers: { sub: 'x-user-id' } },
};

const hmac = (text) => createHmac('sha256', secret).update(text).digest('hex');
const github = (body) => [['x-hub-signature-256', `sha256=${hmac(body)}`]];
const hellojohn = (body, at = now()) => [['x-hellojohn-timestamp', `${at}`], ['x-hellojohn-signature', `v1=${hmac(`${at}.${body}`)}`]];
const post = (port, path, body, headers, more = {}) => ask(port, path, { method: 'POST', body, headers, ...more });

export async function webhooks(report, service) {
  const more = { listener: { per_connection_buffer_limit_bytes: 8 << 20 } };
  const envoy = await startEnvoy(bootstrap([listener('main', [filter(configuration)], more)], [cluster('service', service.port)]));
  const port = envoy.ports.main;
  await verdicts(report, port, service);
  await sizes(report, port, service);
  await spoofed(report, port);
}

async function verdicts(report, port, service) {
  const body = JSON.stringify({ id: 'evt_1', type: 'user.created', data: {} });
  await report.check('a signed delivery passes whole', async () => {
    const answer = await post(port, '/hj', body, hellojohn(body));
    answers(answer, 200);
    same(answer.json.length, body.length);
  });
  await report.check("a scheme of one's own works", async () => {
    const at = `${now()}`;
    answers(await post(port, '/own', 'text', [['x-time', at], ['x-signature', `v1=${hmac(`${at}.text`)}`]]), 200);
  });
  await report.check('a forged delivery never reaches the service', async () => {
    const before = service.seen;
    const refused = [
      [body, [], 'ERR_WEBHOOK_HEADER_MISSING'],
      [body, hellojohn(`${body} `), 'ERR_WEBHOOK_SIGNATURE_INVALID'],
      [body, hellojohn(body, now() - 400), 'ERR_WEBHOOK_TIMESTAMP_EXPIRED'],
      [body, hellojohn(body, now() + 400), 'ERR_WEBHOOK_TIMESTAMP_FUTURE'],
      [body, [...hellojohn(body), ...hellojohn(body)], 'ERR_WEBHOOK_HEADER_DUPLICATE'],
      [body, [['x-hellojohn-timestamp', '1e9'], hellojohn(body)[1]], 'ERR_WEBHOOK_TIMESTAMP_INVALID'],
      ['[]', hellojohn('[]'), 'ERR_WEBHOOK_PAYLOAD_INVALID'],
    ];
    for (const [sent, headers, code] of refused) {
      const answer = await post(port, '/hj', sent, headers);
      answers(answer, 400, code);
      same(answer.headers['www-authenticate'], undefined);
    }
    same(service.seen, before);
  });
  await report.check('a body is judged as it came, in any pieces', async () => {
    const pieces = ['{"id":1', ',"type":', '"a"', '}'];
    const whole = pieces.join('');
    answers(await post(port, '/hj', undefined, hellojohn(whole), { chunks: pieces }), 200);
    answers(await post(port, '/hj', undefined, hellojohn(whole), { chunks: pieces.slice(1) }), 400, 'ERR_WEBHOOK_SIGNATURE_INVALID');
    answers(await post(port, '/github', undefined, github('x'), { chunks: ['x'], trailers: { 'x-trailer': '1' } }), 200);
  });
  await report.check('no body at all is a body too', async () => {
    answers(await ask(port, '/github', { method: 'POST', headers: github('') }), 200);
    answers(await ask(port, '/github', { headers: github('') }), 200);
    answers(await ask(port, '/github', { headers: github('x') }), 400, 'ERR_WEBHOOK_SIGNATURE_INVALID');
  });
}

async function sizes(report, port, service) {
  for (const [name, cut] of [['fixed', (body) => ({ body })], ['chunked', chunked]]) {
    for (const [size, status, code] of [[limit - 1, 200], [limit, 200], [limit + 1, 413, 'ERR_WEBHOOK_TOO_LARGE']]) {
      await report.check(`a body of ${size - limit} around the limit, ${name}`, async () => {
        const body = 'x'.repeat(size);
        const before = service.seen;
        const { body: fixed, chunks } = cut(body);
        answers(await post(port, '/github', fixed, github(body), { chunks }), status, code);
        same(service.seen - before, status === 200 ? 1 : 0);
      });
    }
  }
  await report.check('two MiB pass where they may', async () => {
    const body = 'y'.repeat(2 << 20);
    const answer = await post(port, '/large', undefined, github(body), chunked(body));
    answers(answer, 200);
    same(answer.json.length, 2 << 20);
  });
  await report.check('a declared length that is too large needs no body', async () => {
    const head = `POST /github HTTP/1.1\r\nhost: a\r\n${github('').map((pair) => pair.join(': ')).join('\r\n')}\r\ncontent-length: 99999999\r\n\r\n`;
    const { status } = await askRaw(port, head, { wait: 2_000 });
    same(status, 413);
  });
}

function chunked(body) {
  const chunks = [];
  for (let at = 0; at < body.length; at += 10_000) chunks.push(body.slice(at, at + 10_000));
  return { chunks };
}

async function spoofed(report, port) {
  await report.check("nobody can send the filter's headers with a webhook", async () => {
    const answer = await post(port, '/github', 'x', [...github('x'), ['x-user-id', 'root'], ['x_user_id', 'root']]);
    answers(answer, 200);
    holds(!answer.text.includes('root'), answer.text);
  });
}
