/** `countersign/nicelogin`: a typed façade over the core's rows, and verification as yes or no. */
import type { CallOptions } from './call-options.js';
import { dangerouslyDecode } from './decode.js';
import { CountersignError, TokenError } from './errors.js';
import * as is from './options.js';
import { Provider, type RequestOptions } from './provider.js';
import { TokenVerifier, PROTECT, type Protect, type Requirement } from './verifier.js';

export * from './nicelogin-errors.js';

/** Claims that nobody has verified: a type of its own, marked as what it is. */
interface Unverified {
  unverified: true;
  headers: Record<string, unknown>;
  claims: Record<string, unknown>;
}

type UnpackOptions = CallOptions & { verify?: boolean };

/** Verification with keys in memory. */
class LocalVerifier {
  protected readonly provider: Provider;

  constructor(given: unknown) {
    this.provider = new Provider('nicelogin', given);
  }

  get verifier(): TokenVerifier {
    return this.provider.verifier;
  }

  /** Not asynchronous: a promise that nobody awaits would be as good as true. */
  verifyToken(input: unknown, call?: CallOptions): boolean {
    try {
      this.verifier.verifySync(input, call);
      return true;
    } catch (error) {
      // Only a refusal is a no; missing keys, a wrong clock and the like say nothing about it.
      const unfit = error instanceof CountersignError && error.status === 401;
      if (unfit || error instanceof TokenError) return false;
      throw error;
    }
  }

  unpack(input: unknown, options?: UnpackOptions): Record<string, unknown> | Unverified {
    const { verify = true, ...call } = is.own(options, 'options');
    if (verify !== false) return this.verifier.verifySync(input, call).payload;
    const { payload, protectedHeader } = dangerouslyDecode(input);
    return { unverified: true, headers: protectedHeader, claims: payload };
  }

  user(input: unknown, call?: CallOptions): unknown {
    return this.verifier.verifyUserSync(input, call).user;
  }

  [PROTECT](requirement: Requirement): Protect {
    return this.verifier[PROTECT](requirement);
  }
}

class NiceLoginClient extends LocalVerifier {
  ready(call?: CallOptions): Promise<void> {
    return this.verifier.preload(call);
  }

  requestPasswordReset(email: unknown, options?: RequestOptions): unknown {
    return this.provider.call('requestPasswordReset', { email }, options);
  }

  resetPassword(email: unknown, currentPassword: unknown, newPassword: unknown, resetToken: unknown, options?: RequestOptions): unknown {
    return this.provider.call('resetPassword', { email, currentPassword, newPassword, resetToken }, options);
  }

  changePassword(email: unknown, currentPassword: unknown, newPassword: unknown, options?: RequestOptions): unknown {
    // Two calls, the second only after the first.
    return this.provider.send('changePassword', { email, currentPassword, newPassword }, options);
  }

  activateUser(userId: unknown, options?: RequestOptions): unknown {
    return this.provider.call('activateUser', { userId }, options);
  }

  deactivateUser(userId: unknown, options?: RequestOptions): unknown {
    return this.provider.call('deactivateUser', { userId }, options);
  }
}

export function nicelogin(options: unknown): NiceLoginClient {
  return new NiceLoginClient(options);
}

/** With `new` or without: the provider's own samples call it as a class. */
export function NiceLoginJWKS(jwks: unknown, options?: Record<string, unknown>): LocalVerifier {
  return new LocalVerifier({ ...options, jwks });
}
NiceLoginJWKS.prototype = LocalVerifier.prototype;

export type { LocalVerifier, NiceLoginClient };
