// The emulator and its controls.
import { join } from 'node:path';
import { Failure, target } from '../lib/tree.mjs';
import { start } from './processes.mjs';

const program = process.env.COUNTERSIGN_EMULATOR ?? join(target, 'debug/emulator');

/** Starts the emulator on a free port; it posts webhooks to `webhookUrl`. */
export async function startEmulator({ webhookUrl }) {
  const parameters = ['--port', '0', '--no-rate-limits', '--exit-with-stdin', '--webhook-url', webhookUrl];
  const { value } = await start('emulator', program, parameters, {
    ready: (line) => (/^\{.*"ready":true/.test(line) ? JSON.parse(line) : undefined),
  });
  return new Emulator(value);
}

class Emulator {
  constructor({ url, provider }) {
    this.url = url;
    this.provider = provider;
    Object.assign(this, provider.hellojohn);
  }

  /** One request to the controls; what they answer. */
  async control(method, path, body) {
    const response = await fetch(`${this.url}/__emulator/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Failure(`emulator: ${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** A token to order, see the emulator's README; of HelloJohn, unless another provider is named. */
  async mint(order, provider = 'hellojohn') {
    return (await this.control('POST', `${provider}/mint`, order)).token;
  }

  sign(order, provider = 'hellojohn') {
    return this.control('POST', `${provider}/webhooks/sign`, order);
  }

  /** Runs `body` while requests to `path` meet `fault`. */
  async during({ fault, times, method = 'GET', path }, body) {
    await this.control('POST', 'faults', { match: { method, path }, times, fault });
    try {
      return await body();
    } finally {
      await this.control('DELETE', 'faults');
    }
  }

  /** How many requests `body` causes at `path`. */
  async counting(path, body) {
    await this.control('DELETE', 'requests');
    const result = await body();
    const { requests } = await this.control('GET', `requests?path=${encodeURIComponent(path)}`);
    return { result, requests: requests.length };
  }
}
