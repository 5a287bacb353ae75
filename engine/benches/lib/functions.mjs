// Reads from a wasm module how many bytes each of its functions takes.

/** The module's functions, largest first: `{ name, bytes }`. */
export function functionSizes(bytes) {
  const module = new WebAssembly.Module(bytes);
  const imported = WebAssembly.Module.imports(module).filter(({ kind }) => kind === 'function').length;
  const names = functionNames(WebAssembly.Module.customSections(module, 'name')[0]);
  const sizes = codeSizes(bytes).map((size, index) => ({ name: names.get(imported + index) ?? `#${index}`, bytes: size }));
  return sizes.sort((a, b) => b.bytes - a.bytes);
}

/** Function bodies stand in the section of kind 10. */
function codeSizes(bytes) {
  const reader = new Reader(bytes, 8);
  while (!reader.atEnd()) {
    const kind = reader.byte();
    const end = reader.number() + reader.position;
    if (kind === 10) return Array.from({ length: reader.number() }, () => reader.skip(reader.number()));
    reader.position = end;
  }
  return [];
}

/** Function names stand in the subsection of kind 1. */
function functionNames(section) {
  const names = new Map();
  const reader = new Reader(new Uint8Array(section ?? new ArrayBuffer(0)), 0);
  while (!reader.atEnd()) {
    const kind = reader.byte();
    const end = reader.number() + reader.position;
    if (kind === 1) for (let left = reader.number(); left > 0; left--) names.set(reader.number(), reader.text());
    reader.position = end;
  }
  return names;
}

class Reader {
  constructor(bytes, position) {
    this.bytes = bytes;
    this.position = position;
  }

  atEnd() {
    return this.position >= this.bytes.length;
  }

  byte() {
    return this.bytes[this.position++];
  }

  /** An unsigned number in LEB128. */
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  text() {
    const length = this.number();
    const text = Buffer.from(this.bytes.subarray(this.position, this.position + length)).toString();
    this.position += length;
    return text;
  }

  skip(count) {
    this.position += count;
    return count;
  }
}
