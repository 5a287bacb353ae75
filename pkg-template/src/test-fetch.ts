/** A `fetch` that serves documents of its own and misbehaves on command. */

type Answer = () => Response | Promise<Response>;
type Behaviour = (answer: Answer, signal: AbortSignal | undefined) => Response | Promise<Response>;

export interface ScriptedFetch {
  (input: unknown, init?: { signal?: AbortSignal }): Promise<Response>;
  readonly requests: string[];
  stall(): void;
  fail(status?: number): void;
  delay(milliseconds: number): void;
  redirect(location?: string): void;
  grow(bytes: number): void;
  recover(): void;
}

const WELL: Behaviour = (answer) => answer();

/** Serves `documents`, by URL, as JSON; everything else is not found. */
export function scriptedFetch(documents: Record<string, () => unknown>): ScriptedFetch {
  const requests: string[] = [];
  let behaviour = WELL;
  const behave = (next: Behaviour) => void (behaviour = next);

  const fetch = async (input: unknown, init?: { signal?: AbortSignal }): Promise<Response> => {
    const url = urlOf(input);
    const signal = init?.signal ?? (input as { signal?: AbortSignal }).signal;
    signal?.throwIfAborted();
    requests.push(url);
    const document = Object.hasOwn(documents, url) ? documents[url] : undefined;
    const answer = () => (document === undefined ? new Response('not found', { status: 404 }) : Response.json(document()));
    return behaviour(answer, signal);
  };

  return Object.assign(fetch, {
    requests,
    stall: () => behave((_, signal) => pause(undefined, signal).then(() => new Response(null, { status: 504 }))),
    fail: (status?: number) => behave(() => (status === undefined ? unreachable() : new Response('failed', { status }))),
    delay: (milliseconds: number) => behave((answer, signal) => pause(milliseconds, signal).then(answer)),
    redirect: (location = 'https://elsewhere.test/') =>
      behave(() => new Response(null, { status: 302, headers: { location } })),
    grow: (bytes: number) => behave(async (answer) => padded(await (await answer()).text(), bytes)),
    recover: () => behave(WELL),
  });
}

function urlOf(input: unknown): string {
  const { url, href } = (typeof input === 'object' && input !== null ? input : {}) as { url?: string; href?: string };
  return url ?? href ?? String(input);
}

/** What `fetch` throws when there is no connection. */
function unreachable(): never {
  throw new TypeError('fetch failed');
}

/** Waits, for ever where no time is given, or rejects with the signal's reason. */
function pause(milliseconds: number | undefined, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}

const BLANKS = new Uint8Array(16_384).fill(0x20);

/** The same JSON behind so much white space that there are at least so many bytes, made as they are read. */
function padded(text: string, bytes: number): Response {
  let left = bytes - text.length;
  const body = new ReadableStream({
    pull(controller) {
      if (left > 0) {
        controller.enqueue(BLANKS.slice(0, Math.min(left, BLANKS.length)));
        left -= BLANKS.length;
        return;
      }
      controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}
