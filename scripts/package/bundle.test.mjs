import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundle } from './bundle.mjs';
import { graphOf } from './graph.mjs';

/** A façade in small: `index` and `guard` are bound to the core, `kit` is not. */
const modules = new Map(
  Object.entries({
    'index.js': `export { Failure } from './errors.js';\nexport { verify } from './verifier.js';\nexport { receive } from './webhook.js';\n`,
    'guard.js': `import { verify } from './verifier.js';\nimport { look } from './look.js';\nexport * from './guard-errors.js';\nexport const guard = () => look(verify());\n`,
    'other-guard.js': `import { look } from './look.js';\nexport const other = () => look(1);\n`,
    'kit.js': `import { Failure } from './errors.js';\nimport { part } from './kit-part.js';\nexport const kit = () => part(Failure);\n`,
    'verifier.js': `import { enter } from './wasm.js';\nimport { claims } from './claims.js';\nexport const verify = () => claims(enter());\n`,
    'webhook.js': `import { enter } from './wasm.js';\nexport const receive = () => enter();\n`,
    'claims.js': `import { enter } from './wasm.js';\nexport const claims = (one) => [one, enter()];\n`,
    'look.js': `import { enter } from './wasm.js';\nexport const look = (one) => [one, enter()];\n`,
    'wasm.js': `import * as core from '#core';\nimport { Failure } from './errors.js';\nexport const enter = () => core.run(Failure);\n`,
    'errors.js': `export class Failure extends Error {}\n`,
    'guard-errors.js': `import { Failure } from './errors.js';\nexport class GuardFailure extends Failure {}\n`,
    'kit-part.js': `export const part = (one) => one;\n`,
    'cli/main.js': `import '../index.js';\n`,
  }),
);
const entries = ['index', 'guard', 'other-guard', 'kit'];
const bundled = (given = modules, names = entries) => bundle(given, graphOf(given, names));
const importsOf = (text) => [...new Set([...text.matchAll(/from "([^"]+)"/g)].map((match) => match[1]))].sort();

test('modules that several entries need are in few files', async () => {
  const files = [...(await bundled()).keys()].sort();
  const expected = ['border.js', 'cli/main.js', 'common.js', 'guard-errors.js', 'guard.js', 'index.js', 'kit.js', 'other-guard.js', 'shared.js', 'verifier.js', 'webhook.js'];
  assert.deepEqual(files, expected);
});

test('every file imports what another one has, and the core has one place', async () => {
  const files = await bundled();
  const of = (name) => importsOf(files.get(name));
  assert.deepEqual(of('index.js'), ['./common.js', './verifier.js', './webhook.js']);
  assert.deepEqual(of('guard.js'), ['./guard-errors.js', './shared.js', './verifier.js']);
  assert.deepEqual(of('verifier.js'), ['./border.js']);
  assert.deepEqual([...files].filter(([, text]) => importsOf(text).includes('#core')).map(([name]) => name), ['border.js']);
});

test('an entry that does not reach the core imports nothing that does', async () => {
  assert.deepEqual(importsOf((await bundled()).get('kit.js')), ['./common.js']);
});

test('each class stands in one file', async () => {
  const texts = [...(await bundled()).values()].join('');
  for (const name of ['Failure', 'GuardFailure']) assert.equal(texts.split(new RegExp(`\\b(?:var|class) ${name}\\b`)).length, 2, name);
});

test('the command line is left as it is', async () => {
  assert.equal((await bundled()).get('cli/main.js'), modules.get('cli/main.js'));
});

test('a name that packaging takes, or that two modules of a file export, is refused', async () => {
  await assert.rejects(bundled(new Map([...modules, ['border.js', '']])), /border\.js: this name belongs to packaging/);
  const twice = new Map([...modules, ['look.js', `${modules.get('look.js')}export const same = 1;\n`], ['look-too.js', `import { enter } from './wasm.js';\nexport const same = enter;\n`]]);
  for (const name of ['guard.js', 'other-guard.js']) twice.set(name, `${twice.get(name)}export { same as ${name[0]} } from './look-too.js';\n`);
  await assert.rejects(bundled(twice), /same/);
});

test('modules that import each other are refused', async () => {
  const circle = new Map([...modules, ['claims.js', `import { look } from './look.js';\nexport const claims = look;\n`], ['look.js', `import { claims } from './claims.js';\nexport const look = claims;\n`]]);
  await assert.rejects(bundled(circle), /import each other/);
});
