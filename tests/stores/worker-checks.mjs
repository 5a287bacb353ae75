// What must hold in workerd.
import { setTimeout as sleep } from 'node:timers/promises';
import { tally } from './node.mjs';

export function checksOfWorker({ issuer, sign }, url) {
  const get = async (path, headers = {}) => (await fetch(`${url}${path}`, { headers })).text();
  const post = async (path, signed, changed = {}) => {
    const { body, headers } = await signed;
    const response = await fetch(`${url}${path}`, { method: 'POST', body, headers: { ...headers, ...changed } });
    const text = await response.text();
    return text.startsWith('{') ? (JSON.parse(text).code ?? 'ok') : `${response.status}`;
  };
  const restored = async (path) => get(path, { authorization: `Bearer ${await issuer.sign()}` });
  return [
    ['of 64 identical deliveries at once one passes', '1 ok, 63 ERR_WEBHOOK_REPLAYED', async () => {
      const signed = await sign();
      return tally(await Promise.all(Array.from({ length: 64 }, () => post('/webhook', signed))));
    }],
    ['different deliveries pass', '8 ok', async () => tally(await Promise.all(Array.from({ length: 8 }, () => post('/webhook', sign()))))],
    ['a claim covers twice the tolerance', 'true', async () => {
      await post('/webhook', sign());
      const left = Number(await get('/left'));
      return `${left > 590 && left <= 600 || left}`;
    }],
    ['a changed id that is not signed is no other delivery', 'ok, ERR_WEBHOOK_REPLAYED', async () => {
      const signed = await sign('github');
      return `${await post('/github', signed, { 'x-github-delivery': '1' })}, ${await post('/github', signed, { 'x-github-delivery': '2' })}`;
    }],
    ['a claim ends, and leaves nothing behind', 'ok, null, ok', async () => {
      const signed = await sign('github');
      const first = await post('/short', signed);
      let left = await get('/left');
      for (let looks = 0; left !== 'null' && looks < 150; looks += 1) {
        await sleep(100);
        left = await get('/left');
      }
      return `${first}, ${left}, ${await post('/short', signed)}`;
    }],
    ['a delivery that its handler fails passes again', '500, 500, ok, ERR_WEBHOOK_REPLAYED', async () => {
      const signed = await sign();
      const outcomes = [];
      for (const path of ['/failing', '/failing', '/webhook', '/webhook']) outcomes.push(await post(path, signed));
      return outcomes.join(', ');
    }],
    ['what is no namespace is refused', 'ERR_CONFIG_INVALID', () => get('/wrong-binding')],
    ['a snapshot of keys by way of KV', 'kept, alice', async () => `${await get('/kv/keep')}, ${await restored('/kv/restored')}`],
    ['a snapshot of keys by way of the Cache API', 'kept, alice', async () => `${await get('/cache/keep')}, ${await restored('/cache/restored')}`],
  ];
}
