/** The error class of OpenID Connect's clients. */
import { CountersignError, type ErrorReport } from './errors.js';
import { nameProviderErrors } from './provider-errors.js';

export class OidcError extends CountersignError {
  constructor(report: ErrorReport, name = 'OidcError', besides: readonly string[] = []) {
    super(report, name, besides);
  }
}

nameProviderErrors('oidc', { OidcError });
