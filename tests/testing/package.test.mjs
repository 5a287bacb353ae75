import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { dirname, join } from 'node:path';

const dist = 'node_modules/countersign/dist';

/** Every module that `name` imports, itself and through others. */
function graph(name, found = new Set()) {
  found.add(name);
  for (const [, specifier] of readFileSync(join(dist, name), 'utf8').matchAll(/\bfrom "([^"]+)"/g)) {
    const next = specifier.startsWith('.') ? join(dirname(name), specifier) : specifier;
    if (!found.has(next)) specifier.startsWith('.') ? graph(next, found) : found.add(next);
  }
  return found;
}

test('the kit loads no WebAssembly and nothing but this package', () => {
  assert.deepEqual([...graph('testing.js')].sort(), ['common.js', 'testing.js']);
});

test('the root entry does not load the kit, nor any framework', () => {
  assert.deepEqual([...graph('index.js')].sort(), ['#core', 'border.js', 'common.js', 'index.js', 'verifier.js', 'webhook.js']);
});

test('the test of a rotation in the documentation runs as it stands, in ten lines', async () => {
  const [, text] = /```js\n([^`]*?rotate\(\)[^`]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? assert.fail('no such example');
  const body = text.slice(text.indexOf('test('));
  assert.ok(body.trim().split('\n').length <= 10, 'it is longer than ten lines');
  writeFileSync('documented.mjs', text.replace("import { test } from 'node:test'", 'export const tests = []; const test = (name, run) => tests.push(run)'));
  const { tests } = await import(join(process.cwd(), 'documented.mjs'));
  assert.equal(tests.length, 1);
  await tests[0]();
});
