/** Exit codes, and what is said of an error. */
import { ConfigError, CountersignError, KeyError, TransportError } from '../index.js';
import { lastRequest } from './requests.js';

export const ACCEPTED = 0;
export const REFUSED = 1;
export const WRONG_USE = 2;
export const UNREACHABLE = 3;
/** Standard output was closed before all was written: what a shell says of a program that SIGPIPE ended. */
export const CLOSED = 141;

/** An error of the command line itself. */
export class Failed extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof Failed) return error.exitCode;
  if (error instanceof ConfigError) return WRONG_USE;
  if (error instanceof TransportError) return UNREACHABLE;
  if (error instanceof KeyError) return error.status === 503 ? UNREACHABLE : WRONG_USE;
  return REFUSED;
}

/** An error as plain data; none of ours holds anything secret. */
export function describe(error: unknown): { code?: string; message: string } {
  if (error instanceof CountersignError) {
    const request = exitCodeOf(error) === UNREACHABLE ? lastRequest() : undefined;
    return { code: error.code, message: request === undefined ? error.message : `${error.message} (${request})` };
  }
  return { message: error instanceof Error ? error.message : String(error) };
}
