/** Tokens that another implementation has signed: one of every algorithm, by `jose`. */
import { pathToFileURL } from 'node:url';
import { ALGORITHMS, claims, KEY_OF } from './suite/tokens.mjs';

export async function joseTokens(tool, keys) {
  const { CompactSign, importJWK } = await import(pathToFileURL(tool.resolve('jose')));
  const payload = new TextEncoder().encode(JSON.stringify(claims()));
  const sign = async (alg) => {
    const key = KEY_OF[alg] === 'secret' ? new TextEncoder().encode(keys.secret) : await importJWK(keys[KEY_OF[alg]], alg);
    return new CompactSign(payload).setProtectedHeader({ alg }).sign(key);
  };
  return Object.fromEntries(await Promise.all(ALGORITHMS.map(async (alg) => [alg, await sign(alg)])));
}
