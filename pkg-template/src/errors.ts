/**
 * The error classes. Rust decides everything about an error (code, status, challenge, message);
 * these classes only carry it.
 */

/** What the core throws across the border, as JSON text. */
export interface ErrorReport {
  kind: 'api' | 'config' | 'key' | 'token' | 'transport' | 'webhook';
  code: string;
  status: number;
  retryable: boolean;
  message: string;
  wwwAuthenticate?: string;
  claim?: string;
  reason?: string;
  providerCode?: string;
  requestId?: string;
  retryAfter?: number;
  /** The provider whose object failed. */
  provider?: string;
  /** That provider's own class for this failure, such as `UserNotFoundError`. */
  providerClass?: string;
  /** The HTTP status of the provider's answer. */
  providerStatus?: number;
  /** The provider's answer as JSON text, cut. */
  body?: string;
}

/**
 * Names the classes an error belongs to. `instanceof` asks this mark and not the prototype, so
 * that an error of another realm, or of the CommonJS copy of this package, is recognised.
 */
const CLASSES = Symbol.for('countersign.error.classes');

/** Gives a class its mark; errors made by it carry the marks of all its ancestors. */
export function branded(name: string, type: { [CLASSES]?: readonly string[] }): void {
  const inherited = type[CLASSES] ?? [];
  Object.defineProperty(type, CLASSES, { value: [...inherited, name] });
}

const FIELDS = [
  'code',
  'status',
  'retryable',
  'wwwAuthenticate',
  'retryAfter',
  'claim',
  'reason',
  'providerCode',
  'providerStatus',
  'requestId',
] as const;

export class CountersignError extends Error {
  static [CLASSES]?: readonly string[];

  declare readonly code: string;
  declare readonly status: number;
  declare readonly retryable: boolean;
  declare readonly wwwAuthenticate?: string;
  declare readonly retryAfter?: number;

  /** `besides` names classes that the error belongs to without being derived from them. */
  constructor(report: ErrorReport, name = 'CountersignError', besides: readonly string[] = []) {
    super(report.message);
    hide(this, 'name', name);
    hide(this, CLASSES, [...((new.target as typeof CountersignError)[CLASSES] ?? []), ...besides]);
    for (const field of FIELDS) {
      if (report[field] === undefined) continue;
      Object.defineProperty(this, field, { value: report[field], enumerable: true, configurable: true });
    }
    // Bodies may hold personal data: there when asked for, never in a log of the error.
    if (report.body !== undefined) hide(this, 'body', parsed(report.body));
  }

  /** A class of the user's own, derived from one of ours, is judged by its prototype. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    const own = Object.hasOwn(this, CLASSES) ? this[CLASSES] : undefined;
    const name = own?.[own.length - 1];
    if (name === undefined) return Function.prototype[Symbol.hasInstance].call(this, value);
    const classes = (value as { [CLASSES]?: readonly string[] } | null | undefined)?.[CLASSES];
    return Array.isArray(classes) && classes.includes(name);
  }

  toJSON(): Record<string, unknown> {
    return Object.fromEntries([['name', this.name], ['message', this.message], ...Object.entries(this)]);
  }

  toResponse(): Response {
    const headers = new Headers({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    if (this.wwwAuthenticate !== undefined) headers.set('www-authenticate', this.wwwAuthenticate);
    if (this.retryAfter !== undefined) headers.set('retry-after', String(this.retryAfter));
    return new Response(JSON.stringify({ code: this.code, message: this.#publicMessage() }), { status: this.status, headers });
  }

  /** What is between the server and others is not the client's business. */
  #publicMessage(): string {
    if (this.status === 500) return 'the server is not configured correctly';
    // The key endpoint may have said why.
    return this.code === 'ERR_JWKS_UNAVAILABLE' ? "the issuer's keys are not available" : this.message;
  }
}

export class ApiError extends CountersignError {
  constructor(report: ErrorReport) {
    super(report, 'ApiError');
  }
}

export class ConfigError extends CountersignError {
  constructor(report: ErrorReport) {
    super(report, 'ConfigError');
  }
}

export class KeyError extends CountersignError {
  constructor(report: ErrorReport) {
    super(report, 'KeyError');
  }
}

export class TokenError extends CountersignError {
  constructor(report: ErrorReport) {
    super(report, 'TokenError');
  }
}

export class TransportError extends CountersignError {
  constructor(report: ErrorReport) {
    super(report, 'TransportError');
  }
}

export class WebhookError extends CountersignError {
  constructor(report: ErrorReport) {
    super(report, 'WebhookError');
  }
}

branded('CountersignError', CountersignError);
branded('ApiError', ApiError);
branded('ConfigError', ConfigError);
branded('KeyError', KeyError);
branded('TokenError', TokenError);
branded('TransportError', TransportError);
branded('WebhookError', WebhookError);

const CLASS_OF_KIND = {
  api: ApiError,
  config: ConfigError,
  key: KeyError,
  token: TokenError,
  transport: TransportError,
  webhook: WebhookError,
};

const NAME_OF_KIND = {
  api: 'ApiError',
  config: 'ConfigError',
  key: 'KeyError',
  token: 'TokenError',
  transport: 'TransportError',
  webhook: 'WebhookError',
};

/** Makes a provider's error; `kind` names the general class that it belongs to as well. */
type MakeError = (report: ErrorReport, kind: string) => CountersignError;

const providers = new Map<string, MakeError>();

/** Has the errors of a provider's objects made as that provider's classes. */
export function nameErrors(provider: string, make: MakeError): void {
  providers.set(provider, make);
}

/** The error that a report of the core describes. */
export function errorFrom(report: ErrorReport): CountersignError {
  const general = CLASS_OF_KIND[report.kind];
  const make = report.provider === undefined ? undefined : providers.get(report.provider);
  return make === undefined ? new general(report) : make(report, NAME_OF_KIND[report.kind]);
}

/** A wrong option, found before anything reached the core. */
export function configError(option: string, problem: string): ConfigError {
  return new ConfigError({
    kind: 'config',
    code: 'ERR_CONFIG_INVALID',
    status: 500,
    retryable: false,
    message: `${option}: ${problem}`,
  });
}

function hide(error: Error, name: PropertyKey, value: unknown): void {
  Object.defineProperty(error, name, { value, enumerable: false, configurable: true });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
