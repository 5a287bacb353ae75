// ECMAScript modules to CommonJS, file by file, so that every entry still shares one core and one
// set of error classes.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fail, nodeTools } from '../lib/tree.mjs';

const require = createRequire(join(nodeTools, 'package.json'));

/** The text of `name` as CommonJS; its relative imports of `.js` become `.cjs`. */
export async function toCommonJs(text, name) {
  const { transform } = require('esbuild');
  const { code, warnings } = await transform(text, {
    format: 'cjs',
    // Makes the export names visible to Node's `import` of a CommonJS file.
    platform: 'node',
    target: 'es2022',
    sourcefile: name,
    charset: 'utf8',
  });
  if (warnings.length > 0) fail(`${name} does not translate to CommonJS: ${warnings.map(({ text: said }) => said).join('; ')}`);
  return toCommonJsSpecifiers(code);
}

/** `./errors.js` becomes `./errors.cjs` in every import, export and require. */
export const toCommonJsSpecifiers = (text) =>
  text.replace(/((?:\bfrom\s*|\bimport\s*\(\s*|\brequire\(|\bimport\s+)(["'])\.{1,2}\/(?:(?!\2).)*?)\.js\2/g, '$1.cjs$2');
