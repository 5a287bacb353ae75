// Builds the examples for wasm32, as the package's own module is built: the same features,
// optimisation level 3 for the engine, fat LTO, wasm-opt.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { enabledFeatures, targetFeatures } from '../../../scripts/lib/wasm-target.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const target = 'wasm32-unknown-unknown';
const cargoTarget = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
const wasmOpt = join(root, 'scripts/node/node_modules/.bin/wasm-opt');

/** The builds by name: what the package has, the code for hosts without vectors, the other backend. */
const builds = {
  package: { rustflags: targetFeatures, features: [] },
  portable: { rustflags: '', features: [] },
  rustcrypto: { rustflags: targetFeatures, features: ['--features', 'rustcrypto'] },
};

export const buildNames = Object.keys(builds);

/** Compiles an example; returns the module's bytes. With `names` it keeps the names of functions. */
export function moduleBytes({ example = 'verify', build = 'package', names = false } = {}) {
  const { rustflags, features } = builds[build];
  const cargo = ['build', '--quiet', '--release', '--package', 'countersign-engine', '--example', example];
  execFileSync('cargo', [...cargo, '--target', target, ...features], {
    cwd: root,
    env: { ...process.env, RUSTFLAGS: rustflags },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const folder = mkdtempSync(join(tmpdir(), 'engine-'));
  const output = join(folder, `${example}.wasm`);
  const compiled = join(cargoTarget, target, `release/examples/${example}.wasm`);
  if (!existsSync(wasmOpt)) {
    console.error('wasm-opt is missing (make setup brings it): the module is measured as compiled');
    copyFileSync(compiled, output);
  } else {
    const strip = names ? ['-g'] : ['--strip-debug', '--strip-producers'];
    const enabled = [...enabledFeatures, '--enable-reference-types', '--enable-multivalue'];
    execFileSync(wasmOpt, ['-O3', ...enabled, ...strip, compiled, '-o', output]);
  }
  const bytes = readFileSync(output);
  rmSync(folder, { recursive: true });
  return bytes;
}
