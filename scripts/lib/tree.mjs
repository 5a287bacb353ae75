// Where things are in the checkout, and the few ways scripts act on it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
export const nodeTools = join(root, 'scripts/node');
export const tools = join(root, 'target/tools');

/** A failure the user can act on: printed without a stack. */
export class Failure extends Error {}

export const fail = (message) => {
  throw new Failure(message);
};

/** Runs a script's main function; a `Failure` ends it with status 1 and one line. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  }
}

/** Says what is done and, after it, how long it took. */
export async function step(title, body) {
  const start = process.hrtime.bigint();
  console.log(`-- ${title}`);
  const result = await body();
  console.log(`   ${seconds(start)} s`);
  return result;
}

export const seconds = (start) => (Number(process.hrtime.bigint() - start) / 1e9).toFixed(1);

/** Runs a program to its end and returns what it printed; throws with that text when it fails. */
export function run(program, parameters, { cwd = root, env = {}, show = false } = {}) {
  const result = spawnSync(program, parameters, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  });
  if (result.error) fail(`${program}: ${result.error.message}`);
  const text = `${result.stdout ?? ''}${result.stderr ?? ''}`;
  if (result.status !== 0) fail(`${program} ${parameters.join(' ')} failed\n${text}`);
  return text;
}

/** The same, with a compiler on PATH that has the wasm target. */
export const runForWasm = (program, parameters, options) =>
  run(join(root, 'scripts/with-wasm'), [program, ...parameters], options);

/** A program of scripts/node (`tsc`, `wasm-opt`, …). */
export const nodeTool = (name) => join(nodeTools, 'node_modules/.bin', name);

export function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Files below `folder`, as sorted relative paths; none when it does not exist. */
export function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !path.split('/').includes('node_modules'))
    .sort();
}

export function digest(paths) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

/** The version that every crate and the npm package share. */
export function version() {
  const manifest = readFileSync(join(root, 'Cargo.toml'), 'utf8');
  return /^\[workspace\.package\][^[]*?^version = "([^"]+)"/ms.exec(manifest)?.[1] ?? fail('Cargo.toml: no workspace version');
}
