/**
 * How deliveries cross the border: headers and body are written into the core's memory, the
 * report of a verified delivery is read from it. No rule is here: which headers a scheme reads is
 * asked of the core, and all of those cross, every value of each.
 */
import { configError } from './errors.js';
import { roomNeeded, writeFields, type Field } from './fields.js';
import { ask, Brief, enter, feed, Held, report, roomFor, textAt } from './wasm.js';

/** What the core reports about a verified delivery. */
export interface Report {
  id: string | undefined;
  /** Milliseconds since the epoch. */
  timestamp: number | undefined;
  type: string | undefined;
  secretIndex: number;
  replay: { key: string; ttl: number } | undefined;
}

/** The longest body that crosses at once; a longer one crosses in pieces. */
export const WHOLE = 256 * 1024;

/** What was judged: the text of a body that is one, or else a copy of its bytes. */
export type Content = string | Uint8Array;

/**
 * Judges a delivery at hand. Its body is read once: what it is judged by is what is given back,
 * whatever becomes of the memory where it lay.
 */
export function judgeWhole(webhook: Held, headers: unknown, body: Uint8Array, moment: number): [Report, Content] {
  if (body.length > WHOLE) return judgeInPieces(webhook, headers, new Uint8Array(body), moment);
  const fields = fieldsOf(webhook, headers);
  const handle = webhook.handle();
  const length = write(fields, body);
  const content = contentAt(length, body.length);
  enter((core) => core.webhookJudge(handle, length, body.length, Date.now(), moment));
  return [readReport(), content];
}

function judgeInPieces(webhook: Held, headers: unknown, body: Uint8Array, moment: number): [Report, Content] {
  const delivery = new OpenDelivery(webhook, headers, moment);
  try {
    delivery.update(body);
    return [delivery.finish(), body];
  } finally {
    delivery.drop();
  }
}

/** It is asked for whole bodies only, so one serves all. */
export const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What lies in the core's room. A text costs less than bytes of its own, and most want it parsed. */
function contentAt(start: number, length: number): Content {
  const bytes = roomFor(start + length).subarray(start, start + length);
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return bytes.slice();
  }
}

const NOTHING = new Uint8Array(0);

/** A delivery whose body is still coming in. */
export class OpenDelivery {
  readonly #job: Brief;
  /** Why it has ended without a verdict. */
  #failure: { error: unknown } | undefined;

  constructor(webhook: Held, headers: unknown, moment: number) {
    const fields = fieldsOf(webhook, headers);
    const handle = webhook.handle();
    const length = write(fields, NOTHING);
    this.#job = new Brief(enter((core) => core.webhookBegin(handle, length, Date.now(), moment)));
  }

  /** Has it freed also when nobody finishes it. Only one that waits for its body pays for this. */
  guard(): void {
    this.#job.guard();
  }

  /** One that is refused here is over: what it held is freed at once. */
  update(chunk: Uint8Array): void {
    this.#live();
    try {
      feed(chunk, (length) => enter((core) => core.webhookUpdate(this.#job.handle, length)));
    } catch (error) {
      this.#failure = { error };
      this.drop();
      throw error;
    }
  }

  /** Refuses a body that is collected first and has this length already, where that is too much. */
  expect(length: number): void {
    this.#live();
    enter((core) => core.webhookExpect(this.#job.handle, length));
  }

  /** Judges the delivery; `last` is what is left of its body, {@link WHOLE} at most. */
  finish(last: Uint8Array = NOTHING): Report {
    this.#live();
    write([], last);
    enter((core) => core.webhookFinish(this.#job.handle, last.length));
    return readReport();
  }

  drop(): void {
    this.#job.free();
  }

  #live(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (!this.#job.alive) throw new Error('countersign started over during this delivery; it has no verdict');
  }
}

/** By webhook, the numbers of the headers that it reads, by their names in lower case. */
const namesOf = new WeakMap<Held, Map<string, number>>();

function wantedBy(webhook: Held): Map<string, number> {
  let names = namesOf.get(webhook);
  if (names === undefined) {
    const handle = webhook.handle();
    const list = ask((core) => core.webhookHeaders(handle)).toLowerCase().split(',');
    namesOf.set(webhook, (names = new Map(list.map((name, index) => [name, index]))));
  }
  return names;
}

/** The names of the headers that the scheme reads, in lower case: first the signature's, then the timestamp's if there is one. */
export function headerNames(webhook: Held): string[] {
  return [...wantedBy(webhook).keys()];
}

/** The header fields that the scheme reads, out of any of the usual forms, every value of a name. */
function fieldsOf(webhook: Held, headers: unknown): Field[] {
  if (typeof headers !== 'object' || headers === null) throw configError('headers', 'must be header fields');
  const wanted = wantedBy(webhook);
  const fields: Field[] = [];
  if (!(Symbol.iterator in headers)) {
    for (const name of Object.keys(headers)) takeField(fields, wanted, name, (headers as Record<string, unknown>)[name]);
    return fields;
  }
  for (const entry of headers as Iterable<unknown>) {
    const [name, value] = Array.isArray(entry) ? (entry as unknown[]) : [];
    takeField(fields, wanted, name, value);
  }
  return fields;
}

function takeField(fields: Field[], wanted: Map<string, number>, name: unknown, value: unknown): void {
  if (typeof name !== 'string') throw notFields();
  const number = wanted.get(name) ?? numberOf(wanted, name);
  if (value === undefined) return;
  // Most headers have one value.
  if (!Array.isArray(value)) return takeValue(fields, number, value);
  for (const one of Array.from(value as unknown[])) takeValue(fields, number, one);
}

function takeValue(fields: Field[], number: number | undefined, value: unknown): void {
  if (typeof value !== 'string') throw notFields();
  if (number !== undefined) fields.push({ number, value });
}

const notFields = () => configError('headers', 'must be names and values');

/** A name in other letters. Only those of ASCII are the same: beyond it, others have them too. */
function numberOf(wanted: Map<string, number>, name: string): number | undefined {
  const number = wanted.get(name.toLowerCase());
  return number !== undefined && /^[\0-\x7f]*$/.test(name) ? number : undefined;
}

/**
 * Writes headers and the body behind them where the core reads them, and gives the length of the
 * headers there.
 */
function write(fields: readonly Field[], body: Uint8Array): number {
  const room = roomFor(roomNeeded(fields) + body.length);
  const length = writeFields(room, fields);
  room.set(body, length);
  return length;
}

/** What the core has left about the delivery that it has just verified. */
function readReport(): Report {
  const start = report(0);
  const idLength = report(1);
  const typeLength = report(2);
  const keyLength = report(3);
  const timestamp = report(4);
  const typeAt = start + Math.max(idLength, 0);
  const keyAt = typeAt + Math.max(typeLength, 0);
  const end = keyAt + Math.max(keyLength, 0);
  // One text of ASCII is cut as its bytes are; others are decoded each by itself.
  const whole = textAt(start, end);
  const isAscii = whole.length === end - start;
  const text = (at: number, length: number): string | undefined => {
    if (length < 0) return undefined;
    return isAscii ? whole.slice(at - start, at - start + length) : textAt(at, at + length);
  };
  const key = text(keyAt, keyLength);
  return {
    id: text(start, idLength),
    type: text(typeAt, typeLength),
    timestamp: timestamp < 0 ? undefined : timestamp,
    secretIndex: report(5),
    replay: key === undefined ? undefined : { key, ttl: report(6) },
  };
}
