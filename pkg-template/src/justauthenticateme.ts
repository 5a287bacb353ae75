/** `countersign/justauthenticateme`: a typed façade over the core's rows. */
import type { CallOptions } from './call-options.js';
import * as is from './options.js';
import { Provider, type RequestOptions } from './provider.js';
import { TokenVerifier, PROTECT, type Protect, type Requirement, type VerifiedUser } from './verifier.js';

export * from './justauthenticateme-errors.js';

interface SignedIn {
  headers: Record<string, unknown>;
  claims: Record<string, unknown>;
  user: Record<string, unknown>;
}

interface Landing {
  idToken: string;
  refreshToken: string | null;
  url: string;
}

class JustAuthenticateMeClient {
  readonly #provider: Provider;

  constructor(given: unknown) {
    this.#provider = new Provider('justauthenticateme', given);
  }

  get verifier(): TokenVerifier {
    return this.#provider.verifier;
  }

  async verifyToken(input: unknown, call?: CallOptions): Promise<SignedIn> {
    return signedIn(await this.verifier.verifyUser(input, call));
  }

  verifyTokenSync(input: unknown, call?: CallOptions): SignedIn {
    return signedIn(this.verifier.verifyUserSync(input, call));
  }

  /** Here first: the service's yes says nothing about the claims. */
  async verifyTokenRemote(idToken: unknown, options?: RequestOptions): Promise<SignedIn> {
    const { signal, fetch } = is.own(options, 'options') as RequestOptions;
    const verified = await this.verifyToken(idToken, { ...(signal && { signal }), ...(fetch && { fetch }) });
    await this.#provider.call('verifyRemote', { idToken }, options);
    return verified;
  }

  async authenticate(email: unknown, options?: RequestOptions): Promise<void> {
    await this.#provider.call('authenticate', { email }, options);
  }

  refresh(refreshToken: unknown, options?: RequestOptions): unknown {
    return this.#provider.call('refresh', { refreshToken }, options);
  }

  async deleteRefreshToken(idToken: unknown, refreshToken: unknown, options?: RequestOptions): Promise<void> {
    await this.#provider.call('deleteRefreshToken', refreshToken, { ...options, accessToken: idToken });
  }

  async deleteAllRefreshTokens(idToken: unknown, options?: RequestOptions): Promise<void> {
    await this.#provider.call('deleteAllRefreshTokens', { ...options, accessToken: idToken });
  }

  jwks(options?: RequestOptions): unknown {
    return this.#provider.call('jwks', options);
  }

  getTokensFromURL(given?: unknown): Landing {
    const { location, history } = globalThis as { location?: { href: string }; history?: History };
    const isOfPage = given === undefined || given === null;
    const text = is.url(isOfPage ? location?.href : given, 'url') as string;
    // The page's own address is cleaned before anything else can read or log it, whatever its tokens are worth.
    const cleaned = isOfPage ? this.#provider.judge('cleaned', { url: text }) : text;
    if (cleaned !== text) history?.replaceState(history.state, '', cleaned as string);
    return this.#provider.judge('landing', { url: text }) as Landing;
  }

  async signInFromURL(url?: unknown, call?: CallOptions): Promise<SignedIn & Omit<Landing, 'url'>> {
    const { idToken, refreshToken } = this.getTokensFromURL(url);
    return { ...(await this.verifyToken(idToken, call)), idToken, refreshToken };
  }

  [PROTECT](requirement: Requirement): Protect {
    return this.verifier[PROTECT](requirement);
  }
}

function signedIn({ verified, user }: VerifiedUser): SignedIn {
  const { raw: _, ...known } = user as Record<string, unknown>;
  return { headers: verified.protectedHeader, claims: verified.payload, user: { ...known, keyId: verified.kid ?? null } };
}

export function justauthenticateme(options: unknown): JustAuthenticateMeClient {
  return new JustAuthenticateMeClient(options);
}

export type { JustAuthenticateMeClient };
