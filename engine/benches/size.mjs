// Weighs the engine: a module with every algorithm, built as the package is.
//
//   node engine/benches/size.mjs              raw, gzip and brotli bytes
//   node engine/benches/size.mjs --functions  its largest functions too
//   node engine/benches/size.mjs --check      fails above the limits
//
// The module also holds an allocator and the exports of examples/verify.rs.
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { functionSizes } from './lib/functions.mjs';
import { moduleBytes } from './lib/module.mjs';

const limits = { raw: 140_000, brotli: 45_000 };

const bytes = moduleBytes();
const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
const sizes = {
  raw: bytes.length,
  gzip: gzipSync(bytes, { level: 9 }).length,
  brotli: brotliCompressSync(bytes, quality).length,
};
console.log(JSON.stringify(sizes));

if (process.argv.includes('--functions')) {
  for (const { name, bytes: size } of functionSizes(moduleBytes({ names: true })).slice(0, 70)) {
    console.log(`${String(size).padStart(6)}  ${readable(name)}`);
  }
}

if (process.argv.includes('--check')) {
  for (const [unit, limit] of Object.entries(limits)) {
    if (sizes[unit] <= limit) continue;
    console.error(`${unit}: ${sizes[unit]} bytes, ${limit} are allowed`);
    process.exitCode = 1;
  }
}

/** A mangled name without its hashes. */
function readable(name) {
  return name.replace(/17h[0-9a-f]{16}E/, '').replace(/\$LT\$/g, '<').replace(/\$GT\$/g, '>').replace(/^_ZN/, '');
}
