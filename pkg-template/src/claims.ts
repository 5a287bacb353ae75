/**
 * The claims of tokens that come again: parsed when the core recalls one for the first time,
 * copied from then on. What is kept is never handed out: every caller gets objects of its own.
 */
import { generation, payloadBytes, readPayload, recalledAs } from './wasm.js';

type Claims = Record<string, unknown>;

/** How many bytes of JSON text the kept claims of one verifier stand for at most. */
const MOST_BYTES = 1 << 20;

interface Kept {
  claims: Claims;
  nested: Nested[];
  bytes: number;
}

/** A member that is an object or an array. */
interface Nested {
  name: string;
  /** It, where it is an array with neither in it, as most are: it is copied as a whole. */
  flat: unknown[] | undefined;
}

export class RecalledClaims {
  /** By the number under which the core recalls the token; the longest kept first. */
  readonly #kept = new Map<number, Kept>();
  #bytes = 0;
  /** The instance of the core whose numbers these are. */
  #instance = -1;

  /** The claims of the token that the core has just verified for this verifier. */
  read(): Claims {
    const number = recalledAs();
    if (number === 0) return readPayload();
    if (this.#instance !== generation()) this.#begin();
    const { claims, nested } = this.#kept.get(number) ?? this.#keep(number);
    const copy = { ...claims };
    // An own `__proto__` is one member like the others, and assigned as such.
    for (const { name, flat } of nested) copy[name] = flat === undefined ? copyOf(copy[name]) : flat.slice();
    return copy;
  }

  #begin(): void {
    this.#kept.clear();
    this.#bytes = 0;
    this.#instance = generation();
  }

  #keep(number: number): Kept {
    const claims = readPayload();
    const nested = nestedIn(claims);
    const kept = { claims, nested, bytes: payloadBytes() };
    this.#bytes += kept.bytes;
    for (const [oldest, { bytes }] of this.#kept) {
      if (this.#bytes <= MOST_BYTES) break;
      this.#kept.delete(oldest);
      this.#bytes -= bytes;
    }
    this.#kept.set(number, kept);
    return kept;
  }
}

function nestedIn(claims: Claims): Nested[] {
  const names = Object.keys(claims).filter((name) => isNested(claims[name]));
  return names.map((name) => {
    const value = claims[name];
    return { name, flat: Array.isArray(value) && !value.some(isNested) ? value : undefined };
  });
}

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A value out of JSON, and everything within it, anew. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return copyOfArray(value);
  if (!isNested(value)) return value;
  const copy = { ...value } as Claims;
  for (const name of Object.keys(copy)) copy[name] = copyOf(copy[name]);
  return copy;
}

/** Most arrays hold texts alone: as a whole they are copied faster than one by one. */
function copyOfArray(array: unknown[]): unknown[] {
  const copy = array.slice();
  for (let at = 0; at < copy.length; at += 1) {
    if (isNested(copy[at])) copy[at] = copyOf(copy[at]);
  }
  return copy;
}
