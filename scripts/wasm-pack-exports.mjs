// `wasm-pack build … -- --features js` must give the exports that the package
// has: a user who builds the crate that way meets the same functions. A development
// build exports what a release exports, and compiles in a fraction of its time.
import { createRequire } from 'node:module';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fail, main, root, runForWasm, target } from './lib/tree.mjs';

await main(() => {
  const folder = join(target, 'wasm-pack');
  rmSync(folder, { recursive: true, force: true });
  const build = ['build', '--dev', '--mode', 'no-install', '--target', 'nodejs', '--no-opt', '--no-pack', '--out-dir', folder];
  runForWasm('wasm-pack', [...build, root, '--', '--locked', '--features', 'js']);

  const require = createRequire(import.meta.url);
  // A development build shows its instance besides.
  const theirs = Object.keys(require(join(folder, 'countersign.js'))).filter((name) => name !== '__wasm');
  const ours = Object.keys(require(join(root, 'dist/package/dist/core.inline.cjs')));
  // Asked for by packaging only: wasm-pack has no switch for it.
  const expected = ours.filter((name) => name !== '__wbg_reset_state').sort().join(' ');
  if (expected !== theirs.sort().join(' ')) fail(`exports differ\n  package:   ${expected}\n  wasm-pack: ${theirs.join(' ')}`);
  if (expected === '') fail('the module exports nothing: is the feature js on?');
  console.log(`${theirs.length} exports, the same in both`);
});
