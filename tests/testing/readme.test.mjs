/** The JavaScript in the READMEs, each block run as it stands. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createVerifier, createWebhookVerifier, CountersignError } from 'countersign';
import { createIssuer, signWebhook } from 'countersign/testing';

const issuer = await createIssuer({ algorithm: 'ES256', issuer: 'https://id.example', claims: { aud: 'api', sub: 'alice', roles: ['admin'] } });
const userIssuer = await createIssuer({ algorithm: 'EdDSA', issuer: 'https://api.hellojohn.dev', claims: { aud: 'tnt_1', tenant_id: 'tnt_1', sub: 'usr_1', email: 'ada@example.com', role: 'admin' } });
const token = await issuer.sign();

/** The net, as the blocks see it: both issuers' endpoints, and one page of users. */
async function fetch(input, init) {
  const { url } = input;
  if (url.includes('/v1/users')) return Response.json({ data: [{ id: 'usr_1', email: 'ada@example.com' }], has_more: false });
  return url.startsWith(issuer.issuer) ? issuer.fetch(input, init) : Response.json(userIssuer.jwks());
}

/** A store with the methods of KV, of the Cache API and of Redis. */
function store() {
  const values = new Map();
  const set = async (name, value) => void values.set(name, value);
  const get = async (name, type) => (type === 'json' ? JSON.parse(values.get(name)) : values.get(name));
  return { set, put: set, get, match: get };
}

/** What a block may use without declaring it: what the text around it speaks of. */
async function surroundings(block) {
  const scheme = block.includes("'stripe'") ? 'stripe' : 'standard';
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const { body, headers } = await signWebhook(scheme, { secret, body: { type: 'ping' } });
  const isWebhook = block.includes('createWebhookVerifier');
  const bearer = { authorization: `Bearer ${block.includes('hellojohn(') ? await userIssuer.sign() : token}` };
  return {
    request: isWebhook ? new Request('https://hooks.example/', { method: 'POST', headers, body }) : new Request('https://api.example/', { headers: bearer }),
    token: bearer.authorization.slice(7),
    verifier: createVerifier({ issuer: issuer.issuer, audience: 'api', rolesClaim: 'roles', fetch: issuer.fetch }),
    webhooks: createWebhookVerifier({ scheme, secrets: secret }),
    env: { SECRET: secret, HJ_SECRET_KEY: 'sk_live_1', KEYS: store(), CLAIMS: { idFromName() {}, get() {} } },
    process: { env: { HJ_SECRET_KEY: 'sk_live_1' } },
    console: { log() {}, table() {} },
    app: { get() {}, post() {} },
    caches: { default: store() },
    client: async () => 'OK',
    current: secret,
    previous: secret,
    secrets: secret,
    rawBody: body,
    redis: store(),
    url: 'https://api.example/keys',
    scheme,
    headers,
    CountersignError,
  };
}

const AsyncFunction = (async () => {}).constructor;

/** Runs a block as a function, whose parameters are what is around it; its imports are its own. */
async function run(block) {
  const code = block
    .replaceAll(/^import (\w+) from (.*)$/gm, 'const { default: $1 } = await import($2)')
    .replaceAll(/^import (\{.*\}) from (.*)$/gm, 'const $1 = await import($2)')
    .replaceAll(/^export default /gm, 'const exported = ');
  const given = await surroundings(block);
  // A function of its own, as what a block declares may bear the name of what is around it.
  const body = `return (async () => {\n${code}\n})()`;
  const names = Object.keys(given);
  await new AsyncFunction(...names, body)(...names.map((name) => given[name]));
}

for (const file of ['README.md', 'README-of-repository.md']) {
  const blocks = [...readFileSync(file, 'utf8').matchAll(/^```js\n([^]*?)^```/gm)].map(([, block]) => block);
  test(`${file} has blocks`, () => assert.ok(blocks.length >= 5));
  for (const block of blocks.filter((one) => !one.includes("'node:test'"))) {
    test(`${file}: ${block.split('\n').find((line) => !line.startsWith('import') && line !== '')}`, async () => {
      const before = globalThis.fetch;
      globalThis.fetch = fetch;
      try {
        await run(block);
      } finally {
        globalThis.fetch = before;
      }
    });
  }
}
