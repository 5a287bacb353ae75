/** PropelAuth's error classes. Which failure is which class is the core's decision. */
import { branded, CountersignError, nameErrors, type ErrorReport } from './errors.js';

/** What a caller is told; which check failed is in `code`, for logs. */
const MESSAGES: Record<string, string> = {
  no_authorization_header: 'No authorization header found',
  invalid_authorization_header: 'Invalid authorization header. Expected: Bearer {accessToken}',
  invalid_access_token: 'Invalid access token',
  not_a_member: 'User is not a member of the required org',
  role_missing: "User doesn't have required role",
  permission_missing: "User doesn't have required permission",
};

export class PropelAuthError extends CountersignError {
  constructor(report: ErrorReport, name = 'PropelAuthError', besides: readonly string[] = []) {
    const { providerCode, kind } = report;
    const told = kind === 'token' || kind === 'key' ? MESSAGES[providerCode ?? ''] : undefined;
    super(told === undefined ? report : { ...report, message: told }, name, besides);
    if (kind === 'api') Object.defineProperty(this, 'fieldErrors', { value: fieldsOf(report.body), enumerable: true });
  }

  declare readonly fieldErrors?: Record<string, string[]>;
}

export class BadRequestException extends PropelAuthError {}
export class FeatureDisabledException extends PropelAuthError {}
export class FeatureGatedException extends PropelAuthError {}
export class ForbiddenException extends PropelAuthError {}
export class IncorrectMfaCodeException extends PropelAuthError {}
export class InvalidApiKeyException extends PropelAuthError {}
export class MfaNotEnabledException extends PropelAuthError {}
export class NotFoundException extends PropelAuthError {}
export class RateLimitedException extends PropelAuthError {
  /** Seconds, perhaps a fraction, where the provider says so. */
  get waitSeconds(): number | undefined {
    const { body } = this as { body?: { wait_seconds?: unknown } };
    return typeof body?.wait_seconds === 'number' ? body.wait_seconds : undefined;
  }
}
export class UnauthorizedException extends PropelAuthError {}
export class UnexpectedException extends PropelAuthError {}
export class UserNotFoundException extends PropelAuthError {}

const CLASSES = {
  PropelAuthError,
  BadRequestException,
  FeatureDisabledException,
  FeatureGatedException,
  ForbiddenException,
  IncorrectMfaCodeException,
  InvalidApiKeyException,
  MfaNotEnabledException,
  NotFoundException,
  RateLimitedException,
  UnauthorizedException,
  UnexpectedException,
  UserNotFoundException,
};

for (const [name, type] of Object.entries(CLASSES)) branded(`propelauth.${name}`, type);

nameErrors('propelauth', (report, kind) => {
  const name = report.providerClass ?? 'PropelAuthError';
  const type = Object.hasOwn(CLASSES, name) ? CLASSES[name as keyof typeof CLASSES] : PropelAuthError;
  return new type(report, name, [kind]);
});

/** The messages for fields in an answer's body: a list each, whether one or several were sent. */
function fieldsOf(body: string | undefined): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  let sent: unknown;
  try {
    sent = JSON.parse(body ?? 'null');
  } catch {
    return fields;
  }
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) return fields;
  const { user_facing_errors: told, field_errors: plain, ...others } = sent as Record<string, unknown>;
  const named = told ?? plain;
  const isNamed = typeof named === 'object' && named !== null && !Array.isArray(named);
  const given = isNamed ? named : Object.hasOwn(others, 'error_code') ? {} : others;
  for (const [name, value] of Object.entries(given)) {
    const texts: unknown[] = Array.isArray(value) ? value : [value];
    const every = texts.every((text) => typeof text === 'string');
    if (every) Object.defineProperty(fields, name, { value: texts, enumerable: true });
  }
  return fields;
}
