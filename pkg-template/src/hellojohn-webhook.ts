/** HelloJohn's webhooks: a request, or a delivery given by its parts. */
import { lent, type CallOptions } from './call-options.js';
import { configError } from './errors.js';
import * as is from './options.js';
import type { Provider } from './provider.js';
import type { Held } from './wasm.js';
import { headerNames } from './webhook-border.js';
import { judge, judgeRequest, rawBytes } from './webhook.js';

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

  verifyParts(given: object, call: CallOptions | undefined): unknown {
    const { moment } = lent(call, this.#provider.currentDate);
    const { payload, signature, timestamp, secret } = is.own(given, 'delivery');
    const body = rawBytes(payload);
    const signed = { signature, timestamp };
    if (secret === undefined) {
      return this.#judged(this.#webhook(), body, signed, moment);
    }
    const secrets = (Array.isArray(secret) ? secret : [secret]).map((one) => is.textOrBytes(one, 'secret'));
    // To the core, none would mean the client's own.
    if (secrets.length === 0) throw configError('secret', 'must not be an empty list');
    const webhook = this.#provider.webhook(secrets);
    try {
      return this.#judged(webhook, body, signed, moment);
    } finally {
      webhook.free();
    }
  }

  /** Where it was claimed, the event brings the way to give it back. */
  #judged(webhook: Held, body: Uint8Array, signed: Signed, moment: number): unknown {
    const { replayStore } = this.#provider;
    return judge(webhook, replayStore, body, headersOf(webhook, signed), {
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

/** What a delivery says of its signature. What a request lacks is `undefined` or, from its `Headers`, `null`. */
interface Signed {
  signature: unknown;
  timestamp: unknown;
}

/** The headers in which the parts would have come. */
function headersOf(webhook: Held, { signature, timestamp }: Signed): [string, string][] {
  const [signatureName = '', timestampName] = headerNames(webhook);
  const headers: [string, string][] = [];
  if (isThere(signature)) headers.push([signatureName, is.text(signature, 'signature') as string]);
  if (isThere(timestamp) && timestampName !== undefined) headers.push([timestampName, String(timestamp)]);
  return headers;
}

const isThere = (part: unknown): boolean => part !== undefined && part !== null;
