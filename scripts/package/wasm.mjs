// The wasm module and its glue: cargo, bindgen, wasm-opt.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { digest, fail, nodeTool, root, run, runForWasm, target, write } from '../lib/tree.mjs';
import { enabledFeatures, targetFeatures } from '../lib/wasm-target.mjs';
import { withoutPanics } from '../lib/without-panics.mjs';

// Its own target directory: other wasm builds of this crate (wasm-pack, tests)
// are made without LTO and would leave their module under the same name.
const cargoTarget = join(target, 'package/cargo');
const compiled = join(cargoTarget, 'wasm32-unknown-unknown/release/countersign.wasm');
const proof = join(target, 'package/lto.sha256');

const cargoHome = process.env.CARGO_HOME ?? join(homedir(), '.cargo');

/** Builds the module at full optimisation and proves that LTO was on. */
export function compile() {
  let log = cargo();
  // Nothing was compiled and no earlier run proved this file: build it once more.
  if (!provenByLog(log) && !provenBefore()) {
    runForWasm('cargo', ['clean', '--quiet', '-p', 'countersign', '--release', ...placement]);
    log = cargo();
  }
  if (provenByLog(log)) write(proof, digest([compiled]));
  else if (!provenBefore()) fail('cargo compiled the module without LTO (is the crate type still cdylib alone?)');
  return compiled;
}

const placement = ['--target', 'wasm32-unknown-unknown', '--target-dir', cargoTarget];

function cargo() {
  const flags = [
    targetFeatures,
    // The linker's megabyte of stack would be memory that nobody uses, and stand in front of the
    // data, whose addresses are then longer in every instruction. JSON ends at depth 128.
    '-Clink-arg=-zstack-size=262144',
    // Panic messages name source files: no directory of this machine in them.
    `--remap-path-prefix=${cargoHome}=/cargo`,
    `--remap-path-prefix=${root}=/countersign`,
  ];
  const parameters = ['rustc', '--verbose', '--locked', '--release', '--lib', '--crate-type', 'cdylib', ...placement, '--features', 'js'];
  return runForWasm('cargo', parameters, { env: { CARGO_ENCODED_RUSTFLAGS: flags.join('\x1f') } });
}

const provenByLog = (log) => /Running `.*--crate-name countersign .*-C lto(=fat)?[ `]/.test(log);

const provenBefore = () => existsSync(proof) && readFileSync(proof, 'utf8') === digest([compiled]);

/** Writes glue, types and the optimised module into `folder`; quick when the module is the same as last time. */
export function bind(folder) {
  const bindgen = buildBindgen();
  const stamp = join(folder, 'stamp');
  const steps = ['scripts/bindgen/src/main.rs', 'scripts/lib/without-panics.mjs', 'scripts/lib/wasm-file.mjs', 'scripts/lib/wasm-target.mjs', 'scripts/package/wasm.mjs'];
  const key = digest([compiled, join(root, 'Cargo.lock'), ...steps.map((path) => join(root, path))]);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const silent = join(folder, 'silent.wasm');
  writeFileSync(silent, withoutPanics(readFileSync(compiled)));
  run(bindgen, [silent, folder, 'countersign']);
  rmSync(silent);
  run(nodeTool('wasm-opt'), [
    '-Oz',
    '--converge',
    // What is called most gets the shortest number.
    '--reorder-functions',
    // The first kilobyte is the end of the stack: a sum that wraps around to it may as well trap.
    '--low-memory-unused',
    ...enabledFeatures,
    // What the glue adds.
    '--enable-reference-types',
    '--enable-multivalue',
    '--strip-debug',
    '--strip-producers',
    join(folder, 'countersign_bg.wasm'),
    '-o',
    join(folder, 'countersign.wasm'),
  ]);
  write(stamp, key);
}

/** It runs for a fraction of a second, so it is compiled as quickly as can be. */
function buildBindgen() {
  const folder = join(target, 'tools/bindgen');
  const quick = ['--config', 'profile.dev.debug=false', '--config', 'profile.dev.package."*".opt-level=0'];
  run('cargo', ['build', '--quiet', '--locked', '-p', 'bindgen', '--target-dir', folder, ...quick]);
  return join(folder, 'debug/bindgen');
}

/** Paths of this machine that may stand nowhere in the package. */
export const machinePaths = [...new Set([root, cargoHome, homedir()])].filter((path) => path.length > 1);
