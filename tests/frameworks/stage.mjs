// A folder below target/ with the fixtures, the frameworks and the packed package, as in a user's project.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { environment, install } from '../../scripts/lib/suites.mjs';
import { root, run, step, target, write } from '../../scripts/lib/tree.mjs';

const own = join(root, 'tests/frameworks');
const named = { ...environment, ...process.env };

export const staged = join(target, 'tests-frameworks');

/** Gives what the checks need to know: tokens, and how to sign a delivery. */
export async function stage() {
  if (process.env.COUNTERSIGN_INSTALLED === undefined) install();
  installFrameworks();
  const modules = join(staged, 'node_modules');
  rmSync(join(modules, 'countersign'), { recursive: true, force: true });
  cpSync(join(named.COUNTERSIGN_INSTALLED, 'node_modules/countersign'), join(modules, 'countersign'), { recursive: true });
  cpSync(join(own, 'fixture'), staged, { recursive: true });

  const { createIssuer, signWebhook } = await import(pathToFileURL(join(modules, 'countersign/dist/testing.js')));
  const issuer = await createIssuer({ algorithm: 'EdDSA', issuer: 'https://id.example', claims: { aud: 'api', sub: 'alice' } });
  const webhookSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const config = { issuer: issuer.issuer, jwks: issuer.jwks(), tenantId: 'tnt_1', webhookSecret };
  write(join(staged, 'config.mjs'), `export default ${JSON.stringify(config)};\n`);
  let delivered = 0;
  const sign = (body, scheme = 'standard') => signWebhook(scheme, { body, secret: webhookSecret, id: `msg_${(delivered += 1)}` });
  return { config, tokens: await tokensOf(issuer, await createIssuer({ algorithm: 'EdDSA', issuer: issuer.issuer })), sign };
}

async function tokensOf(issuer, stranger) {
  const user = { aud: 'tnt_1', tenant_id: 'tnt_1', sub: 'usr_1', email: 'ada@example.com', role: 'admin' };
  const claims = {
    good: {},
    expired: { exp: Math.floor(Date.now() / 1000) - 60 },
    admin: { sub: 'ada', roles: ['admin'], permissions: ['export', 'read', 'write'], scope: 'profile reports' },
    reader: { sub: 'ada', permissions: ['read'], scope: 'reports' },
    hellojohn: user,
    hellojohnMember: { ...user, role: 'user' },
    hellojohnStranger: { ...user, aud: 'tnt_2', tenant_id: 'tnt_2' },
  };
  const signed = Object.entries(claims).map(async ([name, one]) => [name, await issuer.sign(one)]);
  return { ...Object.fromEntries(await Promise.all(signed)), forged: await stranger.sign({ aud: 'api', sub: 'alice' }) };
}

/** Once for each state of the lock file. */
function installFrameworks() {
  const lock = readFileSync(join(own, 'package-lock.json'), 'utf8');
  const stamp = join(staged, 'stamp');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  mkdirSync(staged, { recursive: true });
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) cpSync(join(own, file), join(staged, file));
  step('Install the frameworks (npm ci: express, fastify, hono, koa, next)', () =>
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: staged }),
  );
  write(stamp, lock);
}
