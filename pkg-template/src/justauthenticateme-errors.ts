/** JustAuthenticateMe's error classes. */
import { CountersignError, type ErrorReport } from './errors.js';
import { nameProviderErrors } from './provider-errors.js';

export class JustAuthenticateMeError extends CountersignError {
  constructor(report: ErrorReport, name = 'JustAuthenticateMeError', besides: readonly string[] = []) {
    super(report, name, besides);
  }
}

export class JAMBadRequest extends JustAuthenticateMeError {}
export class JAMNotFound extends JustAuthenticateMeError {}
export class JAMNotVerified extends JustAuthenticateMeError {}
export class JAMRateLimited extends JustAuthenticateMeError {}
export class JAMUnauthorized extends JustAuthenticateMeError {}

/** What the provider's page calls this class in its prose. */
export const JAMInvalid = JAMUnauthorized;

nameProviderErrors('justauthenticateme', {
  JustAuthenticateMeError,
  JAMBadRequest,
  JAMNotFound,
  JAMNotVerified,
  JAMRateLimited,
  JAMUnauthorized,
});
