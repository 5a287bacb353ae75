// A wasm module that traps at once where it would first print why it panics.
//
// Nobody hears a panic of these modules: wasm32-unknown-unknown has no standard
// error, and what the caller gets is the trap. Yet the printing, its texts and
// the place in the sources of every check are linked in. Here the functions of
// the standard library that begin a panic become the single instruction that
// ends it; wasm-opt then drops their parameters at every call, and what only
// they used.
import { bodies, data, functionNames, imports, withBodies } from './wasm-file.mjs';

// Identifiers carry their length in both of Rust's manglings.
const beginnings = [
  'panic_fmt',
  'panic_bounds_check',
  'assert_failed_inner',
  'expect_failed',
  'unwrap_failed',
  'slice_index_fail',
  'slice_error_fail',
  'len_mismatch_fail',
  'panic_already_borrowed',
  'panic_already_mutably_borrowed',
  'panic_access_error',
  'handle_error',
  'handle_alloc_error',
  'capacity_overflow',
].map((name) => `${name.length}${name}`);
const library = /(?:4core|5alloc|3std)/;
const starts = (name) => library.test(name) && (/9panicking(?:5panic|11panic_const)/.test(name) || beginnings.some((beginning) => name.includes(beginning)));

const TRAP = Buffer.from([0, 0x00, 0x0b]); // no locals; unreachable; end

/** The module in `file`, which must still have its names, with panics that only trap. */
export const withoutPanics = (file) => withoutPlaces(withTraps(file, starts));

/** The module in `file`, which must still have its names, with a trap for every function of such a name. */
export function withTraps(file, named) {
  const first = imports(file).length;
  const names = functionNames(file);
  const list = bodies(file).map((body, index) => (named(names.get(first + index) ?? '') ? TRAP : body));
  if (!list.includes(TRAP)) throw new Error('no function has such a name: has the compiler changed how it writes them?');
  return withBodies(file, list);
}

/**
 * Clears every `core::panic::Location`, which only panics read: the address and length of a
 * file's name, line and column. Zeros at both ends of what is left, and long runs, are dropped by wasm-opt.
 */
function withoutPlaces(file) {
  const segments = data(file);
  const at = (address, length) => {
    const home = segments.find(({ address: start, bytes }) => start <= address && address + length <= start + bytes.length);
    return home?.bytes.subarray(address - home.address, address - home.address + length);
  };
  const files = new Set();
  for (const { bytes } of segments) {
    for (let offset = 0; offset + 16 <= bytes.length; offset += 4) {
      const [address, length, line, column] = [0, 4, 8, 12].map((field) => bytes.readUInt32LE(offset + field));
      const name = length < 300 && line > 0 && line < 100_000 && column > 0 && column < 1_000 ? at(address, length) : undefined;
      if (!name?.toString('latin1').endsWith('.rs')) continue;
      files.add(name);
      bytes.fill(0, offset, offset + 16);
    }
  }
  for (const name of files) name.fill(0);
  return file;
}
