/** `countersign explain`: every check of one token, in order. */
import { ACCEPTED, REFUSED, UNREACHABLE } from './exit.js';
import { list, type Line, type Output } from './output.js';
import { lastRequest } from './requests.js';
import { tokenAndVerifier } from './verifier.js';

interface Explanation {
  accepted: boolean;
  code: string | null;
  checks: Line[];
}

/** Codes with which nothing is said about the token, because there are no keys to judge it by. */
const KEYLESS = ['ERR_JWKS_INVALID', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_UNAVAILABLE'];

export async function explain(words: string[], output: Output): Promise<number> {
  const { token, verifier, call } = await tokenAndVerifier(words);
  // Fetches the keys that this token needs; what it makes of the token is explained below.
  await verifier.verify(token, call).catch(() => {});
  const explanation = verifier.explain(token, call) as Explanation;
  const isKeyless = KEYLESS.includes(explanation.code ?? '');
  const reason = isKeyless ? lastRequest() : undefined;
  output.result(explanation, (paint) => [
    explanation.accepted ? `${paint('green', '✓')} accepted` : `${paint('red', '✗')} refused: ${explanation.code}`,
    ...list(explanation.checks, paint).map((line) => `  ${line}`),
    ...(reason === undefined ? [] : [reason]),
  ]);
  if (explanation.accepted) return ACCEPTED;
  return isKeyless ? UNREACHABLE : REFUSED;
}
