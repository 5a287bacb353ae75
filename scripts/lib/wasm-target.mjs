// What both modules are compiled for beyond the first version of WebAssembly. Every supported host
// has it; a module that uses more runs nowhere else.

/** The compiler's names, and wasm-opt's. */
const features = {
  simd128: 'simd',
  'bulk-memory': 'bulk-memory',
  'nontrapping-fptoint': 'nontrapping-float-to-int',
  'sign-ext': 'sign-ext',
  'mutable-globals': 'mutable-globals',
};

/** For rustc. */
export const targetFeatures = `-Ctarget-feature=${Object.keys(features).map((name) => `+${name}`).join(',')}`;

/** For wasm-opt. */
export const enabledFeatures = Object.values(features).map((name) => `--enable-${name}`);
