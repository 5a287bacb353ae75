/** What a command reads: its options, files, standard input and the environment. */
import { readFile } from 'node:fs/promises';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { Failed, WRONG_USE } from './exit.js';

type Options = NonNullable<ParseArgsConfig['options']>;

export const text = { type: 'string' } as const;
export const texts = { type: 'string', multiple: true } as const;
export const flag = { type: 'boolean' } as const;

/** The values of the options and the words besides, of which there are at most `most`. */
export function parse<Known extends Options>(words: string[], options: Known, most: number) {
  const config = { args: words, options: { ...options, json: flag }, allowPositionals: true, strict: true } as const;
  const parsed = attempt(() => parseArgs(config));
  if (parsed.positionals.length > most) throw new Failed(WRONG_USE, `one word too many: ${parsed.positionals[most]?.slice(0, 20)}`);
  return parsed;
}

function attempt<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    // Only the first line: what follows may repeat what was typed.
    throw new Failed(WRONG_USE, String((error as Error).message).split('. ')[0] ?? 'wrong options');
  }
}

export async function fileText(path: string): Promise<string> {
  return (await fileBytes(path)).toString('utf8');
}

export function fileBytes(path: string): Promise<Buffer> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new Failed(WRONG_USE, `${path} cannot be read (${error.code})`);
  });
}

export async function standardInput(what: string): Promise<Buffer> {
  if (process.stdin.isTTY) throw new Failed(WRONG_USE, `${what} is missing: give it as an argument or on standard input`);
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A token as an argument or on standard input, alone or with the word `Bearer` before it. */
export async function tokenFrom(argument: string | undefined): Promise<string> {
  const given = argument === undefined || argument === '-' ? (await standardInput('the token')).toString('utf8') : argument;
  return given.trim().replace(/^bearer\s+/i, '');
}

/** Secrets by the names of variables and files: what stands on a command line is seen by everybody on the machine. */
export async function secretsFrom(variables: string[] = [], files: string[] = []): Promise<string[]> {
  const fromEnvironment = variables.map((name) => {
    const value = process.env[name];
    if (value === undefined || value === '') throw new Failed(WRONG_USE, `the environment variable ${name} is not set`);
    return value;
  });
  const fromFiles = await Promise.all(files.map(async (path) => (await fileText(path)).replace(/\r?\n$/, '')));
  return [...fromEnvironment, ...fromFiles];
}

/** A moment given as a date or in seconds since the epoch. */
export function momentFrom(given: string | undefined): { currentDate: Date } | Record<string, never> {
  if (given === undefined) return {};
  const date = new Date(/^\d+$/.test(given) ? Number(given) * 1000 : given);
  if (Number.isNaN(date.getTime())) throw new Failed(WRONG_USE, '--at must be a date or seconds since the epoch');
  return { currentDate: date };
}

export function numberFrom(given: string | undefined, option: string): number | undefined {
  if (given === undefined) return undefined;
  if (!/^\d+(\.\d+)?$/.test(given)) throw new Failed(WRONG_USE, `--${option} must be a number`);
  return Number(given);
}
