// Compiles the cases under every way to resolve modules, with several sets of libraries, in the
// packed package's declarations as users get them: strict, and nothing skipped.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, install } from '../../scripts/lib/suites.mjs';
import { root, run, target } from '../../scripts/lib/tree.mjs';

const own = join(root, 'tests/types');
const staged = join(target, 'tests-types');
const named = { ...environment, ...process.env };

const RESOLUTIONS = {
  'nodenext-esm': { extension: 'mts', options: { module: 'NodeNext', moduleResolution: 'NodeNext' } },
  'nodenext-cjs': { extension: 'cts', options: { module: 'NodeNext', moduleResolution: 'NodeNext' } },
  bundler: { extension: 'ts', options: { module: 'ESNext', moduleResolution: 'Bundler' } },
};

const WEB = ['root', 'web', 'hellojohn', 'propelauth', 'frameworks'];
/** Sets of libraries; those that are not tried `everywhere` are under one resolution. */
const HOSTS = {
  es2022: { everywhere: true, cases: ['root'], options: { lib: ['ES2022'], types: [] } },
  dom: { everywhere: true, cases: WEB, options: { lib: ['ES2022', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'], types: [] } },
  webworker: { cases: WEB, options: { lib: ['ES2022', 'WebWorker', 'WebWorker.Iterable', 'WebWorker.AsyncIterable'], types: [] } },
  node: { cases: WEB, options: { lib: ['ES2022'], types: ['node'], typeRoots: [join(named.COUNTERSIGN_NODE_TOOLS, 'node_modules/@types')] } },
  'dom-exact': { cases: WEB, options: { lib: ['ES2024', 'DOM', 'DOM.Iterable'], types: [], exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true } },
};

const compilers = { 'typescript 5.9': join(named.COUNTERSIGN_NODE_TOOLS, 'node_modules/.bin/tsc'), 'typescript 7.0': newerCompiler() };

stage();
const total = { passed: 0, failed: 0 };
for (const [compiler, program] of Object.entries(compilers)) {
  for (const [resolution, { extension, options }] of Object.entries(RESOLUTIONS)) {
    for (const [host, { cases, everywhere, options: ofHost }] of Object.entries(HOSTS)) {
      if (!everywhere && resolution !== 'nodenext-esm') continue;
      const files = cases.map((name) => `${extension}/${name}.${extension}`);
      report(`${compiler}, ${resolution}, ${host}`, compile(program, files, { ...options, ...ofHost }));
    }
  }
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

/** Copies of the cases under each extension, next to the installed package. */
function stage() {
  if (process.env.COUNTERSIGN_INSTALLED === undefined) install();
  rmSync(staged, { recursive: true, force: true });
  mkdirSync(staged, { recursive: true });
  // A copy: behind a link the compiler would look for `countersign` beside the original.
  cpSync(join(named.COUNTERSIGN_INSTALLED, 'node_modules'), join(staged, 'node_modules'), { recursive: true });
  writeFileSync(join(staged, 'package.json'), '{ "private": true, "type": "module" }\n');
  for (const { extension } of Object.values(RESOLUTIONS)) {
    for (const name of WEB) {
      const text = readFileSync(join(own, 'cases', `${name}.ts`), 'utf8');
      mkdirSync(join(staged, extension), { recursive: true });
      writeFileSync(join(staged, extension, `${name}.${extension}`), text);
    }
  }
}

function compile(program, files, options) {
  const project = join(staged, 'tsconfig.json');
  const compilerOptions = { target: 'ES2022', strict: true, skipLibCheck: false, noEmit: true, ...options };
  writeFileSync(project, JSON.stringify({ compilerOptions, files }));
  const { status, stdout, stderr } = spawnSync(program, ['-p', project, '--pretty', 'false'], { cwd: staged, encoding: 'utf8' });
  return { passed: status === 0, output: `${stdout}${stderr}` };
}

function report(name, { passed, output }) {
  total[passed ? 'passed' : 'failed'] += 1;
  console.log(`${passed ? 'ok' : 'FAILED'}  ${name}`);
  if (!passed) console.log(output.split('\n').slice(0, 12).map((line) => `   ${line}`).join('\n'));
}

/** The compiler of tests/types/package.json, installed below target/ when it is not there. */
function newerCompiler() {
  const folder = join(target, 'tests-types-tools');
  const lock = readFileSync(join(own, 'package-lock.json'), 'utf8');
  const stamp = join(folder, 'stamp');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
    mkdirSync(folder, { recursive: true });
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) cpSync(join(own, file), join(folder, file));
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
    writeFileSync(stamp, lock);
  }
  return join(folder, 'node_modules/.bin/tsc');
}
