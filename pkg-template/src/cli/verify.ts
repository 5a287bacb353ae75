/** `countersign verify`: accepts or refuses one token. */
import { ACCEPTED } from './exit.js';
import { pairs, visible, type Output } from './output.js';
import { tokenAndVerifier } from './verifier.js';

export async function verify(words: string[], output: Output): Promise<number> {
  const { token, verifier, call } = await tokenAndVerifier(words);
  const { payload, protectedHeader, algorithm, kid } = await verifier.verify(token, call);
  output.result({ accepted: true, payload, protectedHeader }, (paint) => [
    `${paint('green', '✓')} accepted: ${[algorithm, kid && `key ${visible(JSON.stringify(kid))}`].filter(Boolean).join(', ')}`,
    ...pairs(dated(payload)),
  ]);
  return ACCEPTED;
}

/** The claims, with those that are moments (RFC 7519 §4.1) also as dates. */
function dated(payload: object): Record<string, unknown> {
  const moments = ['exp', 'iat', 'nbf'];
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, moments.includes(name) ? withDate(value) : value]));
}

function withDate(seconds: unknown): unknown {
  const date = new Date(typeof seconds === 'number' ? seconds * 1000 : NaN);
  return Number.isNaN(date.getTime()) ? seconds : `${seconds} (${date.toISOString()})`;
}
