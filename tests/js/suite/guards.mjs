/** Guards for fetch handlers: what of them holds in every runtime. */
import { mint, options } from './tokens.mjs';

const context = { waitUntil() {}, passThroughOnException() {} };
const handler = (request, env, ctx, auth) => Response.json({ sub: auth?.payload?.sub ?? null });

const request = (token) => new Request('https://api.example/', { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });

/** Runs the guard and gives the answer's status, with the code of a refusal. */
async function answer(guarded, token) {
  const response = await guarded(request(token), {}, context);
  const body = await response.json();
  return [response.status, body.code ?? body.sub];
}

export const cases = [
  {
    name: 'guards let the right ones through',
    async run(t) {
      const { protect } = t.workers;
      const access = { rolesClaim: 'realm.roles', permissionsClaim: 'perms', scopesClaim: 'scope' };
      const verifier = t.countersign.createVerifier(options(t.fixtures, 'EdDSA', access));
      const plain = await mint(t.fixtures, 'EdDSA');
      const admin = await mint(t.fixtures, 'EdDSA', { realm: { roles: ['admin'] }, perms: ['a', 'b'], scope: 'read write' });
      const rows = [
        ['a token', {}, plain, [200, 'user-1']],
        ['no token', {}, undefined, [401, 'ERR_TOKEN_MISSING']],
        ['a bad token', {}, 'x', [401, 'ERR_JWT_INVALID']],
        ['optional, none', { optional: true }, undefined, [200, null]],
        ['optional, a bad one', { optional: true }, 'x', [401, 'ERR_JWT_INVALID']],
        ['a role', { roles: ['admin', 'owner'] }, admin, [200, 'user-1']],
        ['another role', { roles: ['owner'] }, admin, [403, 'ERR_FORBIDDEN']],
        ['no roles', { roles: ['admin'] }, plain, [403, 'ERR_FORBIDDEN']],
        ['all permissions', { permissions: ['a', 'b'] }, admin, [200, 'user-1']],
        ['not all permissions', { permissions: ['a', 'c'] }, admin, [403, 'ERR_FORBIDDEN']],
        ['scopes', { scopes: ['read', 'write'] }, admin, [200, 'user-1']],
        ['not all scopes', { scopes: ['read', 'delete'] }, admin, [403, 'ERR_FORBIDDEN']],
        ['a check', { check: (auth) => auth.payload.sub === 'user-1' }, plain, [200, 'user-1']],
        ['a check that fails', { check: async () => false }, plain, [403, 'ERR_FORBIDDEN']],
        ['a check that gives something', { check: () => 'yes' }, plain, [403, 'ERR_FORBIDDEN']],
        ['a token from elsewhere', { token: () => plain }, undefined, [200, 'user-1']],
        ['a token from elsewhere, later', { token: async () => plain }, undefined, [200, 'user-1']],
        ['none from elsewhere, later', { token: async () => undefined }, plain, [401, 'ERR_TOKEN_MISSING']],
        ['none from elsewhere', { token: () => undefined }, plain, [401, 'ERR_TOKEN_MISSING']],
      ];
      for (const [label, demands, token, expected] of rows) {
        const seen = await t.verdict(label, 'ok', () => answer(protect(verifier, demands)(handler), token));
        t.equal(seen, expected, label);
      }
      const refused = await protect(verifier)(handler)(request(), {}, context);
      t.equal(refused.headers.get('www-authenticate'), 'Bearer', 'challenge');
    },
  },
  {
    name: 'guards with demands that cannot be met are refused at once',
    async run(t) {
      const { protect } = t.workers;
      const verifier = t.countersign.createVerifier(options(t.fixtures, 'EdDSA', { rolesClaim: 'roles' }));
      const wrong = {
        'no roles': { roles: [] },
        'roles text': { roles: 'admin' },
        'permissions without a claim': { permissions: ['a'] },
        'scopes without a claim': { scopes: ['a'] },
        'an unknown name': { role: 'admin' },
        'optional text': { optional: 'yes' },
        'check text': { check: 'x' },
      };
      for (const [label, demands] of Object.entries(wrong)) {
        await t.verdict(label, 'ERR_CONFIG_INVALID', () => protect(verifier, demands)(handler));
      }
      for (const [label, value] of Object.entries({ undefined: undefined, null: null, text: 'x', 'an object': {}, 'a webhook verifier': t.countersign.createWebhookVerifier({ scheme: 'stripe', secrets: 'x' }) })) {
        await t.verdict(`verifier ${label}`, 'ERR_CONFIG_INVALID', () => protect(value)(handler));
      }
    },
  },
  {
    name: 'guards demand an organization',
    async run(t) {
      const { protect } = t.workers;
      const { clock, verifierKey, issuer, tokens } = t.fixtures.propelauth.tokens;
      const metadata = { verifierKey, issuer };
      const members = t.propelauth.propelauth({ authUrl: issuer, tokenVerificationMetadata: metadata, currentDate: new Date(clock * 1000) });
      const org = '0c1f7a2e-8f41-4f0e-9a53-5d3c1b7e9a01';
      const named = (request, env, ctx, user) => Response.json({ sub: user.userId });
      const rows = [
        ['a member', { org }, [200, undefined]],
        ['no member', { org: '9a7b5e10-3f7d-4b7c-8c52-2f6c0d4e8b99' }, [403, 'ERR_FORBIDDEN']],
        ['a role in it', { org, roles: ['Owner', 'Admin'] }, [200, undefined]],
        ['a role that the member has by a higher one', { org, roles: ['Member'] }, [200, undefined]],
        ['a higher role', { org, roles: ['Owner'] }, [403, 'ERR_FORBIDDEN']],
        ['a permission that nobody has', { org, permissions: ['no::such'] }, [403, 'ERR_FORBIDDEN']],
      ];
      for (const [label, demands, [status, code]] of rows) {
        const response = await t.verdict(label, 'ok', () => protect(members, demands)(named)(request(tokens['PA-1']), {}, context));
        t.equal([response.status, (await response.json()).code], [status, code], label);
      }
      const plain = t.countersign.createVerifier(options(t.fixtures, 'EdDSA', { rolesClaim: 'roles' }));
      const wrong = {
        'an organization that no token names': [plain, { org }],
        'no organization': [members, { roles: ['Admin'] }],
        'an empty organization': [members, { org: '' }],
        'a number': [members, { org: 1 }],
        'scopes of members': [members, { org, scopes: ['a'] }],
      };
      for (const [label, [verifier, demands]] of Object.entries(wrong)) {
        await t.verdict(label, 'ERR_CONFIG_INVALID', () => protect(verifier, demands)(named));
      }
    },
  },
  {
    name: 'guards of webhooks',
    async run(t) {
      const [sample] = t.fixtures.vendors.deliveries;
      const replayStore = t.countersign.memoryReplayStore();
      const verifier = t.countersign.createWebhookVerifier({ scheme: 'standard', secrets: sample.secrets, currentDate: new Date(sample.clock * 1000), replayStore });
      const deliver = (handle, body = sample.body) =>
        t.workers.webhook(verifier, handle)(new Request('https://hooks.example/', { method: 'POST', headers: sample.headers, body }), {}, context);
      t.equal((await deliver(() => {}, '{}')).status, 400, 'a forged one');
      await t.verdict('a handler that throws', 'UNTYPED RangeError', () => deliver(() => { throw new RangeError('no'); }));
      const response = await t.verdict('again', 'ok', () => deliver((event) => void t.equal(event.json().test, 2432232314, 'event')));
      t.equal([response.status, await response.json()], [200, { received: true }], 'answer');
      t.equal((await deliver(() => {})).status, 409, 'a replay');
      const broken = { claim: () => true, release: () => Promise.reject(new TypeError('store down')) };
      const failing = t.countersign.createWebhookVerifier({ scheme: 'standard', secrets: sample.secrets, currentDate: new Date(sample.clock * 1000), replayStore: broken });
      const post = new Request('https://hooks.example/', { method: 'POST', headers: sample.headers, body: sample.body });
      const guarded = t.workers.webhook(failing, () => { throw new RangeError('no'); });
      await t.verdict("the handler's error, where the store fails as well", 'UNTYPED RangeError', () => guarded(post, {}, context));
    },
  },
];
