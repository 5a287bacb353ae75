import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countersign, declarations, propelauth, provider, workers } from './package.mjs';

/** Names of functions and classes that a declaration file promises at run time. */
const promised = (text) =>
  [...new Set([...text.matchAll(/^export (?:declare )?(?:function|class|const) (\w+)/gm)].map((match) => match[1]))].sort();

for (const [name, module] of Object.entries({ index: countersign, hellojohn: provider, propelauth, workers })) {
  test(`${name} exports exactly what its declarations promise`, () => {
    assert.deepEqual(Object.keys(module).sort(), promised(declarations(name)));
  });
}

test('the codes in the declarations are those of the core', () => {
  const codes = [...declarations('index').matchAll(/^ {2}\| '(ERR_\w+)'/gm)].map((match) => match[1]);
  assert.equal(new Set(codes).size, codes.length);
  assert.equal(codes.length, 33);
});
