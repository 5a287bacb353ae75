/** `createIssuer`: an issuer of tokens for tests, its key endpoint included. */
import { configError } from './errors.js';
import * as is from './options.js';
import { encodeBase64Url } from './test-base64.js';
import { scriptedFetch, type ScriptedFetch } from './test-fetch.js';
import { signingKey, type SigningKey } from './test-keys.js';

const OPTIONS: is.Shape = { algorithm: is.text, issuer: is.text, claims: is.json };
const SIGN_OPTIONS: is.Shape = {
  kid: is.text,
  header: is.json,
  currentDate: (value, name) => new Date(is.instant(value, name)),
};

interface SignOptions {
  kid?: string;
  header?: Record<string, unknown>;
  currentDate?: Date;
}

/** How long a token is good for, in seconds, unless its claims say otherwise. */
const LIFETIME = 300;

class Issuer {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly fetch: ScriptedFetch;
  readonly #algorithm: string;
  readonly #claims: object;
  /** Every key there has been: one that was withdrawn can still sign, as a stolen one could. */
  readonly #keys: SigningKey[] = [];
  readonly #withdrawn = new Set<string>();

  constructor(algorithm: string, issuer: string, claims: object) {
    this.issuer = issuer;
    this.#algorithm = algorithm;
    this.#claims = claims;
    const base = issuer.replace(/\/$/, '');
    this.jwksUri = `${base}/.well-known/jwks.json`;
    this.fetch = scriptedFetch({
      [`${base}/.well-known/openid-configuration`]: () => ({ issuer, jwks_uri: this.jwksUri }),
      [this.jwksUri]: () => this.jwks(),
    });
  }

  jwks(): { keys: Record<string, unknown>[] } {
    return { keys: this.#keys.filter(({ kid }) => !this.#withdrawn.has(kid)).map(({ jwk }) => ({ ...jwk })) };
  }

  async sign(claims: object = {}, options: unknown = {}): Promise<string> {
    const { kid, header, currentDate = new Date() } = is.take(options, SIGN_OPTIONS, 'options') as SignOptions;
    const key = this.#key(kid);
    const now = Math.floor(currentDate.getTime() / 1000);
    const payload = { iss: this.issuer, iat: now, exp: now + LIFETIME, ...this.#claims, ...claims };
    const protectedHeader = { alg: this.#algorithm, kid: key.kid, typ: 'JWT', ...header };
    const input = `${segment(protectedHeader)}.${segment(payload)}`;
    return `${input}.${encodeBase64Url(await key.sign(new TextEncoder().encode(input)))}`;
  }

  async rotate(): Promise<string> {
    const key = await signingKey(this.#algorithm, `key-${this.#keys.length + 1}`);
    this.#keys.push(key);
    return key.kid;
  }

  withdraw(kid: string): void {
    this.#withdrawn.add(this.#key(kid).kid);
  }

  #key(kid: string | undefined): SigningKey {
    const key = kid === undefined ? this.#keys.at(-1) : this.#keys.find((one) => one.kid === kid);
    if (key === undefined) throw configError('kid', 'names no key of this issuer');
    return key;
  }
}

const segment = (value: object): string => encodeBase64Url(new TextEncoder().encode(JSON.stringify(value)));

export async function createIssuer(options: unknown): Promise<Issuer> {
  const taken = is.take(options, OPTIONS, 'options');
  const { algorithm = '', issuer = 'https://issuer.test', claims = {} } = taken as Record<string, never>;
  const made = new Issuer(algorithm, issuer, claims);
  await made.rotate();
  return made;
}
