// `esm` where whatever Node lends is borrowed at its first use.
globalThis[Symbol.for('countersign.primitives')] = 'at once';
await import('./esm.mjs');
