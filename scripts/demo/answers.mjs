// What came back, in a few words that can be compared.

/** `401 ERR_JWT_EXPIRED`: the status, and the code of a refusal. */
export async function brief(response) {
  const body = await bodyOf(response);
  return body?.code === undefined ? `${response.status}` : `${response.status} ${body.code}`;
}

/** The JSON body, or undefined where there is none. */
export async function bodyOf(response) {
  try {
    return JSON.parse(await response.text());
  } catch {
    return undefined;
  }
}

export const bearer = (token) => ({ authorization: `Bearer ${token}` });

/** Asks until `good` says yes or the time is over; the last answer in either case. */
export async function eventually(ask, good, milliseconds) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (good(answer) || Date.now() > end) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
