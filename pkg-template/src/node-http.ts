/** Requests and responses of `node:http` and `node:http2`, as frameworks on top of Node hand them on. */
import { rawBytes } from './webhook.js';

type HeaderValue = string | string[] | undefined;

/** What is used of an `IncomingMessage`. */
export interface NodeRequest {
  readonly headers: Readonly<Record<string, HeaderValue>>;
  readonly rawHeaders?: readonly string[];
  readonly httpVersionMajor?: number;
  readonly complete?: boolean;
  readonly readableDidRead?: boolean;
  iterator(options: { destroyOnReturn: boolean }): AsyncIterator<Uint8Array>;
  resume(): unknown;
}

/** What is used of a `ServerResponse`. */
export interface NodeResponse {
  statusCode: number;
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  setHeader(name: string, value: string): unknown;
  end(text: string): unknown;
}

interface HeadersLike {
  get(name: string): string | null;
}

/**
 * The credential for `verify`. Node keeps the first of several `Authorization` fields and drops
 * the rest; where the client sent more than one the verifier must see them all. Of one, what
 * middleware left of it counts.
 */
export function credentialOf({ headers, rawHeaders }: NodeRequest): HeadersLike {
  return {
    get(name) {
      const sent = valuesOf(rawHeaders ?? [], name);
      const value = sent.length > 1 ? sent : headers[name];
      return Array.isArray(value) ? value.join(', ') : (value ?? null);
    },
  };
}

function valuesOf(rawHeaders: readonly string[], wanted: string): string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === wanted);
}

/** A delivery in the form that webhook verifiers take; `body` is what a parser has made of it, if one has. */
export function deliveryOf(request: NodeRequest, body: unknown): object {
  const fields = fieldsOf(request);
  return { headers: { get: () => null, [Symbol.iterator]: () => fields[Symbol.iterator]() }, bodyUsed: false, body: bodyOf(request, body) };
}

/** Every field that was sent, also those that Node joins or drops. */
function fieldsOf({ headers, rawHeaders = [] }: NodeRequest): [string, string][] {
  if (rawHeaders.length > 0) {
    return rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? '']] : []));
  }
  return Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one]));
}

interface Reader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

/** Raw bytes that a parser kept, or else the stream where nobody has read it. What remains is refused as parsed. */
function bodyOf(request: NodeRequest, body: unknown): unknown {
  if (typeof body === 'string' || ArrayBuffer.isView(body)) return { getReader: () => readerOfBytes(rawBytes(body)) };
  if (request.readableDidRead !== true) return { getReader: () => readerOfStream(request) };
  return body ?? {};
}

function readerOfBytes(bytes: Uint8Array): Reader {
  const chunks = [bytes];
  return {
    read: async () => {
      const value = chunks.shift();
      return { done: value === undefined, value };
    },
    cancel: async () => {},
  };
}

function readerOfStream(request: NodeRequest): Reader {
  // Destroying the request would take the connection, and with it the answer.
  const chunks = request.iterator({ destroyOnReturn: false });
  return {
    read: async () => {
      const { done, value } = await chunks.next();
      return { done: done === true, value };
    },
    cancel: async () => {
      await chunks.return?.();
      request.resume();
    },
  };
}

/** Header fields of an answer; the connection ends with it where the client is still sending a body. */
export function answerFields(answer: Response, request: NodeRequest): [string, string][] {
  const fields = [...answer.headers];
  if (request.complete === false && request.httpVersionMajor === 1) fields.push(['connection', 'close']);
  return fields;
}

/** Sends a whole answer, unless somebody has sent one already, such as what minds the time. */
export async function send(answer: Response, request: NodeRequest, response: NodeResponse): Promise<void> {
  const text = await answer.text();
  if (response.headersSent || response.writableEnded) return;
  response.statusCode = answer.status;
  for (const [name, value] of answerFields(answer, request)) response.setHeader(name, value);
  response.end(text);
}
