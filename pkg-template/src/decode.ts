/** Reads a token without verifying it. */
import { enter, readHeader, readPayload, writeText } from './wasm.js';

export function dangerouslyDecode(token: unknown): {
  payload: Record<string, unknown>;
  protectedHeader: Record<string, unknown>;
} {
  const length = typeof token === 'string' ? writeText(token) : 0;
  return enter((core) => {
    core.decode(length);
    return { payload: readPayload(), protectedHeader: readHeader() };
  });
}
