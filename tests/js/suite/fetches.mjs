/** Scripted `fetch` functions: what a key endpoint or an API may do. */

/** Answers call after call with what `answers` says, the last one for ever; remembers every request. */
export function scripted(...answers) {
  const fetch = async (request, init) => {
    const answer = answers[Math.min(fetch.calls.length, answers.length - 1)];
    fetch.calls.push(await heard(request));
    return typeof answer === 'function' ? answer(request, init, fetch.calls.length) : answer.clone();
  };
  fetch.calls = [];
  return fetch;
}

async function heard(request) {
  const { url, method, redirect } = request;
  return { url, method, redirect, headers: Object.fromEntries(request.headers), body: await request.clone().text() };
}

export const json = (value, init) => () => Response.json(value, init);

export const status = (code, body = null, headers = {}) => () => new Response(body, { status: code, headers });

/** A server that cannot be reached. */
export const down = () => Promise.reject(new TypeError('fetch failed'));

/** An answer that does not come; it heeds the signal as `fetch` does. */
export const stall = (request, init) =>
  new Promise((_, reject) => {
    init?.signal?.addEventListener('abort', () => reject(init.signal.reason));
  });

/** An answer that does not come, by a `fetch` that heeds no signal. */
export const deaf = () => new Promise(() => {});

/** A body of so many bytes, piece by piece. Tells in `sent` how many were taken. */
export function large(bytes, piece = 16 * 1024) {
  const answer = () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          if (answer.sent >= bytes) return controller.close();
          answer.sent += piece;
          controller.enqueue(new Uint8Array(piece).fill(32));
        },
      }),
    );
  answer.sent = 0;
  return answer;
}

/** A body that drips on, a byte at a time, and never ends. Tells in `cancelled` whether it was given up. */
export function drip(millis = 5) {
  const answer = () =>
    new Response(
      new ReadableStream({
        async pull(controller) {
          await sleep(millis);
          controller.enqueue(new Uint8Array([32]));
        },
        cancel() {
          answer.cancelled = true;
        },
      }),
    );
  answer.cancelled = false;
  return answer;
}

export const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

/** Waits until something holds, on a machine that is busy with other things too; gives whether it did. */
export async function until(holds, millis = 2_000) {
  for (const end = Date.now() + millis; !holds() && Date.now() < end; ) await sleep(5);
  return holds();
}
