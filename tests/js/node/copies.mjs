/** The ECMAScript and the CommonJS copy of the package side by side. */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as inline from 'countersign/inline';
import { mint, options } from '../suite/tokens.mjs';

const require = createRequire(import.meta.url);
const folder = join(dirname(require.resolve('countersign/package.json')), 'dist');
const copy = { countersign: require(join(folder, 'index.cjs')), hellojohn: require(join(folder, 'hellojohn.cjs')), workers: require(join(folder, 'workers.cjs')) };

const thrown = (action) => {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

export const cases = [
  {
    name: 'copies, every entry shares one core, imported, required and by its CommonJS file',
    async run(t) {
      const script = new URL('every-entry.mjs', import.meta.url).pathname;
      const { entries, ...seen } = JSON.parse(execFileSync(process.execPath, ['--no-warnings', script], { encoding: 'utf8' }));
      t.ok(entries >= 4, `${entries} entries`);
      t.equal(seen, { cores: 1, different: [] }, 'cores, and what differs');
    },
  },
  {
    name: 'copies, require gives the instance that import gives',
    async run(t) {
      t.ok(require('countersign').createVerifier === t.countersign.createVerifier, 'the root entry');
      t.ok(require('countersign/hellojohn').hellojohn === t.hellojohn.hellojohn, 'countersign/hellojohn');
      t.ok(inline.CountersignError === t.countersign.CountersignError, 'error classes of countersign/inline');
      t.ok(copy.countersign.createVerifier !== t.countersign.createVerifier, 'the CommonJS copy is another one');
    },
  },
  {
    name: 'copies, errors are known to each other by instanceof',
    async run(t) {
      const makers = { esm: t, cjs: copy, inline: { countersign: inline, hellojohn: t.hellojohn } };
      for (const [name, one] of Object.entries(makers)) {
        const refused = thrown(() => one.countersign.createVerifier(options(t.fixtures)).verifySync('x'));
        const wrong = thrown(() => one.countersign.createVerifier({}));
        const provider = thrown(() => one.hellojohn.hellojohn({ tenantId: 't', jwks: t.fixtures.hellojohn.tokens.jwks }).verifyTokenSync('x'));
        for (const [other, two] of Object.entries(makers)) {
          const { CountersignError, TokenError, ConfigError, KeyError } = two.countersign;
          const { HelloJohnError, InvalidTokenError, PermissionError } = two.hellojohn;
          t.ok(refused instanceof CountersignError && refused instanceof TokenError && !(refused instanceof ConfigError) && !(refused instanceof KeyError), `a token error of ${name} in ${other}`);
          t.ok(wrong instanceof ConfigError && !(wrong instanceof TokenError), `a configuration error of ${name} in ${other}`);
          t.ok(provider instanceof HelloJohnError && provider instanceof InvalidTokenError && provider instanceof TokenError && !(provider instanceof PermissionError), `a provider's error of ${name} in ${other}`);
          t.ok(!(refused instanceof HelloJohnError), `a plain error of ${name} is none of the provider's in ${other}`);
        }
      }
    },
  },
  {
    name: 'copies, guards take a verifier of the other',
    async run(t) {
      const token = await mint(t.fixtures, 'EdDSA');
      const request = new Request('https://api.example/', { headers: { authorization: `Bearer ${token}` } });
      for (const [guard, made] of [[t.workers, copy.countersign], [copy.workers, t.countersign]]) {
        const guarded = guard.protect(made.createVerifier(options(t.fixtures)))(() => new Response('in'));
        t.equal(await (await guarded(request.clone(), {}, { waitUntil() {} })).text(), 'in', 'answer');
      }
    },
  },
];
