/** `countersign/oidc`: any OpenID Connect issuer, and rows of the core for the well-known ones. */
import type { CallOptions } from './call-options.js';
import * as is from './options.js';
import { Provider, type RequestOptions } from './provider.js';
import { TokenVerifier, PROTECT, type Protect, type Requirement } from './verifier.js';

export * from './oidc-errors.js';

type IdTokenOptions = CallOptions & { nonce?: unknown };

class OidcClient {
  readonly #provider: Provider;
  readonly #options: Record<string, unknown>;
  #idTokens: Provider | undefined;

  constructor(given: unknown) {
    // Read once; what is no object is refused below.
    const options = typeof given === 'object' && given !== null ? { ...given } : given;
    this.#provider = new Provider('oidc', options);
    this.#options = options as Record<string, unknown>;
  }

  /** The verifier of access tokens. */
  get verifier(): TokenVerifier {
    return this.#provider.verifier;
  }

  /** The verifier of ID tokens. It compares no nonce. */
  get idTokenVerifier(): TokenVerifier {
    return this.#forIdTokens().verifier;
  }

  async verifyAccessToken(input: unknown, call?: CallOptions): Promise<unknown> {
    return (await this.verifier.verifyUser(input, call)).user;
  }

  verifyAccessTokenSync(input: unknown, call?: CallOptions): unknown {
    return this.verifier.verifyUserSync(input, call).user;
  }

  verifyToken(input: unknown, call?: CallOptions): Promise<unknown> {
    return this.verifyAccessToken(input, call);
  }

  verifyTokenSync(input: unknown, call?: CallOptions): unknown {
    return this.verifyAccessTokenSync(input, call);
  }

  async verifyIdToken(token: unknown, options?: IdTokenOptions): Promise<unknown> {
    const { nonce, ...call } = is.own(options, 'options');
    const provider = this.#forIdTokens();
    const { verified, user } = await provider.verifier.verifyUser(token, call);
    provider.judge('nonce', { claims: verified.payload, nonce });
    return user;
  }

  introspect(token: unknown, options?: RequestOptions): Promise<unknown> {
    return this.#provider.send('introspect', { token }, options);
  }

  [PROTECT](requirement: Requirement): Protect {
    return this.verifier[PROTECT](requirement);
  }

  #forIdTokens(): Provider {
    return (this.#idTokens ??= new Provider('oidc', { ...this.#options, tokenType: 'id' }));
  }
}

export function oidc(options: unknown): OidcClient {
  return new OidcClient(options);
}

const of = (preset: string) => (options?: object): OidcClient => oidc({ ...options, preset });

/** One factory per row of the core's table of vendors. */
export const presets = {
  auth0: of('auth0'),
  clerk: of('clerk'),
  cognito: of('cognito'),
  entra: of('entra'),
  firebase: of('firebase'),
  google: of('google'),
  keycloak: of('keycloak'),
  okta: of('okta'),
  supabase: of('supabase'),
  workos: of('workos'),
};

export type { OidcClient };
