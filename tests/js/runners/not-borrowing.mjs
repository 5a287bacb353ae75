// `esm` where nothing is borrowed, as in hosts that lend nothing.
globalThis[Symbol.for('countersign.primitives')] = false;
await import('./esm.mjs');
