// Every suite, one after the other, each with its name and time; a failing one
// does not stop the rest. Ends with the line "N passed, N failed".
//   node scripts/test.mjs           all suites (needs the tools of `make setup`)
//   node scripts/test.mjs --lint    only what reads the code, and cargo-deny
//   node scripts/test.mjs js types  only the named suites
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildEmulator, environment, install } from './lib/suites.mjs';
import { Failure, nodeTool, root, seconds, target } from './lib/tree.mjs';

const cargo = (...parameters) => ['cargo', ...parameters];
const script = (name, ...parameters) => [process.execPath, join(root, 'scripts', name), ...parameters];
const wasm = (...command) => [join(root, 'scripts/with-wasm'), ...command];

// Named suites under tests/; one that is missing fails.
const expected = ['envoy', 'js', 'types', 'worker', 'matrix', 'frameworks', 'stores', 'testing', 'cli', 'providers'];
const folder = join(root, 'tests');
const found = existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(join(folder, name, 'run.mjs'))) : [];

const lint = {
  format: cargo('fmt', '--all', '--check'),
  clippy: cargo('clippy', '--quiet', '--locked', '--workspace', '--all-targets', '--', '-D', 'warnings'),
  'clippy-wasm': wasm('cargo', 'clippy', '--quiet', '--locked', '--lib', '--features', 'js', '--target', 'wasm32-unknown-unknown', '--', '-D', 'warnings'),
  'clippy-envoy': wasm('cargo', 'clippy', '--quiet', '--locked', '--lib', '--features', 'envoy', '--target', 'wasm32-unknown-unknown', '--', '-D', 'warnings'),
  doc: cargo('doc', '--quiet', '--locked', '--workspace', '--no-deps', '--exclude', 'bindgen'),
  shell: script('shell.mjs'),
  package: script('package.mjs'),
  publint: [nodeTool('publint'), '--strict', environment.COUNTERSIGN_TARBALL],
  attw: [nodeTool('attw'), environment.COUNTERSIGN_TARBALL, '--profile', 'node16', '--exclude-entrypoints', './wasm'],
};

const tests = {
  // bindgen has no tests, and its dependencies would be compiled a second time.
  native: cargo('test', '--quiet', '--locked', '--workspace', '--exclude', 'bindgen'),
  // The same conformance on the other backend, and the engine inside another crate.
  rustcrypto: cargo('test', '--quiet', '--locked', '-p', 'countersign-engine', '--features', 'rustcrypto'),
  jsonwebtoken: cargo('test', '--quiet', '--locked', '-p', 'countersign', '--features', 'jsonwebtoken', '--test', 'jsonwebtoken_provider'),
  install: install,
  emulator: buildEmulator,
  'wasm-pack-build': script('wasm-pack-exports.mjs'),
  // No `--` before cargo's options: after a path wasm-pack would hand it on, and
  // build every test without the feature.
  'wasm-pack-test': wasm('wasm-pack', 'test', '--node', '--mode', 'no-install', root, '--locked', '-p', 'countersign', '--features', 'js', '--test', 'wasm*'),
  ...Object.fromEntries([...new Set([...expected, ...found])].map((name) => [name, [process.execPath, join(root, 'tests', name, 'run.mjs')]])),
};

function select(names) {
  if (names[0] === '--lint') return { ...lint, deny: script('deny.mjs') };
  const all = { ...lint, ...tests };
  if (names.length === 0) return all;
  const unknown = names.filter((name) => !(name in all));
  if (unknown.length > 0) throw new Failure(`no such suite: ${unknown.join(', ')}; there are ${Object.keys(all).join(', ')}`);
  return Object.fromEntries(names.map((name) => [name, all[name]]));
}

function passes(suite) {
  if (typeof suite === 'function') {
    suite();
    return true;
  }
  const [program, ...parameters] = suite;
  const env = { ...process.env, ...environment, RUSTDOCFLAGS: '-D warnings', CARGO_TARGET_DIR: target };
  const { status, error } = spawnSync(program, parameters, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env });
  if (error) throw new Failure(error.message);
  return status === 0;
}

function report(name, suite) {
  console.log(`\n== ${name}`);
  const start = process.hrtime.bigint();
  let passed = false;
  try {
    passed = passes(suite);
  } catch (error) {
    console.log(error instanceof Failure ? error.message : error);
  }
  console.log(`== ${name}: ${passed ? 'passed' : 'FAILED'}, ${seconds(start)} s`);
  return passed;
}

const suites = select(process.argv.slice(2));
const failed = Object.entries(suites).filter(([name, suite]) => !report(name, suite)).map(([name]) => name);
if (failed.length > 0) console.log(`\nfailed: ${failed.join(', ')}`);
console.log(`\n${Object.keys(suites).length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
