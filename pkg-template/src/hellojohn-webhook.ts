/** HelloJohn's webhooks: a request, or a delivery given by its parts. */
import { lent, type CallOptions } from './call-options.js';
import { configError } from './errors.js';
import { textOrBytes } from './options.js';
import type { Provider } from './provider.js';
import type { Held } from './wasm.js';
import { judge, judgeRequest, rawBytes } from './webhook.js';

export interface Delivery {
  payload: unknown;
  signature: unknown;
  timestamp?: unknown;
  secret?: unknown;
}

export class HelloJohnWebhooks {
  readonly #provider: Provider;
  #own: Held | undefined;

  constructor(provider: Provider) {
    this.#provider = provider;
  }

  async verifyRequest(request: unknown, call: CallOptions | undefined): Promise<unknown> {
    const { currentDate, replayStore } = this.#provider;
    const { moment, signal } = lent(call, currentDate);
    return judgeRequest(this.#webhook(), replayStore, request, { moment, signal, read: (event) => ({ ...this.#provider.event(event.body), event }) });
  }

  verifyParts({ payload, signature, timestamp, secret }: Delivery, call: CallOptions | undefined): unknown {
    const { moment } = lent(call, this.#provider.currentDate);
    if (typeof signature !== 'string') throw configError('signature', 'must be a string');
    const headers: [string, string][] = [['x-hellojohn-signature', signature]];
    if (timestamp !== undefined) headers.push(['x-hellojohn-timestamp', String(timestamp)]);
    const body = rawBytes(payload);
    if (secret === undefined) {
      return this.#judged(this.#webhook(), body, headers, moment);
    }
    const secrets = (Array.isArray(secret) ? secret : [secret]).map((one) => textOrBytes(one, 'secret'));
    // To the core, none would mean the client's own.
    if (secrets.length === 0) throw configError('secret', 'must not be an empty list');
    const webhook = this.#provider.webhook(secrets);
    try {
      return this.#judged(webhook, body, headers, moment);
    } finally {
      webhook.free();
    }
  }

  /** Where it was claimed, the event brings the way to give it back. */
  #judged(webhook: Held, body: Uint8Array, headers: [string, string][], moment: number): unknown {
    const { replayStore } = this.#provider;
    return judge(webhook, replayStore, body, headers, {
      moment,
      read: (event) => {
        const read = this.#provider.event(event.body);
        return replayStore === undefined ? read : { ...read, event };
      },
    });
  }

  /** The verifier of the client's own secrets. */
  #webhook(): Held {
    return (this.#own ??= this.#provider.webhook([]));
  }
}
