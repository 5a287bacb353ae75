/** A folder with a copy of the cases next to the installed package, as a user's project has it. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { environment, install } from '../../scripts/lib/suites.mjs';
import { root, target } from '../../scripts/lib/tree.mjs';
import { joseTokens } from './jose-tokens.mjs';

const named = { ...environment, ...process.env };
const own = join(root, 'tests/js');

export const installed = named.COUNTERSIGN_INSTALLED;
export const staged = join(target, 'tests-js');
export const nodeTools = named.COUNTERSIGN_NODE_TOOLS;
/** Resolves the tools of scripts/node. */
export const tool = createRequire(join(nodeTools, 'package.json'));

/** Lays `project` out anew. `copy`: for tools that do not follow links out of a project. */
export async function stage(project = staged, { copy = false } = {}) {
  if (process.env.COUNTERSIGN_INSTALLED === undefined) install();
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  const modules = join(installed, 'node_modules');
  if (copy) cpSync(modules, join(project, 'node_modules'), { recursive: true });
  else symlinkSync(modules, join(project, 'node_modules'));
  for (const folder of ['suite', 'runners', 'node']) {
    if (existsSync(join(own, folder))) cpSync(join(own, folder), join(project, folder), { recursive: true });
  }
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  writeFileSync(join(project, 'fixtures.mjs'), `export default ${JSON.stringify(await fixtures())};\n`);
}

async function fixtures() {
  const json = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
  const keys = json('tests/js/fixtures/keys.json');
  return {
    keys,
    vendors: json('tests/js/fixtures/vendors.json'),
    hellojohn: {
      tokens: json('src/providers/hellojohn/fixtures/tokens.json'),
      webhooks: json('src/providers/hellojohn/fixtures/webhooks.json'),
    },
    contracts: Object.fromEntries(
      ['justauthenticateme', 'nicelogin', 'oidc'].map((id) => [id, json(`src/providers/${id}/fixtures/contract.json`)]),
    ),
    propelauth: {
      contract: json('src/providers/propelauth/fixtures/contract.json'),
      tokens: { ...json('src/providers/propelauth/fixtures/tokens.json'), privateKey: undefined },
    },
    jose: await joseTokens(tool, keys),
  };
}
