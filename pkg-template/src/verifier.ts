/** `createVerifier`: converts, awaits and rethrows; the rules are the core's. */
import { lent, type CallOptions, type Lent } from './call-options.js';
import { RecalledClaims } from './claims.js';
import { writeCredential } from './credential.js';
import { drive, type Fetch } from './driver.js';
import { configError } from './errors.js';
import * as is from './options.js';
import { secretField } from './fields.js';
import { ask, enter, Held, put, putTexts, readHeader, takeText, type Handle } from './wasm.js';

/** The options that stay on this side of the border. */
const HOST_OPTIONS = { currentDate: is.date, fetch: is.callable };

const TEXT_OR_TEXTS = is.either(Array.isArray, is.texts, is.text);

const CORE_OPTIONS: is.Shape = {
  issuer: is.orNull(TEXT_OR_TEXTS),
  audience: is.orNull(TEXT_OR_TEXTS),
  jwksUri: is.url,
  jwks: is.json,
  key: is.either((value) => typeof value === 'object', is.json, is.text),
  secret: is.textOrBytes,
  algorithms: is.texts,
  subject: TEXT_OR_TEXTS,
  typ: is.text,
  requiredClaims: is.texts,
  clockTolerance: is.either(is.isText, is.text, is.number),
  maxTokenAge: is.either(is.isText, is.text, is.number),
  cacheMaxAge: is.number,
  cooldownDuration: is.number,
  timeoutDuration: is.number,
  staleWhileRevalidate: is.number,
  staleIfError: is.number,
  tokenCache: is.either((value) => value === false, is.flag, is.count),
  rolesClaim: is.text,
  permissionsClaim: is.text,
  scopesClaim: is.text,
  headers: is.headerFields,
};

export interface VerifiedToken {
  payload: Record<string, unknown>;
  protectedHeader: Record<string, unknown>;
  algorithm: string;
  kid?: string;
}

/** What `protect` demands of a token, in the core's words. */
export interface Requirement {
  roles?: string[];
  permissions?: string[];
  scopes?: string[];
  org?: string;
}

/**
 * Where framework adapters find the way to verify under a requirement. A registered symbol,
 * because the adapter and the verifier may come from the ESM and the CommonJS copy of this package.
 */
export const PROTECT = Symbol.for('countersign.protect');

/** Verifies under a requirement; throws `ERR_FORBIDDEN` where a good token does not meet it. */
export type Protect = (input: unknown, call?: CallOptions) => Promise<VerifiedUser>;

interface Issuer {
  options: Record<string, unknown>;
  secret: unknown;
}

/** The core's part of the options of one issuer. */
function issuerOf(taken: Record<string, unknown>): Issuer {
  const { currentDate: _, fetch: __, secret, key, jwks, ...plain } = taken;
  const options = Object.assign(Object.create(null), plain) as Record<string, unknown>;
  // Keys go over as the texts they are: the core has its own strict reader for them.
  if (typeof key === 'string') options['pem'] = key;
  else if (key !== undefined) options['jwk'] = JSON.stringify(key);
  if (jwks !== undefined) options['jwks'] = JSON.stringify(jwks);
  return { options, secret };
}

/** Refuses what stays on this side in a later entry, unless it is the first's as well. */
function refuseUnlike(first: Record<string, unknown>, later: Record<string, unknown>): void {
  for (const name of Object.keys(HOST_OPTIONS)) {
    if (later[name] !== undefined && later[name] !== first[name]) throw configError(name, 'must stand in the first entry');
  }
}

/** Verified, and the user that a provider makes of the token. */
export interface VerifiedUser {
  verified: VerifiedToken;
  user: unknown;
}

/** Makes the core's object; called again when the instance was replaced. */
type Make = () => Handle;

export class TokenVerifier {
  readonly #held: Held;
  readonly #make: Make;
  readonly #currentDate: unknown;
  readonly #fetch: Fetch | undefined;
  readonly #recalled = new RecalledClaims();
  /** The last key set seen, for the day the instance has to be replaced. */
  #lastKeys: string | undefined;

  private constructor(make: Make, currentDate: unknown, fetch: Fetch | undefined) {
    this.#make = make;
    this.#currentDate = currentDate;
    this.#fetch = fetch;
    this.#held = new Held(() => this.#remade());
  }

  /** The verifier that `make` makes, under options that have been checked. */
  static over(make: Make, currentDate: unknown, fetch: Fetch | undefined): TokenVerifier {
    return new TokenVerifier(make, currentDate, fetch);
  }

  static of(given: unknown): TokenVerifier {
    const several = Array.isArray(given);
    const shape = { ...CORE_OPTIONS, ...HOST_OPTIONS };
    const taken = (several ? Array.from(given as unknown[]) : [given]).map((one) => is.take(one, shape, 'options'));
    const [first = is.NONE, ...later] = taken;
    for (const entry of later) refuseUnlike(first, entry);
    const issuers = taken.map(issuerOf);
    const fields = issuers.flatMap(({ options, secret }) => [{ number: 0, value: JSON.stringify(options) }, secretField(secret)]);
    const make = () => enter((core) => core.createVerifier(put(fields), several));
    // With several issuers there is still one clock and one way out: those of the first entry.
    return new TokenVerifier(make, first['currentDate'], first['fetch'] as Fetch | undefined);
  }

  async verify(input: unknown, call?: CallOptions): Promise<VerifiedToken> {
    return (await this.#verify(input, call)).verified;
  }

  verifySync(input: unknown, call?: CallOptions): VerifiedToken {
    this.#verifySync(input, call);
    return this.#readVerified();
  }

  /** For providers' clients: verifies, and reads the user besides. */
  verifyUser(input: unknown, call?: CallOptions): Promise<VerifiedUser> {
    return this.#verify(input, call);
  }

  verifyUserSync(input: unknown, call?: CallOptions): VerifiedUser {
    this.#verifySync(input, call);
    return this.#readUser();
  }

  explain(input: unknown, call?: CallOptions): unknown {
    const { moment } = this.#lent(call);
    const verifier = this.#held.handle();
    const { source, length } = writeCredential(typeof input === 'string' ? input : '');
    return enter((core) => core.explain(verifier, source, length, Date.now(), moment) as unknown);
  }

  async preload(call?: CallOptions): Promise<void> {
    const start = () => enter((core) => core.startPreload(this.#held.handle()));
    await drive(start, this.#lent(call), () => {}, this.#manner);
  }

  snapshot(): unknown {
    return JSON.parse(ask((core) => core.snapshot(this.#held.handle())));
  }

  restore(snapshot: unknown): void {
    const text = JSON.stringify(is.json(snapshot, 'snapshot'));
    enter((core) => core.restore(this.#held.handle(), putTexts(text), Date.now()));
    this.#remember();
  }

  get keys(): unknown {
    const text = ask((core) => core.keyStatus(this.#held.handle(), Date.now()));
    return JSON.parse(text, (name, value: unknown) => (name === 'fetchedAt' && typeof value === 'number' ? new Date(value) : value));
  }

  [PROTECT](requirement: Requirement): Protect {
    const held = new Held(() => enter((core) => core.createRequirement(this.#held.handle(), putTexts(JSON.stringify(requirement)))));
    return (input, call) => this.#verify(input, call, held);
  }

  async #verify(input: unknown, call?: CallOptions, requirement?: Held): Promise<VerifiedUser> {
    const lent = this.#lent(call);
    const start = () => {
      const [verifier, required] = [this.#held.handle(), requirement?.handle() ?? 0];
      const { source, length } = writeCredential(input);
      return enter((core) => core.startVerify(verifier, source, length, lent.moment, required));
    };
    const read = await drive(start, lent, this.#readUser, this.#manner);
    this.#refresh(lent);
    return read;
  }

  #verifySync(input: unknown, call: CallOptions | undefined): void {
    const lent = this.#lent(call);
    // Without a place to leave it, a synchronous call starts nothing in the background. It is begun
    // first, because it may call the caller's fetch, and nothing may come between the lines below.
    if (lent.waitUntil !== undefined) this.#refresh(lent);
    const verifier = this.#held.handle();
    const { source, length } = writeCredential(input);
    enter((core) => core.verifySync(verifier, source, length, Date.now(), lent.moment));
  }

  /** The token that the core has just verified: new objects for every call. */
  #readVerified(): VerifiedToken {
    const payload = this.#recalled.read();
    const protectedHeader = readHeader();
    const verified: VerifiedToken = { payload, protectedHeader, algorithm: protectedHeader['alg'] as string };
    if (typeof protectedHeader['kid'] === 'string') verified.kid = protectedHeader['kid'];
    return verified;
  }

  readonly #readUser = (): VerifiedUser => {
    const text = takeText();
    return { verified: this.#readVerified(), user: text === '' ? undefined : JSON.parse(text) };
  };

  #remade(): Handle {
    const handle = this.#make();
    const keys = this.#lastKeys;
    if (keys !== undefined) enter((core) => core.restore(handle, putTexts(keys), Date.now()));
    return handle;
  }

  #lent(call: CallOptions | undefined): Lent {
    return lent(call, this.#currentDate, this.#fetch);
  }

  readonly #remember = (): void => {
    this.#lastKeys = ask((core) => core.snapshot(this.#held.handle()));
  };

  readonly #manner = { heard: this.#remember, repeatable: true };

  /** Fetches newer keys in the background when it is time; the caller never waits for it. */
  #refresh({ waitUntil, fetch }: Lent): void {
    const verifier = this.#held.handle();
    if (enter((core) => core.refreshDue(verifier, Date.now())) === 0) return;
    const start = () => enter((core) => core.startRefresh(this.#held.handle()));
    const refreshed = drive(start, { fetch, signal: undefined }, () => {}, this.#manner).catch(() => {});
    try {
      waitUntil?.(refreshed);
    } catch {
      // The promise goes on without a keeper, and the verdict does not hang on that.
    }
  }
}

export function createVerifier(options: unknown): TokenVerifier {
  return TokenVerifier.of(options);
}
