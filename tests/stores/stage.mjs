// A folder below target/ with the cases, Redis's clients and the packed package.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { environment, install } from '../../scripts/lib/suites.mjs';
import { root, run, step, target, write } from '../../scripts/lib/tree.mjs';

const own = join(root, 'tests/stores');
const named = { ...environment, ...process.env };

export const staged = join(target, 'tests-stores');

/** Gives what the checks share: an issuer, and how to sign. */
export async function stage() {
  if (process.env.COUNTERSIGN_INSTALLED === undefined) install();
  installClients();
  const modules = join(staged, 'node_modules');
  // What an earlier run claimed is claimed still.
  rmSync(join(staged, 'worker'), { recursive: true, force: true });
  for (const folder of [modules, join(staged, 'worker/node_modules')]) {
    rmSync(join(folder, 'countersign'), { recursive: true, force: true });
    cpSync(join(named.COUNTERSIGN_INSTALLED, 'node_modules/countersign'), join(folder, 'countersign'), { recursive: true });
  }
  for (const part of ['node.mjs', 'worker-checks.mjs', 'worker']) cpSync(join(own, part), join(staged, part), { recursive: true });

  const { createIssuer, signWebhook } = await import(pathToFileURL(join(modules, 'countersign/dist/testing.js')));
  const issuer = await createIssuer({ algorithm: 'EdDSA', issuer: 'https://id.example', claims: { aud: 'api', sub: 'alice' } });
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const config = { issuer: issuer.issuer, jwksUri: issuer.jwksUri, jwks: issuer.jwks(), secret };
  write(join(staged, 'worker/config.js'), `export default ${JSON.stringify(config)};\n`);
  let delivered = 0;
  const sign = (scheme = 'standard') => signWebhook(scheme, { body: { type: 'ping', n: (delivered += 1) }, secret, id: `msg_${delivered}` });
  return { issuer, secret, sign };
}

/** Once for each state of the lock file. */
function installClients() {
  const lock = readFileSync(join(own, 'package-lock.json'), 'utf8');
  const stamp = join(staged, 'stamp');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  mkdirSync(staged, { recursive: true });
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) cpSync(join(own, file), join(staged, file));
  step("Install Redis's clients (npm ci: ioredis, redis)", () =>
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: staged }),
  );
  write(stamp, lock);
}
