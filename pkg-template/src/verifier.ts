/** `createVerifier`: converts, awaits and rethrows; the rules are the core's. */
import { clockOf, type Clock } from './clock.js';
import { writeCredential, type Written } from './credential.js';
import { drive, type Fetch, type Means } from './driver.js';
import * as is from './options.js';
import { enter, Held, readJson, writeText, type Handle } from './wasm.js';

/** The options that stay on this side of the border. */
const HOST_OPTIONS = { currentDate: is.date, fetch: is.callable };

const CORE_OPTIONS: is.Shape = {
  issuer: is.orNull(is.either(is.text, is.texts)),
  audience: is.orNull(is.either(is.text, is.texts)),
  jwksUri: is.url,
  jwks: is.json,
  key: is.either(is.text, is.json),
  secret: is.textOrBytes,
  algorithms: is.texts,
  subject: is.either(is.text, is.texts),
  typ: is.text,
  requiredClaims: is.texts,
  clockTolerance: is.either(is.number, is.text),
  maxTokenAge: is.either(is.number, is.text),
  cacheMaxAge: is.number,
  cooldownDuration: is.number,
  timeoutDuration: is.number,
  staleWhileRevalidate: is.number,
  staleIfError: is.number,
  tokenCache: is.either(is.number, is.only(false)),
  rolesClaim: is.text,
  permissionsClaim: is.text,
  scopesClaim: is.text,
  headers: is.headerFields,
};

const CALL_OPTIONS: is.Shape = {
  signal: (value) => value,
  fetch: is.callable,
  waitUntil: is.callable,
  currentDate: (value, name) => (is.instant(value, name), value),
};

export interface CallOptions {
  signal?: AbortSignal;
  fetch?: Fetch;
  waitUntil?: (promise: Promise<unknown>) => void;
  currentDate?: Date;
}

export interface VerifiedToken {
  payload: Record<string, unknown>;
  protectedHeader: Record<string, unknown>;
  algorithm: string;
  kid?: string;
}

/** What `protect` demands of a verified token, in the core's words. */
export interface Demands {
  roles?: string[];
  permissions?: string[];
  scopes?: string[];
}

/**
 * Where framework adapters find the check of demands. A registered symbol, because the adapter
 * and the verifier may come from the ESM and the CommonJS copy of this package.
 */
export const AUTHORIZE = Symbol.for('countersign.authorize');

/** Splits the options of one issuer into the core's part and the host's. */
function taken(options: unknown): { core: Record<string, unknown>; currentDate: unknown; fetch: Fetch | undefined } {
  const { currentDate, fetch, ...core } = is.take(options, { ...CORE_OPTIONS, ...HOST_OPTIONS }, 'options');
  return { core: Object.assign(Object.create(null), core), currentDate, fetch: fetch as Fetch | undefined };
}

class TokenVerifier {
  readonly #held: Held;
  readonly #currentDate: unknown;
  readonly #fetch: Fetch | undefined;
  /** The last key set seen, for the day the instance has to be replaced. */
  #lastKeys: string | undefined;

  constructor(options: unknown) {
    const many = Array.isArray(options);
    const entries = (many ? Array.from(options as unknown[]) : [options]).map(taken);
    // With several issuers there is still one clock and one way out: those of the first entry.
    this.#currentDate = entries[0]?.currentDate;
    this.#fetch = entries[0]?.fetch;
    const issuers = entries.map((entry) => entry.core);
    this.#held = new Held(() => this.#make(issuers, many));
  }

  async verify(input: unknown, call?: CallOptions): Promise<VerifiedToken> {
    const lent = this.#lent(call);
    const start = () => this.#start(writeCredential(input), lent.clock);
    const verified = await drive(start, lent, readVerified, this.#remember);
    this.#refresh(lent);
    return verified;
  }

  verifySync(input: unknown, call?: CallOptions): VerifiedToken {
    const lent = this.#lent(call);
    const now = lent.clock.read();
    const verifier = this.#held.handle();
    const { source, length } = writeCredential(input);
    enter((core) => core.verifySync(verifier, source, length, now, lent.clock.given));
    const verified = readVerified();
    // Without a place to leave it, a synchronous call starts nothing in the background.
    if (lent.waitUntil !== undefined) this.#refresh(lent);
    return verified;
  }

  explain(input: unknown, call?: CallOptions): unknown {
    const { clock } = this.#lent(call);
    const verifier = this.#held.handle();
    const { source, length } = writeCredential(input);
    return JSON.parse(enter((core) => core.explain(verifier, source, length, clock.read(), clock.given)));
  }

  async preload(call?: CallOptions): Promise<void> {
    const start = () => enter((core) => core.startPreload(this.#held.handle()));
    await drive(start, this.#lent(call), () => {}, this.#remember);
  }

  snapshot(): unknown {
    return JSON.parse(enter((core) => core.snapshot(this.#held.handle())));
  }

  restore(snapshot: unknown): void {
    const text = JSON.stringify(is.json(snapshot, 'snapshot'));
    enter((core) => core.restore(this.#held.handle(), text, Date.now()));
    this.#remember();
  }

  get keys(): unknown {
    const text = enter((core) => core.keyStatus(this.#held.handle(), Date.now()));
    return JSON.parse(text, (name, value: unknown) => (name === 'fetchedAt' ? new Date(value as number) : value));
  }

  [AUTHORIZE](verified: VerifiedToken, demands: Demands): void {
    const payload = writeText(JSON.stringify(verified.payload));
    enter((core) => core.authorize(this.#held.handle(), payload, demands));
  }

  #make(issuers: Record<string, unknown>[], many: boolean): Handle {
    const handle = enter((core) => core.createVerifier(issuers, many));
    const keys = this.#lastKeys;
    if (keys !== undefined) enter((core) => core.restore(handle, keys, Date.now()));
    return handle;
  }

  #start({ source, length }: Written, clock: Clock): Handle {
    return enter((core) => core.startVerify(this.#held.handle(), source, length, clock.read(), clock.given));
  }

  #lent(call: CallOptions | undefined): Lent {
    const taken = call === undefined ? {} : (is.take(call, CALL_OPTIONS, 'call') as CallOptions);
    return {
      clock: clockOf(this.#currentDate, taken.currentDate),
      fetch: taken.fetch ?? this.#fetch,
      signal: taken.signal,
      waitUntil: taken.waitUntil,
    };
  }

  readonly #remember = (): void => {
    this.#lastKeys = enter((core) => core.snapshot(this.#held.handle()));
  };

  /** Fetches newer keys in the background when it is time; the caller never waits for it. */
  #refresh({ waitUntil, ...means }: Lent): void {
    const verifier = this.#held.handle();
    if (!enter((core) => core.refreshDue(verifier, Date.now()))) return;
    const start = () => enter((core) => core.startRefresh(verifier));
    const refreshed = drive(start, { ...means, signal: undefined }, () => {}, this.#remember).catch(() => {});
    waitUntil?.(refreshed);
  }
}

interface Lent extends Means {
  waitUntil: ((promise: Promise<unknown>) => void) | undefined;
}

/** The token that the core has just verified: new objects for every call. */
function readVerified(): VerifiedToken {
  const [payload, protectedHeader] = enter((core) => [
    readJson<Record<string, unknown>>(core.payloadPointer(), core.payloadLength()),
    readJson<Record<string, unknown>>(core.headerPointer(), core.headerLength()),
  ]);
  const verified: VerifiedToken = { payload, protectedHeader, algorithm: protectedHeader['alg'] as string };
  if (typeof protectedHeader['kid'] === 'string') verified.kid = protectedHeader['kid'];
  return verified;
}

export function createVerifier(options: unknown): TokenVerifier {
  return new TokenVerifier(options);
}
