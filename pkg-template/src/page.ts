/** Lists: a page that can be awaited, and walked through with `for await`. */
import { ask, putTexts, type Brief } from './wasm.js';

export interface Page {
  data: unknown[];
  hasMore: boolean;
  nextCursor: unknown;
  total: number | null;
}

type Fetched = Page & AsyncIterable<unknown>;

/**
 * Asks for the page that `parameters` name. What comes back is a promise of it that is iterable
 * itself, so that `for await (const user of client.users.list())` needs no second `await`.
 */
export function listed(
  parameters: string,
  send: (parameters: string) => Promise<Page>,
  walk: (parameters: string) => Brief,
): Promise<Fetched> & AsyncIterable<unknown> {
  const walkable = (page: Page): Fetched => iterable(page, () => items(page, parameters, send, walk));
  const first = send(parameters).then(walkable);
  return iterable(first, async function* () {
    yield* await first;
  });
}

/** All items from `first` on; the core knows the next page's parameters and notices circles. */
async function* items(
  first: Page,
  parameters: string,
  send: (parameters: string) => Promise<Page>,
  walk: (parameters: string) => Brief,
): AsyncGenerator<unknown> {
  const steps = walk(parameters);
  steps.guard();
  try {
    let page = first;
    for (;;) {
      yield* page.data;
      const cursor = JSON.stringify(page.nextCursor ?? null);
      const next = ask((core) => core.nextPage(steps.handle, putTexts(cursor)));
      if (next === '') return;
      page = await send(next);
    }
  } finally {
    steps.free();
  }
}

function iterable<Value extends object>(value: Value, iterate: () => AsyncIterator<unknown>): Value & AsyncIterable<unknown> {
  Object.defineProperty(value, Symbol.asyncIterator, { value: iterate });
  return value as Value & AsyncIterable<unknown>;
}
