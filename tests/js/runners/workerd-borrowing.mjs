// The same Worker, where whatever workerd lends under `nodejs_compat` is borrowed at its first use.
globalThis[Symbol.for('countersign.primitives')] = 'at once';
export { default } from './workerd.mjs';
