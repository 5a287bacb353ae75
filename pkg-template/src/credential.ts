/** Finds the credential in what callers pass, without judging it. */
import { Source, writeToken } from './wasm.js';

interface HeadersLike {
  get(name: string): string | null | undefined;
}

/** A credential that lies in the core's room. */
export interface Written {
  source: number;
  length: number;
}

/** Copies the credential into the core's room and says what kind of text it is. */
export function writeCredential(input: unknown): Written {
  if (typeof input === 'string') return { source: Source.Token, length: writeToken(input) };
  if (input === undefined || input === null) return { source: Source.None, length: 0 };
  const headers = headersOf(input);
  // Neither a token nor a request: an empty token, which the core refuses as malformed.
  if (headers === undefined) return { source: Source.Token, length: 0 };
  const value = headers.get('authorization');
  if (typeof value !== 'string') return { source: Source.None, length: 0 };
  return { source: Source.Authorization, length: writeToken(value) };
}

/** The header fields of a `Request` or `Headers` of any realm. */
function headersOf(input: unknown): HeadersLike | undefined {
  if (isHeaders(input)) return input;
  const headers = typeof input === 'object' && input !== null ? (input as { headers?: unknown }).headers : undefined;
  return isHeaders(headers) ? headers : undefined;
}

function isHeaders(value: unknown): value is HeadersLike {
  return typeof value === 'object' && value !== null && typeof (value as { get?: unknown }).get === 'function';
}
