/** What every provider's client is made of: one generic call over the core's rows, a verifier, webhooks. */
import { drive, type Fetch, type Means } from './driver.js';
import { configError } from './errors.js';
import { secretField } from './fields.js';
import * as is from './options.js';
import { listed, type Page } from './page.js';
import { replayStore, type ReplayStore } from './replay-claim.js';
import { TokenVerifier } from './verifier.js';
import { ask, Brief, enter, Held, put, putTexts, takeBytes, takeText } from './wasm.js';

/** Options that stay on this side; all others are the core's. */
const HOST_SHAPE: is.Shape = {
  currentDate: is.date,
  dangerouslyAllowBrowser: is.flag,
  fetch: is.callable,
  replayStore,
};

/** Options of one call that stay on this side. */
const MEANS: is.Shape = { signal: is.signal, fetch: is.callable };

/** One row of the core's table. */
export interface Operation {
  name: string;
  path: string[];
  /** Whether it takes more than its path parameters. */
  others: boolean;
  list: boolean;
  url: boolean;
}

/** Options of one call: `signal` and `fetch` stay here, the rest is the core's. */
export type RequestOptions = { signal?: AbortSignal; fetch?: Fetch } & Record<string, unknown>;

type Method = (...args: unknown[]) => unknown;

export class Provider {
  readonly currentDate: unknown;
  /** Where webhooks are claimed, so that each is accepted once. */
  readonly replayStore: ReplayStore | undefined;
  readonly #id: string;
  readonly #held: Held;
  readonly #fetch: Fetch | undefined;
  #verifier: TokenVerifier | undefined;

  constructor(id: string, given: unknown) {
    const { core, host } = optionsOf(id, given);
    const text = JSON.stringify(core);
    const inPublic = isBrowser() && host.dangerouslyAllowBrowser !== true;
    const replay = host.replayStore !== undefined;
    this.#id = id;
    this.#fetch = host.fetch;
    this.currentDate = host.currentDate;
    this.replayStore = host.replayStore;
    this.#held = new Held(() => enter((exports) => exports.createProvider(putTexts(id, text), inPublic, replay)));
  }

  /** Made when it is first asked for: a client for calls alone need not know whose tokens it takes. */
  get verifier(): TokenVerifier {
    const make = () => enter((core) => core.providerVerifier(this.#held.handle()));
    return (this.#verifier ??= TokenVerifier.over(make, this.currentDate, this.#fetch));
  }

  /** The verifier of webhooks under these secrets, or under the client's own where there is none. */
  webhook(secrets: unknown[]): Held {
    const replay = this.replayStore !== undefined;
    const fields = secrets.map(secretField);
    return new Held(() => enter((core) => core.providerWebhook(this.#held.handle(), put(fields), replay)));
  }

  /** What callers get of a verified delivery's body. */
  event(body: Uint8Array): Record<string, unknown> {
    return JSON.parse(ask((core) => core.providerEvent(this.#held.handle(), body))) as Record<string, unknown>;
  }

  /** Asks the core about what was verified; throws what it refuses. */
  judge(question: string, facts: Record<string, unknown>): unknown {
    const text = is.jsonText(facts, 'parameters');
    return JSON.parse(ask((core) => core.providerJudge(this.#held.handle(), putTexts(question, text))));
  }

  /** Calls an operation by its name, with path parameters first. */
  call(name: string, ...args: unknown[]): unknown {
    const operation = operationsOf(this.#id).get(name);
    if (operation === undefined) throw configError(name, 'is not an operation');
    return this.#call(operation, args);
  }

  /** Sends what the core makes of an operation that is more than one row. */
  async send(name: string, parameters: Record<string, unknown>, options: RequestOptions | undefined): Promise<unknown> {
    return this.#send(name, is.jsonText(parameters, 'parameters'), options);
  }

  /** Groups of methods for groups of rows: `users.list` is `client.users.list`. */
  groups(): Map<string, Record<string, Method>> {
    const groups = new Map<string, Record<string, Method>>();
    for (const operation of operationsOf(this.#id).values()) {
      const [group = '', method = ''] = operation.name.split('.');
      const methods = groups.get(group) ?? {};
      methods[method] = (...args) => this.#call(operation, args);
      groups.set(group, methods);
    }
    return groups;
  }

  #call(operation: Operation, args: unknown[]): unknown {
    if (operation.list) return this.#list(operation, args);
    return operation.url ? this.#url(operation, args) : this.#ask(operation, args);
  }

  #url(operation: Operation, args: unknown[]): string {
    const { parameters } = argumentsOf(operation, args);
    return ask((core) => core.providerUrl(this.#held.handle(), putTexts(operation.name, parameters)));
  }

  async #ask(operation: Operation, args: unknown[]): Promise<unknown> {
    const { parameters, options } = argumentsOf(operation, args);
    return this.#send(operation.name, parameters, options);
  }

  #list(operation: Operation, args: unknown[]): Promise<Page> {
    const { name } = operation;
    const walk = (text: string) => this.#walk(name, text);
    try {
      const { parameters, options } = argumentsOf(operation, args);
      return listed(parameters, (text) => this.#send(name, text, options) as Promise<Page>, walk);
    } catch (error) {
      // A page that is refused like any other, by its promise.
      return listed('', () => Promise.reject(error), walk);
    }
  }

  async #send(name: string, parameters: string, options: RequestOptions | undefined): Promise<unknown> {
    const { signal, fetch, ...own } = is.own(options, 'options');
    const taken = is.take({ signal, fetch }, MEANS, 'options') as Partial<Means>;
    const means: Means = { signal: taken.signal, fetch: taken.fetch ?? this.#fetch };
    const text = is.jsonText(own, 'options');
    const start = () => enter((core) => core.startProviderCall(this.#held.handle(), putTexts(name, parameters, text)));
    return drive(start, means, readAnswer);
  }

  #walk(name: string, parameters: string): Brief {
    return new Brief(enter((core) => core.providerWalk(this.#held.handle(), putTexts(name, parameters))));
  }
}

// --- operations ----------------------------------------------------------------------------------

const tables = new Map<string, Map<string, Operation>>();

/** A provider's rows, read once. */
function operationsOf(id: string): Map<string, Operation> {
  let table = tables.get(id);
  if (table === undefined) {
    const rows = JSON.parse(ask((core) => core.providerOperations(putTexts(id)))) as Operation[];
    table = new Map(rows.map((row) => [row.name, row]));
    tables.set(id, table);
  }
  return table;
}

/** Path parameters in order, then an object of the others where there are any, then the options. */
function argumentsOf(
  operation: Operation,
  args: unknown[],
): { parameters: string; options: RequestOptions | undefined } {
  const ofPath = operation.path.map((name, at) => [name, args[at]] as const);
  const others = operation.others ? (args[operation.path.length] ?? {}) : {};
  if (typeof others !== 'object' || Array.isArray(others)) throw configError('parameters', 'must be an object');
  const options = args[operation.path.length + (operation.others ? 1 : 0)] as RequestOptions | undefined;
  const parameters = is.jsonText({ ...others, ...Object.fromEntries(ofPath) }, 'parameters');
  return { parameters, options };
}

/** The answer of the call that is just over: what its text says, or bytes whose media type it is. */
function readAnswer(): unknown {
  const bytes = takeBytes();
  const answer = JSON.parse(takeText()) as unknown;
  return bytes === undefined ? answer : { mediaType: answer, bytes };
}

// --- options -------------------------------------------------------------------------------------

interface HostOptions {
  currentDate?: unknown;
  dangerouslyAllowBrowser?: boolean;
  fetch?: Fetch;
  replayStore?: ReplayStore;
}

/** Splits the options; what is not given is looked for in the environment, where there is one. */
function optionsOf(id: string, given: unknown): { core: Record<string, unknown>; host: HostOptions } {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw configError('options', 'must be an object');
  const core = Object.create(null) as Record<string, unknown>;
  const own: Record<string, unknown> = {};
  for (const name of Object.keys(given)) {
    const value = (given as Record<string, unknown>)[name];
    if (value === undefined) continue;
    if (Object.hasOwn(HOST_SHAPE, name)) own[name] = value;
    else core[name] = plain(value, name);
  }
  return { core: { ...fromEnvironment(id), ...core }, host: is.take(own, HOST_SHAPE, 'options') as HostOptions };
}

function plain(value: unknown, name: string): unknown {
  if (is.isUrl(value)) return is.url(value, name);
  if (typeof value === 'object' && value !== null) return is.json(value, name);
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') {
    throw configError(name, 'must be plain data');
  }
  return value;
}

function fromEnvironment(id: string): Record<string, string> {
  const environment = environmentOf(globalThis as Host);
  const found: Record<string, string> = {};
  if (environment === undefined) return found;
  const names = JSON.parse(ask((core) => core.providerEnvironment(putTexts(id)))) as Record<string, string[]>;
  for (const [option, variables] of Object.entries(names)) {
    const value = variables.map((variable) => readable(environment, variable)).find((text) => text !== undefined && text !== '');
    if (value !== undefined) found[option] = value;
  }
  return found;
}

type Environment = Record<string, string | undefined>;
type Host = { process?: { env?: Environment } };

/** In contexts of `node:vm` a global object takes for its own what stands on `Object.prototype`. */
function environmentOf({ process }: Host): Environment | undefined {
  const env = process === (Object.prototype as Host).process ? undefined : process?.env;
  return typeof env === 'object' && env !== null ? env : undefined;
}

/**
 * A variable of the environment's own, where the host lets it be read: Deno wants a permission for
 * that. What somebody put on `Object.prototype` is none, though reading would find it.
 */
function readable(environment: Environment, variable: string): string | undefined {
  try {
    return Object.hasOwn(environment, variable) ? environment[variable] : undefined;
  } catch {
    return undefined;
  }
}

/** A page. Its workers look like those of server hosts, so they are not told apart. */
function isBrowser(): boolean {
  const { window, document } = globalThis as { window?: unknown; document?: unknown };
  return typeof window === 'object' && typeof document === 'object';
}
