/** NiceLogin's error class. */
import { CountersignError, type ErrorReport } from './errors.js';
import { nameProviderErrors } from './provider-errors.js';

/**
 * `status` is what NiceLogin answered, and 0 where there was no answer. What to answer with in
 * turn is the core's table, by `toResponse()`.
 */
export class NiceLoginError extends CountersignError {
  readonly #report: ErrorReport;

  constructor(report: ErrorReport, name = 'NiceLoginError', besides: readonly string[] = []) {
    super({ ...report, status: statusOf(report) }, name, besides);
    this.#report = report;
  }

  override toResponse(): Response {
    return new CountersignError(this.#report).toResponse();
  }
}

function statusOf(report: ErrorReport): number {
  return report.kind === 'transport' ? 0 : (report.providerStatus ?? report.status);
}

nameProviderErrors('nicelogin', { NiceLoginError });
