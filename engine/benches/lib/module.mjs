// Builds the examples for wasm32, as the package's own module is built: simd128,
// optimisation level 3 for the engine, fat LTO, wasm-opt.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

const target = 'wasm32-unknown-unknown';
const cargoTarget = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
const wasmOpt = join(root, 'scripts/node/node_modules/.bin/wasm-opt');
const vectorTarget = ['simd128', 'bulk-memory', 'nontrapping-fptoint', 'sign-ext', 'mutable-globals'];
const accepted = ['simd', 'bulk-memory', 'nontrapping-float-to-int', 'sign-ext', 'mutable-globals', 'reference-types', 'multivalue'];

/** Compiles `examples/verify.rs`; returns the module's bytes. With `names` it keeps the names of functions. */
export function moduleBytes({ names = false } = {}) {
  const cargo = ['build', '--quiet', '--release', '--package', 'countersign-engine', '--example', 'verify'];
  const rustflags = `-Ctarget-feature=${vectorTarget.map((name) => `+${name}`).join(',')}`;
  execFileSync('cargo', [...cargo, '--target', target], {
    cwd: root,
    env: { ...process.env, RUSTFLAGS: rustflags },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const compiled = join(cargoTarget, target, 'release/examples/verify.wasm');
  const output = join(mkdtempSync(join(tmpdir(), 'engine-')), 'verify.wasm');
  if (!existsSync(wasmOpt)) {
    console.error('wasm-opt is missing (make setup brings it): the module is measured as compiled');
    copyFileSync(compiled, output);
  } else {
    const strip = names ? ['-g'] : ['--strip-debug', '--strip-producers'];
    execFileSync(wasmOpt, ['-O3', ...accepted.map((name) => `--enable-${name}`), ...strip, compiled, '-o', output]);
  }
  return readFileSync(output);
}
