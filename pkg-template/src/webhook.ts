/** `createWebhookVerifier`: raw bytes and header fields in, a verified event out. */
import { lent, type CallOptions } from './call-options.js';
import { configError } from './errors.js';
import { secretField, type Field } from './fields.js';
import * as is from './options.js';
import { claim, claimNow, replayStore, type Claimed, type ReplayStore } from './replay-claim.js';
import { enter, Held, put } from './wasm.js';
import { judgeWhole, OpenDelivery, strictDecoder, WHOLE, type Content, type Report } from './webhook-border.js';

const SCHEME: is.Shape = {
  signatureHeader: is.text,
  timestampHeader: is.text,
  idHeader: is.text,
  format: is.text,
  fields: is.shaped({ timestamp: is.text, signature: is.text }),
  signedContent: is.text,
  encoding: is.text,
  hash: is.text,
  signaturePrefix: is.text,
  secretPrefix: is.text,
  secretEncoding: is.text,
};

const CORE_OPTIONS: is.Shape = {
  scheme: (value, name) => (typeof value === 'string' ? value : is.shaped(SCHEME)(value, name)),
  secrets: (value, name) => (Array.isArray(value) ? is.list(is.textOrBytes)(value, name) : [is.textOrBytes(value, name)]),
  tolerance: is.number,
  maxBodyBytes: is.number,
  replayTtl: is.number,
};

const HOST_OPTIONS: is.Shape = { currentDate: is.date, replayStore };

class WebhookVerifier {
  readonly #held: Held;
  readonly #currentDate: unknown;
  readonly #store: ReplayStore | undefined;

  constructor(given: unknown) {
    const options = is.take(given, { ...CORE_OPTIONS, ...HOST_OPTIONS }, 'options');
    const { currentDate, replayStore: store, scheme, secrets = [], ...rest } = options;
    this.#currentDate = currentDate;
    this.#store = store as ReplayStore | undefined;
    const row = typeof scheme === 'string' ? scheme : JSON.stringify(scheme ?? {});
    const core = JSON.stringify({ ...rest, replay: store !== undefined });
    const fields = [row, core].map((value) => ({ number: 0, value }) as Field).concat((secrets as unknown[]).map(secretField));
    this.#held = new Held(() => enter((exports) => exports.createWebhook(put(fields))));
  }

  async verify(request: unknown, call?: CallOptions): Promise<WebhookEvent> {
    const { moment, signal } = lent(call, this.#currentDate);
    return judgeRequest(this.#held, this.#store, request, { moment, signal, read: itself });
  }

  verifySync(body: unknown, headers: unknown, call?: CallOptions): WebhookEvent {
    return judge(this.#held, this.#store, rawBytes(body), headers, { moment: lent(call, this.#currentDate).moment, read: itself });
  }

  stream(headers: unknown, call?: CallOptions): { update(chunk: unknown): void; finish(): WebhookEvent } {
    const delivery = new OpenDelivery(this.#held, headers, lent(call, this.#currentDate).moment);
    delivery.guard();
    return {
      update: (chunk) => delivery.update(is.bytes(chunk, 'chunk') as Uint8Array),
      finish: () => {
        try {
          const report = delivery.finish();
          claimNow(this.#store, report.replay);
          return new WebhookEvent(report, new Uint8Array(0), this.#store);
        } finally {
          delivery.drop();
        }
      },
    };
  }
}

/** How one delivery is judged. */
interface Judging<Read> {
  moment: number;
  signal?: AbortSignal | undefined;
  /** What is wanted of a verified event. It runs before the claim: an event that it refuses is not claimed. */
  read: (event: WebhookEvent) => Read;
}

const itself = (event: WebhookEvent): WebhookEvent => event;

/** Judges a request, whose body it reads. */
export async function judgeRequest<Read>(
  webhook: Held,
  store: ReplayStore | undefined,
  request: unknown,
  { moment, signal, read }: Judging<Read>,
): Promise<Read> {
  const { headers, body } = requestParts(request);
  const delivery = new OpenDelivery(webhook, headers, moment);
  delivery.guard();
  try {
    const chunks: Uint8Array[] = [];
    let [length, given] = [0, 0];
    for await (const chunk of chunksOf(body, signal)) {
      chunks.push(chunk);
      length += chunk.length;
      // The core judges a body faster that it is given as a whole.
      if (length <= WHOLE) delivery.expect(length);
      else for (; given < chunks.length; given += 1) delivery.update(chunks[given] as Uint8Array);
    }
    const whole = joined(chunks, length);
    const report = delivery.finish(given === 0 ? whole : undefined);
    const wanted = read(new WebhookEvent(report, whole, store));
    await claim(store, report.replay, signal);
    return wanted;
  } finally {
    delivery.drop();
  }
}

/** Judges a delivery at hand, whose body lies in memory that may be the caller's. */
export function judge<Read>(
  webhook: Held,
  store: ReplayStore | undefined,
  body: Uint8Array,
  headers: unknown,
  { moment, read }: Judging<Read>,
): Read {
  const [report, content] = judgeWhole(webhook, headers, body, moment);
  const wanted = read(new WebhookEvent(report, content, store));
  claimNow(store, report.replay);
  return wanted;
}

const encoder = new TextEncoder();

class WebhookEvent {
  declare readonly id?: string;
  declare readonly timestamp?: Date;
  declare readonly type?: string;
  readonly secretIndex: number;
  #content: Content;
  readonly #store: ReplayStore | undefined;
  #claimed: Claimed | undefined;

  constructor(report: Report, content: Content, store: ReplayStore | undefined) {
    if (report.id !== undefined) this.id = report.id;
    if (report.timestamp !== undefined) this.timestamp = new Date(report.timestamp);
    if (report.type !== undefined) this.type = report.type;
    this.secretIndex = report.secretIndex;
    this.#content = content;
    this.#store = store;
    this.#claimed = report.replay;
  }

  get body(): Uint8Array {
    if (typeof this.#content === 'string') this.#content = encoder.encode(this.#content);
    return this.#content;
  }

  json(): unknown {
    return JSON.parse(typeof this.#content === 'string' ? this.#content : strictDecoder.decode(this.#content));
  }

  async release(): Promise<void> {
    const claimed = this.#claimed;
    if (claimed === undefined) return;
    // By a second call, the claim may be that of the sender's next try.
    this.#claimed = undefined;
    try {
      await this.#store?.release(claimed.key);
    } catch (error) {
      this.#claimed = claimed;
      throw error;
    }
  }
}

const RAW_BYTES =
  'must be the raw bytes as they were received, not a parsed object: put the route before body parsers, ' +
  'or use express.raw({ type: "*/*" }), ' +
  "Fastify's addContentTypeParser with parseAs: 'buffer', Koa's raw-body, `await request.arrayBuffer()` in fetch handlers, " +
  'or `bodyParser: false` in Next.js API routes';

/** Whether a delivery is given by its parts, not as a request. */
export function isDelivery(given: unknown): given is object {
  return typeof given === 'object' && given !== null && Object.hasOwn(given, 'payload');
}

/** The bytes of a body, where they lie. */
export function rawBytes(body: unknown): Uint8Array {
  if (typeof body === 'string') return encoder.encode(body);
  try {
    return is.bytesAt(body, 'body');
  } catch {
    throw configError('body', RAW_BYTES);
  }
}

function requestParts(request: unknown): { headers: unknown; body: AsyncBody } {
  const { headers, body, bodyUsed } = (typeof request === 'object' && request !== null ? request : {}) as Partial<Request>;
  if (typeof headers?.get !== 'function') throw configError('request', 'must be a Request');
  if (bodyUsed === true || body?.locked === true) throw configError('request', 'its body was read before: verify first, or verify a clone');
  if (body !== null && typeof body?.getReader !== 'function') throw configError('request', `its body ${RAW_BYTES}`);
  return { headers, body };
}

type AsyncBody = ReadableStream<Uint8Array> | null;

async function* chunksOf(body: AsyncBody, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  if (body === null) return;
  const reader = body.getReader();
  const cancel = () => void reader.cancel().catch(() => {});
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) return;
      yield is.bytes(value, 'body') as Uint8Array;
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    cancel();
  }
}

function joined(chunks: Uint8Array[], length: number): Uint8Array {
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1) return first;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

export function createWebhookVerifier(options: unknown): WebhookVerifier {
  return new WebhookVerifier(options);
}

export type { WebhookEvent };
