// The shipped module with one callback replaced by a trap, as a defect would be one.
import { assemble, exports, imports, leb, number, sections, withExports } from '../../../scripts/lib/wasm-file.mjs';

const FUNCTIONS = 3;
const CODE = 10;

/** The module, trapping whenever the host calls `callback`. */
export function trapping(file, callback) {
  const own = exports(file).find(({ name }) => name === callback);
  const parts = sections(file);
  const types = list(parts.find(({ id }) => id === FUNCTIONS).bytes);
  const type = types[own.index - imports(file).length];
  const grown = parts.map(({ id, bytes }) => {
    if (id === FUNCTIONS) return { id, bytes: Buffer.concat([leb(types.length + 1), ...types.map(leb), leb(type)]) };
    // No locals; unreachable; end.
    if (id === CODE) return { id, bytes: append(bytes, Buffer.from([3, 0, 0x00, 0x0b])) };
    return { id, bytes };
  });
  const index = imports(file).length + types.length;
  const all = exports(file).map((entry) => (entry.name === callback ? { ...entry, index } : entry));
  return withExports(assemble(grown), all);
}

function list(bytes) {
  const found = [];
  const { value: count, next } = number(bytes, 0);
  for (let n = 0, at = next; n < count; n += 1) {
    const { value, next: behind } = number(bytes, at);
    found.push(value);
    at = behind;
  }
  return found;
}

function append(bytes, entry) {
  const { value: count, next } = number(bytes, 0);
  return Buffer.concat([leb(count + 1), bytes.subarray(next), entry]);
}
