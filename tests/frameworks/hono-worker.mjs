// The Hono application in a real workerd, and a verifier that depends on the environment.
import { join } from 'node:path';
import { write } from '../../scripts/lib/tree.mjs';
import { startWorker } from '../../scripts/demo/wrangler.mjs';
import { staged } from './stage.mjs';

export async function startHonoWorker({ config }) {
  const folder = join(staged, 'hono-worker');
  const settings = { name: 'hono', main: 'index.js', compatibility_date: '2026-04-01', vars: { ISSUER: config.issuer, JWKS: JSON.stringify(config.jwks) } };
  write(join(folder, 'wrangler.json'), JSON.stringify(settings));
  const { url } = await startWorker(folder, { name: 'hono' });
  // It is stopped with the others, when the suite ends.
  return { url, stop: () => {} };
}

export function honoWorkerChecks(url, { tokens }) {
  const get = async (token) => {
    const response = await fetch(`${url}/environment`, { headers: { authorization: `Bearer ${token}` } });
    return `${response.status} ${await response.text()}`;
  };
  return [
    ['a verifier of the environment', '200 {"user":"alice"}', () => get(tokens.good)],
    ['… refuses as well', '401', async () => (await get(tokens.expired)).slice(0, 3)],
  ];
}
