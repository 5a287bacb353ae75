/** What commands fetch with. It remembers what became of the last request, which the package's errors do not say. */
let last: string | undefined;

/** Like `fetch`. */
export async function send(request: Request, init?: RequestInit): Promise<Response> {
  const { origin, pathname } = new URL(request.url);
  const address = `${origin}${pathname}`;
  last = `${address} did not answer`;
  try {
    const response = await fetch(request, init);
    last = `${address} answered ${response.status === 0 ? 'with a redirect' : response.status}`;
    return response;
  } catch (error) {
    last = `${address}: ${reasonOf(error as Error)}`;
    throw error;
  }
}

/** What became of the last request; it holds an address without its query, never a header field. */
export const lastRequest = (): string | undefined => last;

/** Node's `fetch` says only that it failed; its cause says why. */
function reasonOf({ message, cause }: Error): string {
  const { code, message: detail } = (cause ?? {}) as NodeJS.ErrnoException;
  return code ?? detail ?? message;
}
