// What the gate consists of: every suite with its command, what it needs, and what it takes turns for.
// The order is that in which they begin when several could (`lanes.mjs`): what the most others wait
// for and what takes longest comes first.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../lib/suites.mjs';
import { nodeTool, root } from '../lib/tree.mjs';
import { targetFeatures } from '../lib/wasm-target.mjs';

const script = (name, ...parameters) => [process.execPath, join(root, 'scripts', name), ...parameters];
const inTree = (name, ...parameters) => [join(root, 'scripts', name), ...parameters];

/**
 * Compilers take turns: on `target` they would wait for cargo's lock, and two of them side by
 * side leave no processor to the JavaScript suites, which mostly wait and run well beside one.
 */
const compiler = (...command) => ({ turn: 'compiler', command });
const cargo = (...parameters) => compiler('cargo', ...parameters);
const wasm = (...command) => compiler(join(root, 'scripts/with-wasm'), ...command);
/** With the vector instructions of the package, whose code is not there without them. */
const wasmOfPackage = (...command) => wasm('env', `CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS=${targetFeatures}`, ...command);

// bindgen has no tests, and its dependencies would be compiled a second time.
const tested = ['--quiet', '--locked', '--workspace', '--exclude', 'bindgen'];
const forWasm = ['--quiet', '--locked', '--lib', '--target', 'wasm32-unknown-unknown', '-p', 'countersign', '-p', 'countersign-engine', '-p', 'countersign-text'];

const scriptTests = ['gate/lanes.test.mjs', 'package/bundle.test.mjs'].map((name) => join(root, 'scripts', name));

/** What reads the code, and the package. */
export const lint = {
  package: { needs: ['node-tools'], command: script('package.mjs') },
  format: compiler('cargo', 'fmt', '--all', '--check'),
  clippy: cargo('clippy', '--quiet', '--locked', '--workspace', '--all-targets', '--', '-D', 'warnings'),
  doc: cargo('doc', '--quiet', '--locked', '--workspace', '--no-deps', '--exclude', 'bindgen'),
  'clippy-wasm': wasmOfPackage('cargo', 'clippy', ...forWasm, '--features', 'countersign/js', '--', '-D', 'warnings'),
  'clippy-envoy': wasmOfPackage('cargo', 'clippy', ...forWasm, '--features', 'countersign/envoy', '--', '-D', 'warnings'),
  publint: { needs: ['package'], command: [nodeTool('publint'), '--strict', environment.COUNTERSIGN_TARBALL] },
  attw: { needs: ['package'], command: [nodeTool('attw'), environment.COUNTERSIGN_TARBALL, '--profile', 'node16', '--exclude-entrypoints', './wasm'] },
  shell: { command: script('shell.mjs') },
  scripts: { needs: ['node-tools'], command: [process.execPath, '--test', '--test-reporter=dot', ...scriptTests] },
};

export const deny = { deny: compiler(...script('deny.mjs')) };

/** What `make test` fetches and compiles besides. */
export const tools = {
  'node-tools': { command: inTree('setup-node') },
};

const compiled = {
  // The emulator with the features that the tests below give its dependencies: they compile once.
  emulator: cargo('test', '--no-run', ...tested, '--test', 'issuers'),
  native: cargo('test', ...tested),
  // The same conformance on the other backend, and the engine inside another crate.
  rustcrypto: cargo('test', '--quiet', '--locked', '-p', 'countersign-engine', '--features', 'rustcrypto'),
  jsonwebtoken: cargo('test', ...tested, '--features', 'countersign/jsonwebtoken', '--test', 'jsonwebtoken_provider'),
  'wasm-tools': compiler(...inTree('setup-wasm-tools')),
  // No `--` before cargo's options: after a path wasm-pack would hand it on, and
  // build every test without the feature.
  'wasm-pack-test': {
    needs: ['wasm-tools'],
    ...wasmOfPackage('wasm-pack', 'test', '--node', '--mode', 'no-install', root, '--locked', '-p', 'countersign', '--features', 'js', '--test', 'wasm*'),
  },
  'wasm-pack-build': { needs: ['package', 'wasm-tools'], ...compiler(...script('wasm-pack-exports.mjs')) },
};

// Named suites under tests/, those that take longest first; one that is missing fails.
const expected = ['matrix', 'envoy', 'js', 'frameworks', 'providers', 'worker', 'types', 'stores', 'cli', 'testing'];
const found = readdirSync(join(root, 'tests')).filter((name) => existsSync(join(root, 'tests', name, 'run.mjs')));
/** What they need besides the installed package. */
const further = { cli: ['emulator'], providers: ['emulator'] };

const onPackage = Object.fromEntries(
  [...new Set([...expected, ...found])].map((name) => [
    name,
    { needs: ['install', ...(further[name] ?? [])], command: [process.execPath, join(root, 'tests', name, 'run.mjs')] },
  ]),
);

const install = { install: { needs: ['package'], command: script('gate/install.mjs') } };

/** Every suite. */
export const all = { ...tools, ...lint, ...compiled, ...install, ...onPackage };
