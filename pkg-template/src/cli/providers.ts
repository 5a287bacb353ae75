/** The providers that commands know: a row for each, and nothing about them anywhere else. */
import { hellojohn } from '../hellojohn.js';
import { justauthenticateme } from '../justauthenticateme.js';
import { nicelogin } from '../nicelogin.js';
import { propelauth } from '../propelauth.js';
import type { TokenVerifier } from '../verifier.js';
import { Failed, WRONG_USE } from './exit.js';
import { text } from './input.js';

/** The options of the command line that say which deployment of a provider is meant. */
export const DEPLOYMENT = {
  'api-key': text,
  'api-url': text,
  'app-id': text,
  'auth-url': text,
  'base-url': text,
  'company-id': text,
  'tenant-id': text,
} as const;

export type Deployment = { [Name in keyof typeof DEPLOYMENT]?: string | undefined };

/** For commands that are not about a provider: options of its deployment would not be read. */
export function refuseDeployment(given: Deployment, reason: string): void {
  const stray = (Object.keys(DEPLOYMENT) as (keyof Deployment)[]).find((flag) => given[flag] !== undefined);
  if (stray !== undefined) throw new Failed(WRONG_USE, `--${stray} is ${reason}`);
}

/** An option of a provider's client, and where a command finds its value. */
interface Setting {
  /** How the doctor calls it. */
  readonly label: string;
  /** Its name in the client's options. */
  readonly option: string;
  /** Its name on the command line; a secret has none, because arguments are visible to everybody. */
  readonly flag?: keyof typeof DEPLOYMENT;
  readonly variables: readonly string[];
  readonly needed: boolean;
}

interface Row {
  readonly make: (options: Record<string, unknown>) => unknown;
  readonly settings: readonly Setting[];
  /** A call that reads and needs the credential of this option. */
  readonly call?: { readonly needs: string; readonly name: string; readonly run: (client: never) => Promise<unknown> };
}

const rows: Record<string, Row> = {
  hellojohn: {
    make: hellojohn,
    settings: [
      { label: 'tenant', option: 'tenantId', flag: 'tenant-id', variables: ['HELLOJOHN_TENANT_ID'], needed: true },
      { label: 'API URL', option: 'apiUrl', flag: 'api-url', variables: ['HJ_API_URL'], needed: false },
      { label: 'secret key', option: 'secretKey', variables: ['HJ_SECRET_KEY', 'HELLOJOHN_SECRET_KEY'], needed: false },
      { label: 'webhook secret', option: 'webhookSecret', variables: ['WEBHOOK_SECRET', 'HELLOJOHN_WEBHOOK_SECRET'], needed: false },
    ],
    call: {
      needs: 'secretKey',
      name: 'users.list',
      run: (client: { users: { list(parameters: object): Promise<unknown> } }) => client.users.list({ limit: 1 }),
    },
  },
  justauthenticateme: {
    make: justauthenticateme,
    settings: [
      { label: 'app id', option: 'appId', flag: 'app-id', variables: ['JUSTAUTHENTICATEME_APP_ID'], needed: true },
      { label: 'base URL', option: 'baseUrl', flag: 'base-url', variables: ['JUSTAUTHENTICATEME_BASE_URL'], needed: false },
    ],
  },
  nicelogin: {
    make: nicelogin,
    settings: [
      // It names the company and is no secret.
      { label: 'API key', option: 'apiKey', flag: 'api-key', variables: ['NICELOGIN_API_KEY'], needed: true },
      { label: 'company', option: 'companyId', flag: 'company-id', variables: ['NICELOGIN_COMPANY_ID'], needed: false },
      { label: 'base URL', option: 'baseUrl', flag: 'base-url', variables: ['NICELOGIN_BASE_URL'], needed: false },
      { label: 'API secret', option: 'apiSecret', variables: ['NICELOGIN_API_SECRET'], needed: false },
    ],
  },
  propelauth: {
    make: propelauth,
    settings: [
      { label: 'auth URL', option: 'authUrl', flag: 'auth-url', variables: ['PROPELAUTH_AUTH_URL'], needed: true },
      { label: 'API URL', option: 'apiUrl', flag: 'api-url', variables: ['PROPELAUTH_API_URL'], needed: false },
      // The key that tokens are verified with is fetched with it.
      { label: 'API key', option: 'apiKey', variables: ['PROPELAUTH_API_KEY'], needed: true },
      { label: 'webhook secret', option: 'webhookSecret', variables: ['PROPELAUTH_WEBHOOK_SECRET'], needed: false },
    ],
    call: {
      needs: 'apiKey',
      name: 'fetchUsersByQuery',
      run: (client: { fetchUsersByQuery(query: object): Promise<unknown> }) => client.fetchUsersByQuery({ pageSize: 1 }),
    },
  },
};

/** What a provider's client has, whichever it is. */
interface Client {
  readonly verifier: TokenVerifier;
}

/** A provider by its name, with what the command line and the environment say of its deployment. */
export class Subject {
  readonly #row: Row;
  readonly #given: Deployment;

  private constructor(row: Row, given: Deployment) {
    this.#row = row;
    this.#given = given;
  }

  static named(name: string, given: Deployment): Subject {
    const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
    if (row === undefined) throw new Failed(WRONG_USE, `the provider must be one of ${Object.keys(rows).join(', ')}`);
    const known = new Set<string>(row.settings.map(({ flag }) => flag ?? ''));
    const stranger = Object.keys(DEPLOYMENT).find((flag) => given[flag as keyof Deployment] !== undefined && !known.has(flag));
    if (stranger !== undefined) throw new Failed(WRONG_USE, `--${stranger} is no option of ${name}`);
    return new Subject(row, given);
  }

  /** Each setting with where it was found; never with its value. */
  *settings(): Generator<{ label: string; needed: boolean; variables: readonly string[]; found: string | undefined }> {
    for (const { label, needed, variables, flag } of this.#row.settings) {
      const variable = variables.find((name) => process.env[name]);
      const found = flag !== undefined && this.#given[flag] !== undefined ? 'by option' : variable && `by ${variable}`;
      yield { label, needed, variables, found };
    }
  }

  client(others: Record<string, unknown>): Client {
    const options: Record<string, unknown> = { ...others };
    for (const { option } of this.#row.settings) {
      const value = this.#value(option);
      if (value !== undefined) options[option] = value;
    }
    return this.#row.make(options) as Client;
  }

  /** The call that shows whether the credential is good, where there is such a call and a credential. */
  call(client: Client): { name: string; run: () => Promise<unknown> } | undefined {
    const { call } = this.#row;
    if (call === undefined || this.#value(call.needs) === undefined) return undefined;
    return { name: call.name, run: () => call.run(client as never) };
  }

  #value(option: string): string | undefined {
    const setting = this.#row.settings.find((one) => one.option === option);
    const given = setting?.flag && this.#given[setting.flag];
    return given ?? setting?.variables.map((name) => process.env[name]).find(Boolean);
  }
}
