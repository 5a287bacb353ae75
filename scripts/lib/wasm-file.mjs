// The parts of a WebAssembly file that packaging and tests look at or change:
// sections, imports, exports, function names, bodies, data (WebAssembly Core 2.0 §5.5).

const CUSTOM = 0;
const IMPORTS = 2;
const EXPORTS = 7;
const CODE = 10;
const DATA = 11;

/** A file as its sections, each `{ id, bytes }`. */
export function sections(file) {
  const found = [];
  let at = 8;
  while (at < file.length) {
    const id = file[at];
    const { value: size, next } = number(file, at + 1);
    found.push({ id, bytes: file.subarray(next, next + size) });
    at = next + size;
  }
  return found;
}

/** Sections as a file again. */
export function assemble(parts) {
  const header = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  return Buffer.concat([header, ...parts.flatMap(({ id, bytes }) => [Buffer.from([id]), leb(bytes.length), bytes])]);
}

/** `module.name` of every import. */
export function imports(file) {
  return entries(section(file, IMPORTS), (bytes, at) => {
    const module = text(bytes, at);
    const name = text(bytes, module.next);
    if (bytes[name.next] !== 0) throw new Error('an import is not a function');
    return { value: `${module.value}.${name.value}`, next: number(bytes, name.next + 1).next };
  });
}

/** Every export: `{ name, kind, index }`. */
export function exports(file) {
  return entries(section(file, EXPORTS), (bytes, at) => {
    const name = text(bytes, at);
    const index = number(bytes, name.next + 1);
    return { value: { name: name.value, kind: bytes[name.next], index: index.value }, next: index.next };
  });
}

/** The same file with these exports. */
export function withExports(file, list) {
  const encoded = list.flatMap(({ name, kind, index }) => [leb(name.length), Buffer.from(name), Buffer.from([kind]), leb(index)]);
  return replaced(file, EXPORTS, encoded, list.length);
}

function replaced(file, id, encoded, count) {
  const bytes = Buffer.concat([leb(count), ...encoded]);
  return assemble(sections(file).map((part) => (part.id === id ? { id, bytes } : part)));
}

/** The name of each function by its index, imports first (custom section "name", appendix 7.4.1). */
export function functionNames(file) {
  const FUNCTIONS = 1;
  for (const { id, bytes } of sections(file)) {
    if (id !== CUSTOM || text(bytes, 0).value !== 'name') continue;
    for (let at = text(bytes, 0).next; at < bytes.length; ) {
      const { value: size, next } = number(bytes, at + 1);
      if (bytes[at] === FUNCTIONS) return new Map(entries(bytes.subarray(next, next + size), association));
      at = next + size;
    }
  }
  return new Map();
}

function association(bytes, at) {
  const index = number(bytes, at);
  const name = text(bytes, index.next);
  return { value: [index.value, name.value], next: name.next };
}

/** The bodies of the module's own functions, in their order. */
export const bodies = (file) => entries(section(file, CODE), run);

/** The same file with these bodies. */
export const withBodies = (file, list) => replaced(file, CODE, list.flatMap((body) => [leb(body.length), body]), list.length);

function run(bytes, at) {
  const { value: length, next } = number(bytes, at);
  return { value: bytes.subarray(next, next + length), next: next + length };
}

/** The segments of memory that the module begins with, each `{ address, bytes }`: views into the file. */
export const data = (file) => entries(section(file, DATA), segment);

function segment(bytes, at) {
  const [ACTIVE, CONSTANT, END] = [0x00, 0x41, 0x0b];
  if (bytes[at] !== ACTIVE || bytes[at + 1] !== CONSTANT) throw new Error('a data segment has no constant address');
  const address = number(bytes, at + 2);
  if (bytes[address.next] !== END) throw new Error('a data segment has no constant address');
  const { value, next } = run(bytes, address.next + 1);
  return { value: { address: address.value, bytes: value }, next };
}

const section = (file, id) => sections(file).find((part) => part.id === id)?.bytes ?? Buffer.from([0]);

function entries(bytes, read) {
  const { value: count, next } = number(bytes, 0);
  const list = [];
  let at = next;
  for (let n = 0; n < count; n += 1) {
    const entry = read(bytes, at);
    list.push(entry.value);
    at = entry.next;
  }
  return list;
}

function text(bytes, at) {
  const { value: length, next } = number(bytes, at);
  return { value: bytes.toString('utf8', next, next + length), next: next + length };
}

/** An unsigned LEB128 number. */
export function number(bytes, at) {
  let value = 0;
  let shift = 0;
  for (let next = at; ; next += 1) {
    value += (bytes[next] & 0x7f) * 2 ** shift;
    shift += 7;
    if (bytes[next] < 0x80) return { value, next: next + 1 };
  }
}

export function leb(value) {
  const bytes = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value = Math.floor(value / 128);
  } while (value > 0);
  return Buffer.from(bytes);
}
