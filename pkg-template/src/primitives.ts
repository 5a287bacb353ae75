/**
 * Pure functions that the host lends the core where it has `node:crypto`: RSA's `s ^ e mod n`
 * without any padding, and SHA-256. They are the two that a wasm module cannot match. Decoding,
 * padding, comparison and verdict stay in the core, which probes each of them before it uses it
 * and computes by itself where one is missing, throws or answers with another length.
 *
 * Nothing is looked for before the core asks, which it does for keys and webhooks in use only,
 * and nothing is imported: hosts without `process.getBuiltinModule` have nothing to lend.
 */

interface NodeCrypto {
  constants: { RSA_NO_PADDING: number };
  createPublicKey(input: { key: Record<string, string>; format: 'jwk' }): object;
  publicDecrypt(key: { key: object; padding: number }, bytes: Uint8Array): Uint8Array;
  createHash(name: string): RunningHash;
  hash(name: string, bytes: Uint8Array, encoding: 'latin1'): string;
}

interface RunningHash {
  update(bytes: Uint8Array): RunningHash;
  digest(encoding: 'latin1'): string;
}

/** What the core calls, with addresses in its own memory; see `src/js/primitives.rs`. */
export interface Lender {
  patience(): number;
  hashFrom(): number;
  rsaKey(n: string, e: string): unknown;
  rsaPower(key: never, from: number, length: number, to: number): boolean;
  sha256(from: number, length: number, then: number, thenLength: number, to: number): boolean;
}

/**
 * For tests and measurements: under this symbol of `globalThis`, `false` lends nothing and `'at
 * once'` has the core ask at the first use. It holds for verifiers made after it was set.
 */
const SWITCH = Symbol.for('countersign.primitives');

const SHA256_BYTES = 32;

/** The way to the hash costs as much as three blocks of 64 bytes cost the core; in Deno, as fifteen. */
const QUICK = /^(?:Node|Bun)/;

/**
 * Makes the host's side. `memoryOf` gives the core's memory, `during` runs functions of the host
 * and keeps them from calling back into the core.
 */
export function lender(memoryOf: () => ArrayBuffer, during: <Result>(run: () => Result) => Result): Lender {
  let view = new Uint8Array(0);
  let found: NodeCrypto | undefined;

  const bytes = (): Uint8Array => {
    // Growing has detached the old view.
    if (view.length === 0) view = new Uint8Array(memoryOf());
    return view;
  };
  const crypto = (): NodeCrypto => (found ??= lookedUp());

  return {
    patience() {
      const told = (globalThis as Record<symbol, unknown>)[SWITCH];
      // A look at it has Deno load its parts of Node. Where it lends nothing after all, that shows later.
      if (told === false || !('process' in globalThis)) return -1;
      return told === 'at once' ? 0 : 1;
    },

    hashFrom: () => (QUICK.test(userAgent() ?? 'Node') ? 384 : 2_048),

    rsaKey: (n, e) =>
      during(() => {
        const { constants, createPublicKey } = crypto();
        // The key object keeps what the host parsed. Hosts that want a text parse it at every use.
        return { key: createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' }), padding: constants.RSA_NO_PADDING };
      }),

    rsaPower: (key, from, length, to) =>
      succeeds(() => {
        const memory = bytes();
        const result = during(() => crypto().publicDecrypt(key, memory.subarray(from, from + length)));
        if (result.length !== length) return false;
        memory.set(result, to);
        return true;
      }),

    sha256: (from, length, then, thenLength, to) =>
      succeeds(() => {
        const memory = bytes();
        const first = memory.subarray(from, from + length);
        const digest = during(() => {
          if (thenLength === 0) return crypto().hash('sha256', first, 'latin1');
          return crypto().createHash('sha256').update(first).update(memory.subarray(then, then + thenLength)).digest('latin1');
        });
        if (digest.length !== SHA256_BYTES) return false;
        for (let at = 0; at < SHA256_BYTES; at += 1) memory[to + at] = digest.charCodeAt(at);
        return true;
      }),
  };
}

/** Whether `run` says so, and does not throw. Here that costs nothing, in the glue it does. */
function succeeds(run: () => boolean): boolean {
  try {
    return run();
  } catch {
    return false;
  }
}

/** The functions as they are now: what replaces them later replaces nothing here. */
function lookedUp(): NodeCrypto {
  const { constants, createPublicKey, publicDecrypt, createHash, hash } = hostProcess()?.getBuiltinModule?.('node:crypto') ?? {};
  return { constants, createPublicKey, publicDecrypt, createHash, hash } as NodeCrypto;
}

/** Of Node 20, undefined. */
function userAgent(): string | undefined {
  return (globalThis as { navigator?: { userAgent?: string } }).navigator?.userAgent;
}

interface Process {
  getBuiltinModule?(name: string): Partial<NodeCrypto> | undefined;
}

/** By way of `globalThis`, as bundlers replace a bare `process` or warn of it. */
function hostProcess(): Process | undefined {
  return (globalThis as { process?: Process }).process;
}
