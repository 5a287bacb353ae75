/**
 * The border: the only file that imports the core's exports.
 *
 * Calls are synchronous and objects are integer handles. What a call reads goes in through one room
 * in the core's memory; what it leaves is read or taken from there. No handle is ever used on
 * another instance than the one that gave it: a trap replaces the instance, and everything that
 * holds a handle notices by {@link generation} and makes its object again.
 */
import * as core from '#core';
import { CountersignError, errorFrom, type ErrorReport } from './errors.js';
import { roomNeeded, writeFields, type Field } from './fields.js';
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

/** What this side finds and the core has the error for. */
export const Found = {
  /** Access that a check of the caller's own denies. */
  Denied: 0,
  /** A delivery that the replay store has seen before. */
  Replay: 1,
} as const;

const EMPTY = new Uint8Array(0);
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

interface Buffers {
  Buffer?: { prototype: { utf8Slice?(this: Uint8Array, start: number, end: number): string } };
}

/**
 * Node's own reader of UTF-8, where there is one: for short texts a decoder is slower. In Deno it is
 * not, and who looks at `Buffer` there has all of Node's parts loaded that it needs.
 */
const { utf8Slice } = 'Deno' in globalThis ? {} : ((globalThis as Buffers).Buffer?.prototype ?? {});

let instance = 0;
let replaced = false;
/** Whether the running instance knows what it may borrow, and no function of the host is running. */
let ready = false;
let memory = EMPTY;
let room: Uint8Array = EMPTY;
/** What the core says of the last token or delivery; see its `report`. */
let reported = new Float64Array(0);

/** Names the running instance of the core; it changes when a trap has replaced it. */
export function generation(): number {
  return instance;
}

/**
 * Runs one synchronous call into the core, and throws what it fails with.
 *
 * A call that fails gives NaN and leaves a report. Whatever is thrown is a trap: the instance may
 * be broken, so it is never entered again.
 */
export function enter<Result>(run: (exports: typeof core) => Result): Result {
  if (!ready) prepare();
  try {
    const given = run(core);
    if (Number.isNaN(given)) throw errorFrom(JSON.parse(core.text()) as ErrorReport);
    return given;
  } catch (thrown) {
    // `replaced`: a call within this one has met the trap and said so.
    if (thrown instanceof CountersignError || replaced) throw thrown;
    instance += 1;
    replaced = true;
    ready = false;
    throw new Error('countersign failed inside and starts over; this call has no verdict, the next one will', {
      cause: thrown,
    });
  }
}

/** Runs one synchronous call into the core and takes the text that it leaves. */
export function ask(run: (exports: typeof core) => number): string {
  enter(run);
  return takeText();
}

/** The text that the last call has left. */
export function takeText(): string {
  return enter((exports) => exports.text());
}

/** The bytes that the last call has left beside its text, if it has left any. */
export function takeBytes(): Uint8Array | undefined {
  return enter((exports) => exports.bytes());
}

/** The error for what this side has found. */
export function refusal(found: number): CountersignError {
  return errorFrom(JSON.parse(ask((exports) => exports.refusal(found))) as ErrorReport);
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
      // The first question for it makes the room, which may grow the memory.
      const [start, report] = [exports.room(LEAST_ROOM), exports.report()];
      const whole = exports.linearMemory().buffer as ArrayBuffer;
      room = new Uint8Array(whole, start, LEAST_ROOM);
      reported = new Float64Array(whole, report, 7);
      memory = new Uint8Array(whole);
    });
  }
  return memory;
}

/** Room for a token with its scheme, and for most deliveries. */
const LEAST_ROOM = 32 * 1024;
/** More than any room has. */
const TOO_LONG = 2 ** 32 - 1;

/** The place where the core reads what a call is about, of this length at least. */
export function roomFor(length: number): Uint8Array {
  bytes();
  if (room.length < length) {
    const start = enter((exports) => exports.room(length));
    room = bytes().subarray(start, start + length);
  }
  return room;
}

/** Writes values where the core reads them in this very call, and gives their length there. */
export function put(fields: readonly Field[]): number {
  return writeFields(roomFor(roomNeeded(fields)), fields);
}

/** The same for texts. */
export function putTexts(...texts: string[]): number {
  return put(texts.map((value) => ({ number: 0, value })));
}

/**
 * Copies a token into the core's room and gives its length there. Of one that does not fit the core
 * need not know more to refuse it.
 */
export function writeToken(text: string): number {
  bytes();
  if (text.length > LEAST_ROOM) return TOO_LONG;
  const { read, written } = encoder.encodeInto(text, room);
  return read === text.length && written <= LEAST_ROOM ? written : TOO_LONG;
}

/** Hands the core a body piece by piece through its room. */
export function feed(chunk: Uint8Array, take: (length: number) => void): void {
  for (let start = 0; start < chunk.length; start += LEAST_ROOM) {
    const piece = chunk.subarray(start, start + LEAST_ROOM);
    roomFor(piece.length).set(piece);
    take(piece.length);
  }
}

/** The payload of the last token. The core has judged these very bytes. */
export function readPayload(): Record<string, unknown> {
  return readObject(0);
}

/** How many bytes of JSON text the payload of the last token has. */
export function payloadBytes(): number {
  return report(1);
}

/** The number under which the core has recalled the last token; 0 where it was verified anew. */
export function recalledAs(): number {
  return report(5);
}

/** A number of the core's report about the last token or delivery. */
export function report(index: number): number {
  bytes();
  return reported[index] as number;
}

/** The object of which two numbers say where its JSON text begins and how many bytes it has. */
function readObject(index: number): Record<string, unknown> {
  const start = report(index);
  return JSON.parse(textAt(start, start + report(index + 1))) as Record<string, unknown>;
}

/** A text that the core has judged to be UTF-8, from one address to another. */
export function textAt(start: number, end: number): string {
  const whole = bytes();
  return utf8Slice === undefined ? decoder.decode(whole.subarray(start, end)) : utf8Slice.call(whole, start, end);
}

let lastHeader: Record<string, unknown> | undefined;
let lastHeaderNumber = 0;

/** The header of the last token: a new object for every call. */
export function readHeader(): Record<string, unknown> {
  const number = report(4);
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
