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
    judge(this.#webhook(secret), undefined, body, headers, moment);
    return eventOf(body);
  }

  /** The client's own verifier, or one for the secret of this call. */
  #webhook(secret?: unknown): Held {
    if (secret === undefined) return (this.#own ??= new Held(() => this.#make([])));
    const secrets = (Array.isArray(secret) ? secret : [secret]).map((one) => textOrBytes(one, 'secret'));
    return new Held(() => this.#make(secrets));
  }

  #make(secrets: unknown[]): Handle {
    return enter((core) => core.helloJohnWebhook(this.#client(), secrets));
  }
}

function eventOf(body: Uint8Array): Record<string, unknown> {
  return JSON.parse(enter((core) => core.helloJohnEvent(body))) as Record<string, unknown>;
}
