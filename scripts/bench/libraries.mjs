// The libraries under measurement, installed below target/bench: the peers from the lock file
// beside this one, Countersign from its tarball, as a user would install it.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail, root, run, target, write } from '../lib/tree.mjs';
import * as suites from '../lib/suites.mjs';

const folder = join(target, 'bench');
const pins = join(root, 'scripts/bench');
const peersFolder = join(folder, 'peers');

export const tarball = process.env.COUNTERSIGN_TARBALL ?? suites.tarball;
export const nodeTools = process.env.COUNTERSIGN_NODE_TOOLS ?? suites.environment.COUNTERSIGN_NODE_TOOLS;

/** Where bundles and other passing files go. */
export const scratch = join(folder, 'scratch');

const peers = Object.keys(JSON.parse(readFileSync(join(pins, 'package.json'), 'utf8')).dependencies);

/** @returns the folder of the peers; `npm ci` runs when the lock file changed */
export function installPeers() {
  const stamp = join(peersFolder, 'node_modules/.stamp');
  const lock = readFileSync(join(pins, 'package-lock.json'), 'utf8');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
    mkdirSync(peersFolder, { recursive: true });
    for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(pins, name), join(peersFolder, name));
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: peersFolder });
    write(stamp, lock);
  }
  return peersFolder;
}

/** @returns the folder that Countersign is installed in */
export function installCountersign() {
  if (process.env.COUNTERSIGN_INSTALLED) return process.env.COUNTERSIGN_INSTALLED;
  if (!existsSync(tarball)) fail(`${tarball.slice(root.length + 1)} is missing: run "make package", or "make bench", which does`);
  const installed = join(folder, 'installed');
  rmSync(installed, { recursive: true, force: true });
  write(join(installed, 'package.json'), '{ "name": "installed", "private": true, "type": "module" }\n');
  run('npm', ['install', '--offline', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', tarball], { cwd: installed });
  return installed;
}

/** Imports libraries by name out of the folder that they are installed in. */
export async function load(folder, names) {
  const entry = join(folder, 'entry.mjs');
  const lines = names.map((name, index) => `export * as library${index} from '${name}';\n`);
  write(entry, lines.join(''));
  const modules = await import(pathToFileURL(entry));
  return Object.fromEntries(names.map((name, index) => [name, modules[`library${index}`]]));
}

export const loadPeers = () => load(peersFolder, peers);

/** The installed versions, by name. */
export function versions(installed) {
  const version = (folder, name) => JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
  return { countersign: version(installed, 'countersign'), ...Object.fromEntries(peers.map((name) => [name, version(peersFolder, name)])) };
}
