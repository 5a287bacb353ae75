/** HelloJohn's webhooks: a request, or a delivery given by its parts. */
import { configError } from './errors.js';
import { textOrBytes } from './options.js';
import { enter, Held, type Handle } from './wasm.js';
import { judge, judgeRequest, rawBytes } from './webhook.js';

export interface Delivery {
  payload: unknown;
  signature: unknown;
  timestamp?: unknown;
  secret?: unknown;
}

export class HelloJohnWebhooks {
  readonly #client: () => Handle;
  #own: Held | undefined;

  constructor(client: () => Handle) {
    this.#client = client;
  }

  async verifyRequest(request: unknown, moment: number, signal: AbortSignal | undefined): Promise<unknown> {
    const event = await judgeRequest(this.#webhook(), undefined, request, moment, signal);
    return { ...eventOf(event.body), event };
  }

  verifyParts({ payload, signature, timestamp, secret }: Delivery, moment: number): unknown {
    if (typeof signature !== 'string') throw configError('signature', 'must be a string');
    const headers: [string, string][] = [['x-hellojohn-signature', signature]];
    if (timestamp !== undefined) headers.push(['x-hellojohn-timestamp', String(timestamp)]);
    const body = rawBytes(payload);
    if (secret === undefined) {
      judge(this.#webhook(), undefined, body, headers, moment);
      return eventOf(body);
    }
    const secrets = (Array.isArray(secret) ? secret : [secret]).map((one) => textOrBytes(one, 'secret'));
    // To the core, none would mean the client's own.
    if (secrets.length === 0) throw configError('secret', 'must not be an empty list');
    const webhook = new Held(() => this.#make(secrets));
    try {
      judge(webhook, undefined, body, headers, moment);
      return eventOf(body);
    } finally {
      webhook.free();
    }
  }

  /** The verifier of the client's own secrets. */
  #webhook(): Held {
    return (this.#own ??= new Held(() => this.#make([])));
  }

  #make(secrets: unknown[]): Handle {
    return enter((core) => core.helloJohnWebhook(this.#client(), secrets));
  }
}

function eventOf(body: Uint8Array): Record<string, unknown> {
  return JSON.parse(enter((core) => core.helloJohnEvent(body))) as Record<string, unknown>;
}
