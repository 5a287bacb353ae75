/** `countersign/hellojohn`: a typed façade over one generic call; what is called is the core's row. */
import { momentOf } from './clock.js';
import { drive, type Fetch, type Means } from './driver.js';
import { configError } from './errors.js';
import { HelloJohnWebhooks, type Delivery } from './hellojohn-webhook.js';
import * as is from './options.js';
import { listed, type Page } from './page.js';
import { TokenVerifier, PROTECT, type CallOptions, type Protect, type Requirement } from './verifier.js';
import { Brief, enter, Held } from './wasm.js';

export * from './hellojohn-errors.js';

const HOST_OPTIONS = ['currentDate', 'dangerouslyAllowBrowser', 'fetch'] as const;

/** One row of the core's table. */
interface Operation {
  name: string;
  path: string[];
  /** Whether it takes more than its path parameters. */
  others: boolean;
  list: boolean;
  url: boolean;
}

/** Options of one call: `signal` and `fetch` stay here, the rest is the core's. */
type RequestOptions = { signal?: AbortSignal; fetch?: Fetch } & Record<string, unknown>;

type Method = (...args: unknown[]) => unknown;

class HelloJohnClient {
  readonly #held: Held;
  readonly #currentDate: unknown;
  readonly #fetch: Fetch | undefined;
  readonly #webhooks: HelloJohnWebhooks;
  #verifier: TokenVerifier | undefined;

  constructor(given: unknown) {
    const { core, host } = optionsOf(given);
    this.#currentDate = host.currentDate;
    this.#fetch = host.fetch;
    const text = JSON.stringify(core);
    const inPublic = isBrowser() && host.dangerouslyAllowBrowser !== true;
    this.#held = new Held(() => enter((exports) => exports.createHelloJohn(text, inPublic)));
    this.#webhooks = new HelloJohnWebhooks(() => this.#held.handle());
    addOperations(this, this.#call);
  }

  /** Made when it is first asked for: a client for calls alone needs no tenant. */
  get verifier(): TokenVerifier {
    const make = () => enter((core) => core.helloJohnVerifier(this.#held.handle()));
    return (this.#verifier ??= TokenVerifier.over(make, this.#currentDate, this.#fetch));
  }

  async verifyToken(input: unknown, call?: CallOptions): Promise<unknown> {
    return (await this.verifier.verifyUser(input, call)).user;
  }

  verifyTokenSync(input: unknown, call?: CallOptions): unknown {
    return this.verifier.verifyUserSync(input, call).user;
  }

  verifyTokenRemote(token: unknown, options?: RequestOptions): unknown {
    return this.#call(operationNamed('sessions.verify'), [{ token }, options]);
  }

  verifyWebhook(given: unknown, call?: CallOptions): unknown {
    const moment = momentOf(this.#currentDate, call?.currentDate);
    return isDelivery(given)
      ? this.#webhooks.verifyParts(given, moment)
      : this.#webhooks.verifyRequest(given, moment, call?.signal);
  }

  requireRole(user: { role?: string | null }, role: string, options?: { ownerPasses?: boolean }): void {
    enter((core) => core.helloJohnRequireRole(user.role ?? undefined, role, options?.ownerPasses === true));
  }

  requireOrgRole(user: { orgId?: string | null; orgRole?: string | null; role?: string | null }, role: string): void {
    const [id, own, general] = [user.orgId, user.orgRole, user.role].map((value) => value ?? undefined);
    enter((core) => core.helloJohnRequireOrgRole(id, own, general, role));
  }

  [PROTECT](requirement: Requirement): Protect {
    return this.verifier[PROTECT](requirement);
  }

  /** `sessions.revokeAll`: many requests behind one call. */
  revokeAll(userId: string, options?: RequestOptions): Promise<unknown> {
    const { own, means } = this.#lent(options);
    const start = () => enter((core) => core.startHelloJohnRevokeAll(this.#held.handle(), userId, own));
    return drive(start, means, readAnswer);
  }

  readonly #call = (operation: Operation, args: unknown[]): unknown => {
    const { parameters, options } = argumentsOf(operation, args);
    if (operation.url) return enter((core) => core.helloJohnUrl(this.#held.handle(), operation.name, parameters));
    const page = (text: string) => this.#send(operation, text, options);
    if (!operation.list) return page(parameters);
    return listed(parameters, page as (text: string) => Promise<Page>, (text) => this.#walk(operation, text));
  };

  #send(operation: Operation, parameters: string, options: RequestOptions | undefined): Promise<unknown> {
    const { own, means } = this.#lent(options);
    const start = () =>
      enter((core) => core.startHelloJohnCall(this.#held.handle(), operation.name, parameters, own));
    return drive(start, means, readAnswer);
  }

  #walk(operation: Operation, parameters: string): Brief {
    return new Brief(enter((core) => core.helloJohnWalk(this.#held.handle(), operation.name, parameters)));
  }

  #lent(options: RequestOptions | undefined): { own: string; means: Means } {
    const { signal, fetch, ...own } = options ?? {};
    return { own: JSON.stringify(own), means: { signal, fetch: fetch ?? this.#fetch } };
  }
}

export function hellojohn(options: unknown): HelloJohnClient {
  return new HelloJohnClient(options);
}

// --- operations ----------------------------------------------------------------------------------

let table: Map<string, Operation> | undefined;

/** The core's rows, read once. */
function operations(): Map<string, Operation> {
  table ??= new Map(
    (JSON.parse(enter((core) => core.helloJohnOperations())) as Operation[]).map((row) => [row.name, row]),
  );
  return table;
}

function operationNamed(name: string): Operation {
  const row = operations().get(name);
  if (row === undefined) throw configError(name, 'is not an operation');
  return row;
}

/** Gives the client a group of methods for each group of rows: `users.list` is `client.users.list`. */
function addOperations(client: HelloJohnClient, call: (operation: Operation, args: unknown[]) => unknown): void {
  const groups = new Map<string, Record<string, Method>>();
  for (const operation of operations().values()) {
    const [group = '', method = ''] = operation.name.split('.');
    const methods = groups.get(group) ?? {};
    methods[method] = (...args) => call(operation, args);
    groups.set(group, methods);
  }
  const sessions = groups.get('sessions');
  if (sessions) sessions['revokeAll'] = (userId, options) => client.revokeAll(userId as string, options as RequestOptions);
  for (const [name, methods] of groups) Object.defineProperty(client, name, { value: methods, enumerable: true });
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
  const parameters = JSON.stringify({ ...others, ...Object.fromEntries(ofPath) });
  return { parameters, options };
}

/** The answer of the call that is just over. */
function readAnswer(): unknown {
  return enter((core) => {
    const bytes = core.answerBytes();
    const mediaType = core.answerMediaType() ?? null;
    const text = core.answerJson();
    core.dropAnswer();
    return bytes === undefined ? JSON.parse(text ?? 'null') : { mediaType, bytes };
  });
}

// --- options -------------------------------------------------------------------------------------

interface HostOptions {
  currentDate?: unknown;
  dangerouslyAllowBrowser?: boolean;
  fetch?: Fetch;
}

/** Splits the options; what is not given is looked for in the environment, where there is one. */
function optionsOf(given: unknown): { core: Record<string, unknown>; host: HostOptions } {
  if (typeof given !== 'object' || given === null) throw configError('options', 'must be an object');
  const core = Object.create(null) as Record<string, unknown>;
  const own: Record<string, unknown> = {};
  for (const name of Object.keys(given)) {
    const value = (given as Record<string, unknown>)[name];
    if (value === undefined) continue;
    if ((HOST_OPTIONS as readonly string[]).includes(name)) own[name] = value;
    else core[name] = plain(value, name);
  }
  const shape = { currentDate: is.date, dangerouslyAllowBrowser: is.flag, fetch: is.callable };
  return { core: { ...fromEnvironment(), ...core }, host: is.take(own, shape, 'options') as HostOptions };
}

function plain(value: unknown, name: string): unknown {
  if (typeof value === 'object' && value !== null && 'href' in value) return is.url(value, name);
  if (typeof value === 'object' && value !== null) return is.json(value, name);
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') {
    throw configError(name, 'must be plain data');
  }
  return value;
}

function fromEnvironment(): Record<string, string> {
  const found: Record<string, string> = {};
  const names = JSON.parse(enter((core) => core.helloJohnEnvironment())) as Record<string, string[]>;
  for (const [option, variables] of Object.entries(names)) {
    const value = variables.map(environmentVariable).find((text) => text !== undefined && text !== '');
    if (value !== undefined) found[option] = value;
  }
  return found;
}

/** A variable, where there is an environment and the host lets it be read: Deno wants a permission for that. */
function environmentVariable(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  try {
    return process?.env?.[name];
  } catch {
    return undefined;
  }
}

/** A page or a worker of one; servers that imitate `window` have a `process` besides. */
function isBrowser(): boolean {
  const { window, document } = globalThis as { window?: unknown; document?: unknown };
  return typeof window === 'object' && typeof document === 'object';
}

function isDelivery(given: unknown): given is Delivery {
  return typeof given === 'object' && given !== null && 'payload' in given;
}

export type { HelloJohnClient };
