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
import { lender } from './primitives.js';

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
/** Whether the running instance knows what it may borrow, and no function of the host is running. */
let ready = false;
let memory = EMPTY;
let buffer = EMPTY;
/** Where the parts of the last token are; see the core's `placesPointer`. */
let places = new Uint32Array(0);

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
  if (!ready) prepare();
  try {
    return run(core);
  } catch (thrown) {
    // `replaced`: a call within this one has met the trap and said so.
    if (thrown instanceof CountersignError || replaced) throw thrown;
    if (typeof thrown === 'string') throw errorFrom(JSON.parse(thrown) as ErrorReport);
    instance += 1;
    replaced = true;
    ready = false;
    throw new Error('countersign failed inside and starts over; this call has no verdict, the next one will', {
      cause: thrown,
    });
  }
}

const host = lender(() => core.linearMemory().buffer as ArrayBuffer, lent);

function prepare(): void {
  if (lending) throw new Error('countersign was called by a function that it had borrowed');
  if (replaced) startOver();
  core.lend(host);
  ready = true;
}

let lending = false;

/** Runs a function of the host, for which the core waits. */
function lent<Result>(run: () => Result): Result {
  ready = false;
  lending = true;
  try {
    return run();
  } finally {
    lending = false;
    ready = true;
  }
}

function startOver(): void {
  core.__wbg_reset_state();
  memory = EMPTY;
  lastHeader = undefined;
  replaced = false;
}

/** A view of the core's memory; growing detaches the old one, and all that were made beside it. */
function bytes(): Uint8Array {
  // What the core is reading while it waits for a function of the host stays as it is.
  if (!ready) prepare();
  if (memory.length === 0) {
    enter((exports) => {
      // The first question for it makes the input buffer, which may grow the memory.
      const [pointer, capacity, place] = [exports.inputPointer(), exports.inputCapacity(), exports.placesPointer()];
      const whole = exports.linearMemory().buffer as ArrayBuffer;
      buffer = new Uint8Array(whole, pointer, capacity);
      places = new Uint32Array(whole, place, 7);
      memory = new Uint8Array(whole);
    });
  }
  return memory;
}

function input(): Uint8Array {
  bytes();
  return buffer;
}

/** The core's memory as it is now; the view holds until the next call that may make it grow. */
export function linearMemory(): Uint8Array {
  return bytes();
}

/**
 * Copies a text into the input buffer and gives its length there. A text that does not fit is
 * not copied: its length, beyond the capacity, is all the core needs to refuse it.
 */
export function writeText(text: string): number {
  const room = input();
  if (text.length > room.length) return text.length;
  const { read, written } = encoder.encodeInto(text, room);
  return read === text.length ? written : room.length + 1;
}

/** Hands the core a body piece by piece through the input buffer. */
export function feed(chunk: Uint8Array, take: (length: number) => void): void {
  for (let start = 0; start < chunk.length; start += input().length) {
    const room = input();
    const piece = chunk.subarray(start, start + room.length);
    room.set(piece);
    take(piece.length);
  }
}

/** The payload of the last token. The core has judged these very bytes. */
export function readPayload(): Record<string, unknown> {
  return readObject(0);
}

/** How many bytes of JSON text the payload of the last token has. */
export function payloadBytes(): number {
  return place(1);
}

/** The number under which the core has recalled the last token; 0 where it was verified anew. */
export function recalledAs(): number {
  const high = place(6);
  return high === 0 ? place(5) : high * 2 ** 32 + place(5);
}

function place(index: number): number {
  bytes();
  return places[index] ?? 0;
}

/** The object of which two places say where its JSON text begins and how many bytes it has. */
function readObject(index: number): Record<string, unknown> {
  const whole = bytes();
  const pointer = place(index);
  return JSON.parse(decoder.decode(whole.subarray(pointer, pointer + place(index + 1)))) as Record<string, unknown>;
}

let lastHeader: Record<string, unknown> | undefined;
let lastHeaderNumber = 0;

/** The header of the last token: a new object for every call. */
export function readHeader(): Record<string, unknown> {
  const number = place(4);
  if (lastHeader !== undefined && lastHeaderNumber === number) return { ...lastHeader };
  const header = readObject(2);
  const isFlat = Object.values(header).every((value) => typeof value !== 'object');
  lastHeader = isFlat ? { ...header } : undefined;
  lastHeaderNumber = number;
  return header;
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
