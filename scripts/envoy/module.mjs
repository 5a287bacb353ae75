// Builds dist/countersign-envoy.wasm: cargo with fat LTO, only the callbacks that
// the filter has, wasm-opt. A second run with nothing changed takes a second.
//   node scripts/envoy/module.mjs
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { digest, fail, main, nodeTool, root, run, runForWasm, step, target, write } from '../lib/tree.mjs';
import { exports, imports, withExports } from '../lib/wasm-file.mjs';
import { enabledFeatures, targetFeatures } from '../lib/wasm-target.mjs';
import { withoutPanics } from '../lib/without-panics.mjs';

export const module = join(root, 'dist/countersign-envoy.wasm');

// Its own target directory: the npm package's module has the same name there.
const cargoTarget = join(target, 'envoy-module');
const compiled = join(cargoTarget, 'wasm32-unknown-unknown/release/countersign.wasm');
const stamp = join(cargoTarget, 'stamp');
const cargoHome = process.env.CARGO_HOME ?? join(homedir(), '.cargo');

// What the proxy looks for. The linker exports more.
const callbacks = [
  'memory',
  '_initialize',
  'proxy_abi_version_0_2_1',
  'proxy_on_memory_allocate',
  'proxy_on_context_create',
  'proxy_on_vm_start',
  'proxy_on_configure',
  'proxy_on_tick',
  'proxy_on_http_call_response',
  'proxy_on_request_headers',
  'proxy_on_request_body',
  'proxy_on_request_trailers',
];

/** Builds the module where something has changed. */
export async function buildModule() {
  await step('Compile the Envoy module (release, fat LTO)', compile);
  const steps = ['scripts/envoy/module.mjs', 'scripts/lib/without-panics.mjs', 'scripts/lib/wasm-file.mjs', 'scripts/lib/wasm-target.mjs'];
  const key = digest([compiled, ...steps.map((path) => join(root, path))]);
  if (existsSync(module) && existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  await step('Keep the callbacks that do something, and optimise', optimise);
  write(stamp, key);
  console.log(`   dist/countersign-envoy.wasm ${(statSync(module).size / 1000).toFixed(1)} kB`);
}

function compile() {
  const flags = [
    targetFeatures,
    // Loops made wide are larger, and nothing that a request waits for got faster by them.
    '-Cno-vectorize-loops',
    '-Cno-vectorize-slp',
    // The linker's megabyte of stack would be memory that no worker uses.
    '-Clink-arg=-zstack-size=262144',
    // Panic messages name source files: no directory of this machine in them.
    `--remap-path-prefix=${cargoHome}=/cargo`,
    `--remap-path-prefix=${root}=/countersign`,
  ];
  // The arithmetic is as fast at 2 as at 3.
  const size = ['--config', 'profile.release.package.countersign-engine.opt-level=2'];
  const kind = ['--release', '--lib', '--crate-type', 'cdylib', '--target', 'wasm32-unknown-unknown'];
  const parameters = ['rustc', '--quiet', '--locked', ...size, ...kind, '--target-dir', cargoTarget, '--features', 'envoy'];
  runForWasm('cargo', parameters, { env: { CARGO_ENCODED_RUSTFLAGS: flags.join('\x1f') } });
}

function optimise() {
  const file = readFileSync(compiled);
  const kept = exports(file).filter(({ name }) => callbacks.includes(name));
  const missing = callbacks.filter((name) => !kept.some((entry) => entry.name === name));
  if (missing.length > 0) fail(`the module exports no ${missing.join(', ')}`);
  const trimmed = join(cargoTarget, 'trimmed.wasm');
  const optimised = join(cargoTarget, 'optimised.wasm');
  writeFileSync(trimmed, withoutPanics(withExports(file, kept)));
  run(nodeTool('wasm-opt'), ['-Oz', '--converge', '--reorder-functions', ...enabledFeatures, '--strip-debug', '--strip-producers', trimmed, '-o', optimised]);
  const foreign = imports(readFileSync(optimised)).filter((name) => !name.startsWith('env.proxy_'));
  if (foreign.length > 0) fail(`Envoy would refuse the module: it imports ${foreign.join(', ')}`);
  mkdirSync(join(root, 'dist'), { recursive: true });
  renameSync(optimised, module);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(buildModule);
