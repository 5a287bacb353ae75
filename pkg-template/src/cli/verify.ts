/** `countersign verify`: accepts or refuses one token. */
import { ACCEPTED } from './exit.js';
import { pairs, visible, type Output } from './output.js';
import { tokenAndVerifier } from './verifier.js';

export async function verify(words: string[], output: Output): Promise<number> {
  const { token, verifier, call } = await tokenAndVerifier(words);
  const { payload, protectedHeader, algorithm, kid } = await verifier.verify(token, call);
  output.result({ accepted: true, payload, protectedHeader }, (paint) => [
    `${paint('green', '✓')} accepted: ${[algorithm, kid && `key ${visible(JSON.stringify(kid))}`].filter(Boolean).join(', ')}`,
    ...pairs(payload),
  ]);
  return ACCEPTED;
}
