/**
 * The border: the only file that imports the core's exports.
 *
 * Calls are synchronous and objects are integer handles. A token goes in through one static
 * buffer of the core's memory, claims come out as JSON text from it. No handle is ever used on
 * another instance than the one that gave it: a trap replaces the instance, and everything that
 * holds a handle notices by {@link generation} and makes its object again.
 */
import * as core from '#core';
import { CountersignError, errorFrom, type ErrorReport } from './errors.js';

export type Handle = number;

/** Where a credential was found; the core decides what each form means. */
export const Source = {
  /** The text is the token itself. */
  Token: 0,
  /** The text is the value of an `Authorization` header. */
  Authorization: 1,
  /** There is no credential. */
  None: 2,
} as const;

const EMPTY = new Uint8Array(0);
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

let instance = 0;
let replaced = false;
let memory = EMPTY;
let inputPointer = 0;
let inputCapacity = 0;

/** Names the running instance of the core; it changes when a trap has replaced it. */
export function generation(): number {
  return instance;
}

/**
 * Runs one synchronous call into the core.
 *
 * The core throws its errors as JSON text. Anything else that comes out is a trap: the instance
 * may be broken, so it is never entered again.
 */
export function enter<Result>(run: (exports: typeof core) => Result): Result {
  if (replaced) startOver();
  try {
    return run(core);
  } catch (thrown) {
    // `replaced`: a call within this one has met the trap and said so.
    if (thrown instanceof CountersignError || replaced) throw thrown;
    if (typeof thrown === 'string') throw errorFrom(JSON.parse(thrown) as ErrorReport);
    instance += 1;
    replaced = true;
    throw new Error('countersign failed inside and starts over; this call has no verdict, the next one will', {
      cause: thrown,
    });
  }
}

function startOver(): void {
  core.__wbg_reset_state();
  memory = EMPTY;
  inputCapacity = 0;
  replaced = false;
}

/** A view of the core's memory; growing detaches the old one. */
function bytes(): Uint8Array {
  if (memory.length === 0) memory = new Uint8Array(enter((exports) => exports.linearMemory()).buffer);
  return memory;
}

function input(): Uint8Array {
  if (inputCapacity === 0) {
    [inputPointer, inputCapacity] = enter((exports) => [exports.inputPointer(), exports.inputCapacity()]);
  }
  return bytes().subarray(inputPointer, inputPointer + inputCapacity);
}

/**
 * Copies a text into the input buffer and gives its length there. A text that does not fit is
 * not copied: its length, beyond the capacity, is all the core needs to refuse it.
 */
export function writeText(text: string): number {
  const buffer = input();
  if (text.length > inputCapacity) return text.length;
  const { read, written } = encoder.encodeInto(text, buffer);
  return read === text.length ? written : inputCapacity + 1;
}

/** Hands the core a body piece by piece through the input buffer. */
export function feed(chunk: Uint8Array, take: (length: number) => void): void {
  for (let start = 0; start < chunk.length; start += inputCapacity) {
    const buffer = input();
    const piece = chunk.subarray(start, start + inputCapacity);
    buffer.set(piece);
    take(piece.length);
  }
}

/** The JSON text at a place of the core's memory, parsed. The core has judged these very bytes. */
export function readJson<T>(pointer: number, length: number): T {
  return JSON.parse(decoder.decode(bytes().subarray(pointer, pointer + length))) as T;
}

/** Frees objects of the core whose JavaScript owner is gone, where the host can tell. */
const registry =
  typeof FinalizationRegistry === 'function'
    ? new FinalizationRegistry<{ handle: Handle; born: number }>(({ handle, born }) => release(handle, born))
    : undefined;

function release(handle: Handle, born: number): void {
  if (born === instance) enter((exports) => exports.free(handle));
}

/** An object of the core that outlives a call, made again when the instance was replaced. */
export class Held {
  #handle: Handle = 0;
  #born = -1;
  readonly #make: () => Handle;

  constructor(make: () => Handle) {
    this.#make = make;
    this.handle();
  }

  handle(): Handle {
    if (this.#born !== instance || replaced) {
      this.#handle = this.#make();
      this.#born = instance;
      registry?.register(this, { handle: this.#handle, born: instance }, this);
    }
    return this.#handle;
  }

  /** Frees the object at once, for an owner that knows its end. */
  free(): void {
    registry?.unregister(this);
    release(this.#handle, this.#born);
    this.#born = -1;
  }
}

/** An object of the core that lives for one job and dies with its instance. */
export class Brief {
  readonly handle: Handle;
  readonly #born = instance;
  #guarded = false;

  constructor(handle: Handle) {
    this.handle = handle;
  }

  /** Whether the instance that made it is still the running one. */
  get alive(): boolean {
    return this.#born === instance;
  }

  /**
   * Has the object freed also when its owner is never resumed: in a Worker, a call that waits ends
   * with its request, and its `finally` does not run. Only a call that waits pays for this.
   */
  guard(): void {
    if (this.#guarded) return;
    this.#guarded = true;
    registry?.register(this, { handle: this.handle, born: this.#born }, this);
  }

  free(): void {
    if (this.#guarded) registry?.unregister(this);
    release(this.handle, this.#born);
  }
}
