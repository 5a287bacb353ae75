/** Reads a token without verifying it. */
import { enter, readHeader, readPayload, writeToken } from './wasm.js';

export function dangerouslyDecode(token: unknown): {
  payload: Record<string, unknown>;
  protectedHeader: Record<string, unknown>;
} {
  const length = typeof token === 'string' ? writeToken(token) : 0;
  enter((core) => core.decode(length));
  return { payload: readPayload(), protectedHeader: readHeader() };
}
