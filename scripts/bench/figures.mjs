// Figures that are not speeds: what the package weighs, and what junk costs it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { fail } from '../lib/tree.mjs';
import { inFreshProcess } from './fresh-process.mjs';
import { tarball } from './libraries.mjs';

/** Bytes of the module, of the file that inlines it, and of the tarball. */
export function sizes(installed) {
  const dist = join(installed, 'node_modules/countersign/dist');
  return [
    ...weights('countersign.wasm', readFileSync(join(dist, 'countersign.wasm'))),
    ...weights('core.inline.js', readFileSync(join(dist, 'core.inline.js'))),
    { id: 'tarball', value: readFileSync(tarball).length, unit: 'bytes' },
  ];
}

function weights(name, bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
  return [
    { id: `${name} raw`, value: bytes.length, unit: 'bytes' },
    { id: `${name} gzip`, value: gzipSync(bytes, { level: 9 }).length, unit: 'bytes' },
    { id: `${name} brotli`, value: brotliCompressSync(bytes, { params }).length, unit: 'bytes' },
  ];
}

/** The time of refusals per shape of junk, and how far the module's memory grew over them. */
export function junkFigures(installed) {
  const { memories, before, grown, times } = inFreshProcess('junk-memory.mjs', [installed]);
  if (memories === 0) fail('the memory of the module was not found, so its growth is unknown');
  const refusals = Object.entries(times).map(([shape, { median, slowest }]) => ({ id: `junk: ${shape}`, value: median, slowest, unit: 'ms' }));
  return [
    ...refusals,
    { id: 'junk: slowest kind', value: Math.max(...refusals.map(({ value }) => value)), unit: 'ms' },
    { id: 'junk: memory before', value: before, unit: 'bytes' },
    { id: 'junk: memory growth', value: grown, unit: 'bytes' },
  ];
}
