/** HelloJohn's error classes. Which failure is which class is the core's decision. */
import { branded, CountersignError, nameErrors, type ErrorReport } from './errors.js';

export class HelloJohnError extends CountersignError {
  constructor(report: ErrorReport, name = 'HelloJohnError', besides: readonly string[] = []) {
    super(report, name, besides);
  }
}

export class AuthenticationError extends HelloJohnError {}
export class ConflictError extends HelloJohnError {}
export class InvalidTokenError extends HelloJohnError {}
export class MfaRequiredError extends HelloJohnError {}
export class NotFoundError extends HelloJohnError {}
export class PermissionError extends HelloJohnError {}
export class RateLimitError extends HelloJohnError {}
export class ServerError extends HelloJohnError {}
export class TenantNotFoundError extends HelloJohnError {}
export class TransportError extends HelloJohnError {}
export class UserNotFoundError extends HelloJohnError {}
export class ValidationError extends HelloJohnError {}
export class WebhookVerificationError extends HelloJohnError {}

const CLASSES = {
  HelloJohnError,
  AuthenticationError,
  ConflictError,
  InvalidTokenError,
  MfaRequiredError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  ServerError,
  TenantNotFoundError,
  TransportError,
  UserNotFoundError,
  ValidationError,
  WebhookVerificationError,
};

for (const [name, type] of Object.entries(CLASSES)) branded(`hellojohn.${name}`, type);

nameErrors('hellojohn', (report, kind) => {
  const name = report.providerClass ?? 'HelloJohnError';
  const type = Object.hasOwn(CLASSES, name) ? CLASSES[name as keyof typeof CLASSES] : HelloJohnError;
  return new type(report, name, [kind]);
});
