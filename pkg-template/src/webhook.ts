/** `createWebhookVerifier`: raw bytes and header fields in, a verified event out. */
import { momentOf } from './clock.js';
import { configError } from './errors.js';
import * as is from './options.js';
import { claim, replayStore, type Claimed, type ReplayStore } from './replay-claim.js';
import { Brief, enter, feed, Held } from './wasm.js';

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

const CALL_OPTIONS: is.Shape = {
  signal: (value) => value,
  currentDate: (value, name) => (is.instant(value, name), value),
};

/** What the core reports about a verified delivery. */
interface Delivery {
  id?: string;
  /** Milliseconds since the epoch. */
  timestamp?: number;
  type?: string;
  secretIndex: number;
  replay?: Claimed;
}

export interface WebhookCallOptions {
  signal?: AbortSignal;
  currentDate?: Date;
}

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
    this.#held = new Held(() => enter((exports) => exports.createWebhook(row, core, secrets as unknown[])));
  }

  async verify(request: unknown, call?: WebhookCallOptions): Promise<WebhookEvent> {
    const { moment, signal } = this.#lent(call);
    return judgeRequest(this.#held, this.#store, request, moment, signal);
  }

  verifySync(body: unknown, headers: unknown, call?: WebhookCallOptions): WebhookEvent {
    return judge(this.#held, this.#store, rawBytes(body), headers, this.#lent(call).moment);
  }

  stream(headers: unknown, call?: WebhookCallOptions): { update(chunk: unknown): void; finish(): WebhookEvent } {
    const delivery = begin(this.#held, headers, this.#lent(call).moment);
    return {
      update: (chunk) => delivery.update(is.bytes(chunk, 'chunk') as Uint8Array),
      finish: () => {
        try {
          const report = delivery.finish();
          claim.now(this.#store, report.replay);
          return new WebhookEvent(report, new Uint8Array(0), this.#store);
        } finally {
          delivery.drop();
        }
      },
    };
  }

  #lent(call: WebhookCallOptions | undefined): { moment: number; signal: AbortSignal | undefined } {
    const taken = call === undefined ? {} : (is.take(call, CALL_OPTIONS, 'call') as WebhookCallOptions);
    return { moment: momentOf(this.#currentDate, taken.currentDate), signal: taken.signal };
  }
}

/** Judges a request, whose body it reads. */
export async function judgeRequest(
  webhook: Held,
  store: ReplayStore | undefined,
  request: unknown,
  moment: number,
  signal: AbortSignal | undefined,
): Promise<WebhookEvent> {
  const { headers, body } = requestParts(request);
  const delivery = begin(webhook, headers, moment);
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of chunksOf(body, signal)) {
      delivery.update(chunk);
      chunks.push(chunk);
    }
    const report = delivery.finish();
    await claim(store, report.replay);
    return new WebhookEvent(report, joined(chunks), store);
  } finally {
    delivery.drop();
  }
}

/** Judges a delivery at hand. */
export function judge(
  webhook: Held,
  store: ReplayStore | undefined,
  body: Uint8Array,
  headers: unknown,
  moment: number,
): WebhookEvent {
  const delivery = begin(webhook, headers, moment);
  try {
    delivery.update(body);
    const report = delivery.finish();
    claim.now(store, report.replay);
    return new WebhookEvent(report, body, store);
  } finally {
    delivery.drop();
  }
}

function begin(webhook: Held, headers: unknown, moment: number): OpenDelivery {
  const fields = fieldsOf(headers);
  const handle = webhook.handle();
  return new OpenDelivery(enter((core) => core.webhookBegin(handle, fields, Date.now(), moment)));
}

/** A delivery whose body is still coming in. */
class OpenDelivery {
  readonly #job: Brief;

  constructor(handle: number) {
    this.#job = new Brief(handle);
  }

  update(chunk: Uint8Array): void {
    this.#live();
    feed(chunk, (length) => enter((core) => core.webhookUpdate(this.#job.handle, length)));
  }

  finish(): Delivery {
    this.#live();
    return JSON.parse(enter((core) => core.webhookFinish(this.#job.handle))) as Delivery;
  }

  drop(): void {
    this.#job.free();
  }

  #live(): void {
    if (!this.#job.alive) throw new Error('countersign started over during this delivery; it has no verdict');
  }
}

class WebhookEvent {
  declare readonly id?: string;
  declare readonly timestamp?: Date;
  declare readonly type?: string;
  readonly body: Uint8Array;
  readonly secretIndex: number;
  readonly #store: ReplayStore | undefined;
  readonly #claimed: Claimed | undefined;

  constructor(report: Delivery, body: Uint8Array, store: ReplayStore | undefined) {
    if (report.id !== undefined) this.id = report.id;
    if (report.timestamp !== undefined) this.timestamp = new Date(report.timestamp);
    if (report.type !== undefined) this.type = report.type;
    this.body = body;
    this.secretIndex = report.secretIndex;
    this.#store = store;
    this.#claimed = report.replay;
  }

  json(): unknown {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.body));
  }

  async release(): Promise<void> {
    if (this.#claimed !== undefined) await this.#store?.release(this.#claimed.key);
  }
}

const RAW_BYTES =
  'must be the raw bytes as they were received, not a parsed object: use express.raw({ type: "*/*" }), ' +
  "Fastify's addContentTypeParser with parseAs: 'buffer', Koa's raw-body, `await request.arrayBuffer()` in fetch handlers, " +
  'or `bodyParser: false` in Next.js API routes';

/** One copy of the body, taken at the border; a shared buffer cannot change under the check. */
export function rawBytes(body: unknown): Uint8Array {
  if (typeof body === 'string') return new TextEncoder().encode(body);
  try {
    return is.bytes(body, 'body') as Uint8Array;
  } catch {
    throw configError('body', RAW_BYTES);
  }
}

function requestParts(request: unknown): { headers: unknown; body: AsyncBody } {
  const { headers, body, bodyUsed } = (typeof request === 'object' && request !== null ? request : {}) as Partial<Request>;
  if (typeof headers?.get !== 'function') throw configError('request', 'must be a Request');
  if (bodyUsed === true) throw configError('request', 'its body was read before: verify first, or verify a clone');
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
      yield value;
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    cancel();
  }
}

function joined(chunks: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Header fields in any of the usual forms as names and values in turn, every value of a name. */
function fieldsOf(headers: unknown): string[] {
  if (typeof headers !== 'object' || headers === null) throw configError('headers', 'must be header fields');
  const entries = Symbol.iterator in headers ? [...(headers as Iterable<unknown>)] : Object.entries(headers);
  return entries.flatMap((entry) => {
    const [name, value] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (typeof name !== 'string') throw configError('headers', 'must be names and values');
    const values = Array.isArray(value) ? Array.from(value as unknown[]) : value === undefined ? [] : [value];
    return values.flatMap((one) => {
      if (typeof one !== 'string') throw configError('headers', 'must be names and values');
      return [name, one];
    });
  });
}

export function createWebhookVerifier(options: unknown): WebhookVerifier {
  return new WebhookVerifier(options);
}
