/**
 * Lists of values that cross the border as bytes: texts, secrets and header fields. Before each
 * value stand its number and its length; what the number says is for the core's reader to know.
 */

export interface Field {
  number: number;
  value: string | Uint8Array;
}

/** Before each value: its number, one byte, and its length, four bytes beginning with the lowest. */
const HEAD = 5;

const encoder = new TextEncoder();

/** How many bytes fields may need: a character of a string has three at most. */
export function roomNeeded(fields: readonly Field[]): number {
  let length = 0;
  for (const { value } of fields) length += HEAD + (typeof value === 'string' ? 3 * value.length : value.length);
  return length;
}

/** Writes fields where there is room for them, and gives the length of what was written. */
export function writeFields(room: Uint8Array, fields: readonly Field[]): number {
  let at = 0;
  for (const { number, value } of fields) {
    const written = writeValue(room, at + HEAD, value);
    room[at] = number;
    room[at + 1] = written;
    room[at + 2] = written >> 8;
    room[at + 3] = written >> 16;
    room[at + 4] = written >>> 24;
    at += HEAD + written;
  }
  return at;
}

function writeValue(room: Uint8Array, at: number, value: string | Uint8Array): number {
  if (typeof value !== 'string') {
    room.set(value, at);
    return value.length;
  }
  for (let place = 0; place < value.length; place += 1) {
    const code = value.charCodeAt(place);
    if (code > 0x7f) return encoder.encodeInto(value, room.subarray(at, at + 3 * value.length)).written;
    room[at + place] = code;
  }
  return value.length;
}

/** Fields as bytes of their own. */
export function packed(fields: readonly Field[]): Uint8Array {
  const room = new Uint8Array(roomNeeded(fields));
  return room.subarray(0, writeFields(room, fields));
}

/** A secret: text keeps its prefix and its encoding, bytes are the key itself. */
export function secretField(secret: unknown): Field {
  if (secret === undefined) return { number: 2, value: '' };
  return { number: typeof secret === 'string' ? 0 : 1, value: secret as string | Uint8Array };
}
