/**
 * What `protect` is in every framework. An adapter says where things stand in its framework; who
 * is let in is decided by the core, and found out here.
 */
import type { CallOptions } from './call-options.js';
import { configError, CountersignError } from './errors.js';
import * as is from './options.js';
import { PROTECT, type Protect, type Requirement } from './verifier.js';
import { Found, refusal } from './wasm.js';

/** One request, in the terms of the framework that it came in by. */
export interface Visit<Native> {
  /** What the framework's users know as the request; `check` and `token` get it. */
  native: Native;
  /** Where the credential stands, unless `token` reads another place: anything that `verify` takes. */
  credential: unknown;
  call: CallOptions;
  /** What a function in the verifier's place is called with. */
  environment?: unknown;
}

/** The verified token or the provider's user; or else the answer to give. */
export type Admission = { auth: unknown; refusal?: undefined } | { auth?: undefined; refusal: Response };

/** A verifier or a provider's client. */
interface Guard {
  [PROTECT](requirement: Requirement): Protect;
}

interface ProtectOptions<Native> extends Requirement {
  optional?: boolean;
  check?: (auth: unknown, native: Native) => boolean | Promise<boolean>;
  token?: (native: Native) => string | undefined | Promise<string | undefined>;
}

const OPTIONS: is.Shape = {
  optional: is.flag,
  roles: is.texts,
  permissions: is.texts,
  scopes: is.texts,
  org: is.text,
  check: is.callable,
  token: is.callable,
};

/** How a framework differs from the others; without a prototype, on which somebody could have put something. */
export interface Manner {
  /** Whether a function may stand in the verifier's place, called with each request's environment. */
  lazy?: boolean;
  /** The answer to a request whose verification threw; throws on what is the framework's to answer. */
  refuse?: (error: unknown) => Response;
}

/** Makes the gate of one `protect`. A wrong demand shows at once, where the verifier is there at once. */
export function gate<Native>(given: unknown, options: unknown = is.NONE, manner: Manner = is.NONE): (visit: Visit<Native>) => Promise<Admission> {
  const taken = is.take(options, OPTIONS, 'options') as ProtectOptions<Native>;
  const { optional, check, token, ...requirement } = taken;
  const guards = new WeakMap<Guard, Protect>();
  const protectionBy = (guard: unknown): Protect => {
    if (!isGuard(guard)) throw configError('verifier', 'must be a verifier or a provider');
    const known = guards.get(guard) ?? guard[PROTECT](requirement);
    guards.set(guard, known);
    return known;
  };
  const verifierIn = found(given, manner, protectionBy);
  const { refuse = refusalOf } = manner;

  /** Only the verification is forgiven that there is no token, not a `check` or a `token` that throws alike. */
  const forgiven = (error: unknown): undefined => {
    if (optional === true && error instanceof CountersignError && error.code === 'ERR_TOKEN_MISSING') return undefined;
    throw error;
  };

  const authorize = async ({ native, credential, call, environment }: Visit<Native>): Promise<unknown> => {
    const verify = verifierIn(environment);
    const admitted = await verify(token === undefined ? credential : await token(native), call).catch(forgiven);
    if (admitted === undefined) return undefined;
    const auth = admitted.user ?? admitted.verified;
    if (check !== undefined && (await check(auth, native)) !== true) throw refusal(Found.Denied);
    return auth;
  };

  return async (visit) => {
    try {
      return { auth: await authorize(visit) };
    } catch (error) {
      return { refusal: refuse(error) };
    }
  };
}

/** What `use` makes of the verifier, which is `given` or what that gives for an environment. */
export function found<Use>(given: unknown, { lazy = false }: Manner, use: (verifier: unknown) => Use): (environment: unknown) => Use {
  if (lazy && typeof given === 'function') return (environment) => use((given as (environment: unknown) => unknown)(environment));
  const ready = use(given);
  return () => ready;
}

/** The answer to a request that is refused. Mistakes of the server's own are thrown on, for its log. */
export function refusalOf(error: unknown): Response {
  if (error instanceof CountersignError && error.status !== 500) return error.toResponse();
  throw error;
}

/** Whether it verifies tokens: a verifier, or a provider's client. */
export function isGuard(value: unknown): value is Guard {
  return typeof value === 'object' && value !== null && PROTECT in value;
}
