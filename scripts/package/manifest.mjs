// The packed package.json: pkg-template/package.json names the entries once
// (`exports`: subpath to source file), the conditions are spelled out here.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, root, version } from '../lib/tree.mjs';

const template = JSON.parse(readFileSync(join(root, 'pkg-template/package.json'), 'utf8'));

/** Entry names by subpath: `{ '.': 'index', './hellojohn': 'hellojohn' }`. */
export const entries = Object.fromEntries(
  Object.entries(template.exports).map(([subpath, source]) => {
    const name = /^\.\/src\/([a-z0-9-]+)\.ts$/.exec(source)?.[1] ?? fail(`pkg-template/package.json: exports["${subpath}"] must be ./src/<name>.ts`);
    if (subpath !== '.' && subpath !== `./${name}`) fail(`pkg-template/package.json: ${subpath} must be ./${name}, as its source file`);
    return [subpath, name];
  }),
);

export function manifest() {
  const { exports: _, ...fields } = template;
  const conditions = Object.fromEntries(Object.entries(entries).map(([subpath, name]) => [subpath, entry(name, name)]));
  return {
    ...fields,
    version: version(),
    files: ['dist', 'CHANGELOG.md', 'LICENSE-*'],
    // For tools that know no `exports`.
    main: './dist/index.cjs',
    module: './dist/index.js',
    types: './dist/index.d.cts',
    imports: { '#core': core },
    exports: {
      ...conditions,
      // Elsewhere the root entry is bound to the inlined core already.
      './inline': entry('index', 'inline/index'),
      './wasm': { types: './dist/countersign.wasm.d.ts', default: './dist/countersign.wasm' },
      './package.json': './package.json',
    },
  };
}

// `workerd` first: its hosts also set the conditions of browsers and workers.
// `module-sync` gives `import` and `require` one instance on Node 20.19 and later.
const core = {
  workerd: './dist/core.workerd.js',
  'edge-light': './dist/core.edge-light.js',
  'module-sync': './dist/core.inline.js',
  import: './dist/core.inline.js',
  require: './dist/core.inline.cjs',
  default: './dist/core.inline.js',
};

function entry(name, onEdge) {
  const types = `./dist/${name}.d.ts`;
  const edge = { types, default: `./dist/${onEdge}.js` };
  const module = { types, default: `./dist/${name}.js` };
  return {
    workerd: edge,
    'edge-light': edge,
    'module-sync': module,
    import: module,
    require: { types: `./dist/${name}.d.cts`, default: `./dist/${name}.cjs` },
    default: module,
  };
}
