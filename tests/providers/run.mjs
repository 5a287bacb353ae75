// Compares this package with the providers' own SDKs; see README.md.
//   node tests/providers/run.mjs                all providers
//   node tests/providers/run.mjs nicelogin      only this one
//   node tests/providers/run.mjs --record       what the published packages do, written anew
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { install, installed } from '../../scripts/lib/suites.mjs';
import { main, root, target } from '../../scripts/lib/tree.mjs';
import { start, withPrograms } from '../../scripts/demo/processes.mjs';
import { compare } from './compare.mjs';

const folder = join(root, 'tests/providers');
const [record, ...wanted] = process.argv.includes('--record') ? [true, ...names()] : [false, ...names()];
const hasOwnRunner = (name) => existsSync(join(folder, name, 'run.mjs'));
const asked = readdirSync(folder).filter((name) => wanted.length === 0 || wanted.includes(name));
const providers = asked.filter((name) => existsSync(join(folder, name, 'cases.mjs')) && !hasOwnRunner(name));
/** Those whose SDKs are more than a list of calls bring a program of their own. */
const withOwnRunner = asked.filter(hasOwnRunner);

function names() {
  return process.argv.slice(2).filter((name) => !name.startsWith('--'));
}

await main(() =>
  withPrograms(async () => {
    if (process.env.COUNTERSIGN_INSTALLED === undefined) install();
    const total = { passed: 0, failed: 0 };
    for (const name of providers) {
      const emulator = await startEmulator(name);
      const { cases } = await import(pathToFileURL(join(folder, name, 'cases.mjs')));
      const sdk = await import(pathToFileURL(join(process.env.COUNTERSIGN_INSTALLED ?? installed, `node_modules/countersign/dist/${name}.js`)));
      const result = await compare({ name, folder: join(folder, name), cases, sdk, emulator, record });
      total.passed += result.passed;
      total.failed += result.failed;
    }
    for (const name of withOwnRunner) {
      const { status } = spawnSync(process.execPath, [join(folder, name, 'run.mjs')], { stdio: 'inherit' });
      total[status === 0 ? 'passed' : 'failed'] += 1;
    }
    console.log(`\n${total.passed} passed, ${total.failed} failed`);
    process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
  }),
);

async function startEmulator(name) {
  const program = process.env.COUNTERSIGN_EMULATOR ?? join(target, 'debug/emulator');
  const parameters = ['--port', '0', '--seed', 'providers', '--exit-with-stdin'];
  const { value } = await start('emulator', program, parameters, {
    ready: (line) => (/^\{.*"ready":true/.test(line) ? JSON.parse(line) : undefined),
  });
  const control = async (method, path, body) => {
    const answer = await fetch(`${value.url}/__emulator/${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    ready: value.provider[name],
    /** A control of this provider. */
    control: (path, body) => control('POST', `${name}/${path}`, body),
    read: (path) => control('GET', `${name}/${path}`),
    mint: async (order) => (await control('POST', `${name}/mint`, order)).token,
    reset: () => control('POST', 'reset'),
    fault: (fault) => control('POST', 'faults', { fault }),
    /** The same for one endpoint of JustAuthenticateMe's app. */
    faultAt: (path, fault) => control('POST', 'faults', { match: { path: `/${value.provider.justauthenticateme.app_id}${path}` }, fault }),
  };
}
