/**
 * Options at the border: names and JavaScript types are checked here, every value is read once
 * and copied, so that a getter, a Proxy or a shared buffer cannot show one thing to the check and
 * another to its use. What the values mean is the core's business.
 */
import { configError } from './errors.js';

/** Checks one option's type and gives back a copy of its value. */
export type Take = (value: unknown, name: string) => unknown;
export type Shape = Readonly<Record<string, Take>>;

/** Options that were not given. It has no prototype, on which somebody could have put some. */
export const NONE = Object.freeze(Object.create(null)) as Readonly<Record<string, undefined>>;

/** A copy of the own properties of `options`, without a prototype; nothing where they were not given. */
export function own(options: unknown, of: string): Readonly<Record<string, unknown>> {
  if (options === undefined || options === null) return NONE;
  if (typeof options !== 'object' || Array.isArray(options)) throw configError(of, 'must be an object');
  return Object.assign(Object.create(null), options) as Record<string, unknown>;
}

/**
 * Copies the own properties of `options` that `shape` knows. The copy has no prototype, so that
 * what somebody put on `Object.prototype` is never taken for an option.
 */
export function take(options: unknown, shape: Shape, of: string): Record<string, unknown> {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw configError(of, 'must be an object');
  }
  const copy = Object.create(null) as Record<string, unknown>;
  for (const name of Object.keys(options)) {
    const check = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (check === undefined) throw configError(name, 'is not an option');
    const value = (options as Record<string, unknown>)[name];
    if (value !== undefined) copy[name] = check(value, name);
  }
  return copy;
}

export const text: Take = (value, name) => {
  if (typeof value !== 'string') throw configError(name, 'must be a string');
  return value;
};

export const texts: Take = (value, name) => {
  if (!Array.isArray(value)) throw configError(name, 'must be an array of strings');
  return Array.from(value, (item) => text(item, name));
};

export const number: Take = (value, name) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw configError(name, 'must be a number');
  return value;
};

export const count: Take = (value, name) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw configError(name, 'must be a whole number, not negative');
  return value;
};

export const flag: Take = (value, name) => {
  if (typeof value !== 'boolean') throw configError(name, 'must be true or false');
  return value;
};

export const callable: Take = (value, name) => {
  if (typeof value !== 'function') throw configError(name, 'must be a function');
  return value;
};

/** An `AbortSignal` of any realm, known by what is used of it; `null` is none, as `fetch` has it. */
export const signal: Take = (value, name) => {
  if (value === null) return undefined;
  const { throwIfAborted, addEventListener, removeEventListener } = (typeof value === 'object' ? value : NONE) as Partial<AbortSignal>;
  const fit = [throwIfAborted, addEventListener, removeEventListener].every((method) => typeof method === 'function');
  if (!fit) throw configError(name, 'must be an AbortSignal');
  return value;
};

/** A string, or anything with an `href`: a `URL` of any realm. */
export const url: Take = (value, name) => {
  const href = isUrl(value) ? value.href : value;
  if (typeof href !== 'string') throw configError(name, 'must be a string or a URL');
  return href;
};

/** Whether an object has an `href`, of its own or of its class. One that every object has makes none a URL. */
export function isUrl(value: unknown): value is { href: unknown } {
  let holder = typeof value === 'object' ? value : null;
  while (holder !== null && !Object.hasOwn(holder, 'href')) holder = Object.getPrototypeOf(holder) as object | null;
  return holder !== null && (holder === value || Object.getPrototypeOf(holder) !== null);
}

/** Plain JSON data, copied by way of its text. */
export const json: Take = (value, name) => {
  if (typeof value !== 'object' || value === null) throw configError(name, 'must be a plain object');
  return JSON.parse(jsonText(value, name));
};

/** The JSON text of plain data; a circle or a BigInt in it has none. */
export function jsonText(value: object, name: string): string {
  let written: string | undefined;
  try {
    written = JSON.stringify(value);
  } catch {
    written = undefined;
  }
  if (written === undefined) throw configError(name, 'must be plain JSON data');
  return written;
}

/** An object with members of its own shape. */
export const shaped =
  (shape: Shape): Take =>
  (value, name) =>
    take(value, shape, name);

/** A check for each of two kinds of values: `first` is for those that `test` picks. */
export const either =
  (test: (value: unknown) => boolean, first: Take, second: Take): Take =>
  (value, name) =>
    (test(value) ? first : second)(value, name);

export const isText = (value: unknown): boolean => typeof value === 'string';

export const orNull =
  (check: Take): Take =>
  (value, name) =>
    value === null ? null : check(value, name);

export const list =
  (check: Take): Take =>
  (value, name) => {
    if (!Array.isArray(value)) throw configError(name, 'must be an array');
    return Array.from(value, (item) => check(item, name));
  };

/** Header fields in any of the forms of `HeadersInit`, as pairs. */
export const headerFields: Take = (value, name) => {
  if (typeof value !== 'object' || value === null) throw configError(name, 'must be header fields');
  const entries = Symbol.iterator in value ? [...(value as Iterable<unknown>)] : Object.entries(value);
  return entries.map((entry) => {
    const [field, content, ...more] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (typeof field !== 'string' || typeof content !== 'string' || more.length > 0) {
      throw configError(name, 'must be pairs of strings');
    }
    return [field, content];
  });
};

/** A moment given as a `Date` of any realm; milliseconds since the epoch. */
export function instant(value: unknown, name: string): number {
  let millis: unknown;
  try {
    millis = Date.prototype.getTime.call(value);
  } catch {
    millis = undefined;
  }
  if (typeof millis !== 'number' || Number.isNaN(millis)) throw configError(name, 'must be a valid Date');
  return millis;
}

export const date: Take = (value, name) => (typeof value === 'function' ? value : instant(value, name));

/** Bytes of a secret or a piece of a body, copied. */
export const bytes: Take = (value, name) => new Uint8Array(bytesAt(value, name));

/**
 * A `Uint8Array` or an `ArrayBuffer` of any realm, as a view of the same memory, whose length is
 * what it says. Whether it is one is asked of the object itself, because `instanceof` fails across
 * realms and a name can be forged; a Promise, a `CryptoKey`, a `DataView` or `{}` would otherwise
 * pass for zero bytes.
 */
export function bytesAt(value: unknown, name: string): Uint8Array {
  const view = typeof value === 'object' && value !== null ? viewOf(value) : undefined;
  if (view === undefined) throw configError(name, 'must be a Uint8Array or an ArrayBuffer');
  return view;
}

function viewOf(value: object): Uint8Array | undefined {
  try {
    if (TYPED_ARRAY_NAME.call(value) !== 'Uint8Array') {
      return bufferLength(value) === undefined ? undefined : new Uint8Array(value as ArrayBuffer);
    }
    const buffer = TYPED_ARRAY_BUFFER.call(value) as ArrayBuffer;
    return new Uint8Array(buffer, TYPED_ARRAY_START.call(value) as number, TYPED_ARRAY_LENGTH.call(value) as number);
  } catch {
    // Its memory was transferred away: there are no bytes to take.
    return undefined;
  }
}

export const textOrBytes: Take = (value, name) => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) throw configError(name, 'must be a string or a Uint8Array');
  return bytes(value, name);
};

const TYPED_ARRAY = Object.getPrototypeOf(Uint8Array.prototype) as object;
const TYPED_ARRAY_NAME = getter(TYPED_ARRAY, Symbol.toStringTag);
const TYPED_ARRAY_BUFFER = getter(TYPED_ARRAY, 'buffer');
const TYPED_ARRAY_START = getter(TYPED_ARRAY, 'byteOffset');
const TYPED_ARRAY_LENGTH = getter(TYPED_ARRAY, 'length');
const BUFFER_LENGTH = getter(ArrayBuffer.prototype, 'byteLength');

function bufferLength(value: object): number | undefined {
  try {
    return BUFFER_LENGTH.call(value) as number;
  } catch {
    return undefined;
  }
}

function getter(of: object, name: PropertyKey): (this: unknown) => unknown {
  return Object.getOwnPropertyDescriptor(of, name)?.get ?? (() => undefined);
}
