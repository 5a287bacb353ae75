// Builds the npm package: dist/package/ and dist/countersign-<version>.tgz.
// Run by `make package`; a second run with nothing changed takes a second.
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { digest, fail, filesBelow, main, nodeTools, root, run, step, target, version, write } from './lib/tree.mjs';
import { check } from './package/checks.mjs';
import { writeCore } from './package/core.mjs';
import { writeFacade, writeTypes } from './package/facade.mjs';
import { entries, manifest } from './package/manifest.mjs';
import { bind, compile } from './package/wasm.mjs';

const output = join(root, 'dist');
const folder = join(output, 'package');
const tarball = join(output, `countersign-${version()}.tgz`);
const bound = join(target, 'package/bound');
const stamp = join(target, 'package/stamp');

await main(async () => {
  await step('Compile the wasm module (release, fat LTO)', compile);
  await step('Write the glue and optimise the module', () => bind(bound));
  const inputs = digest([join(bound, 'stamp'), ...sources()]);
  if (existsSync(tarball) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) {
    console.log(`   unchanged: ${tarball.slice(root.length + 1)}`);
    return;
  }
  rmSync(folder, { recursive: true, force: true });
  const dist = join(folder, 'dist');
  await step('Write the core per runtime', () => writeCore(bound, dist));
  await step('Compile the TypeScript', () => writeFacade(join(bound, 'countersign.d.ts'), Object.values(entries), dist));
  await step('Copy declarations, manifest and texts', () => {
    writeTypes(Object.values(entries), dist);
    write(join(folder, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
    copyTexts();
    check(folder, manifest());
  });
  await step('Pack', pack);
  write(stamp, inputs);
  reportSizes(dist);
});

/** Everything besides the module that the package is made from. */
function sources() {
  const below = (name) => filesBelow(join(root, name)).map((path) => join(root, name, path));
  const declarations = below('src/providers').filter((path) => path.endsWith('/api.d.ts'));
  const pins = [join(root, 'Cargo.toml'), join(nodeTools, 'package-lock.json')];
  return [...below('pkg-template'), ...declarations, ...below('scripts/package'), ...texts(), ...pins];
}

function texts() {
  const licences = readdirSync(root).filter((name) => name.startsWith('LICENSE'));
  return ['CHANGELOG.md', ...licences.sort()].map((name) => join(root, name));
}

function copyTexts() {
  for (const path of texts()) copyFileSync(path, join(folder, path.slice(root.length + 1)));
  const own = join(root, 'pkg-template/README.md');
  copyFileSync(existsSync(own) ? own : join(root, 'README.md'), join(folder, 'README.md'));
}

function pack() {
  mkdirSync(output, { recursive: true });
  run('npm', ['pack', folder, '--pack-destination', output, '--silent', '--ignore-scripts']);
  if (!existsSync(tarball)) fail(`npm pack did not write ${tarball}`);
}

function reportSizes(dist) {
  const sizes = ['countersign.wasm', 'core.inline.js', 'index.js'].map((name) => {
    const bytes = readFileSync(join(dist, name));
    return `${name} ${kilobytes(bytes.length)} (gzip ${kilobytes(gzipSync(bytes).length)})`;
  });
  console.log(`   ${tarball.slice(root.length + 1)} ${kilobytes(statSync(tarball).size)}: ${sizes.join(', ')}`);
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
