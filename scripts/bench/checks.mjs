// A benchmark of a verifier that accepts anything is worth nothing: before a row is measured, each
// contestant must accept every good input and refuse every forged one.
import { isDeepStrictEqual } from 'node:util';
import { fail } from '../lib/tree.mjs';
import { jtiOf } from './tokens.mjs';

export async function checkTokens(contestant, { algorithm, good, forged }) {
  const { name, kind, prepare, run } = contestant;
  for (const token of good) {
    const claims = await accepted(`${name} on ${algorithm}`, () => run(prepare(token)));
    if (kind !== 'primitive' && claims?.jti !== jtiOf(token)) fail(`${name} on ${algorithm}: gave other claims than the token's`);
  }
  for (const { what, token, signatureOnly } of forged) {
    if (kind === 'primitive' && !signatureOnly) continue;
    await refused(`${name} on ${algorithm}`, what, () => run(prepare(token)));
  }
}

export async function checkDeliveries(contestant, good, forged) {
  const { name, kind, prepare, run } = contestant;
  for (const delivery of good) {
    const event = await accepted(name, () => run(prepare(delivery)));
    if (kind !== 'primitive' && !isDeepStrictEqual(event, JSON.parse(delivery.body))) fail(`${name}: gave another body than the delivery's`);
  }
  for (const { what, delivery } of forged) await refused(name, what, () => run(prepare(delivery)));
}

async function accepted(name, verify) {
  try {
    return await verify();
  } catch (error) {
    return fail(`${name}: refuses a good input: ${error.message}`);
  }
}

/** Whether `verify` throws or rejects. */
export async function refuses(verify) {
  try {
    await verify();
    return false;
  } catch {
    return true;
  }
}

async function refused(name, what, verify) {
  if (!(await refuses(verify))) fail(`${name}: accepts ${what}`);
}
