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
  const config = { args: words, options: { ...options, json: flag }, allowPositionals: true, strict: true, tokens: true } as const;
  const { tokens, ...parsed } = attempt(() => parseArgs(config));
  const given = tokens.flatMap((token) => (token.kind === 'option' && options[token.name]?.type === 'string' ? [token.name] : []));
  const twice = given.find((name, index) => options[name]?.multiple !== true && given.indexOf(name) !== index);
  if (twice !== undefined) throw new Failed(WRONG_USE, `--${twice} may stand once`);
  if (parsed.positionals.length > most) throw new Failed(WRONG_USE, `one word too many: ${most === 0 ? 'none' : 'only one'} may stand besides the options`);
  return parsed;
}

function attempt<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw new Failed(WRONG_USE, complaint(error as NodeJS.ErrnoException));
  }
}

/** What is wrong with the options. A word that was typed is repeated only if it looks like an option. */
function complaint({ code, message }: NodeJS.ErrnoException): string {
  // Only the first sentence: what follows is advice.
  const [sentence = ''] = message.split(/\.\s/);
  if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return sentence;
  return /'--[a-z]+(-[a-z]+){0,3}'$/.test(sentence) && sentence.length < 40 ? sentence : 'an option is unknown; countersign --help lists them';
}

/** The text of the file that `option` names. */
export async function fileText(path: string, option: string): Promise<string> {
  return (await fileBytes(path, option)).toString('utf8');
}

/** The bytes of the file that `option` names; its path is not repeated, for it may be a secret in the wrong place. */
export function fileBytes(path: string, option: string): Promise<Buffer> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new Failed(WRONG_USE, `the file of --${option} cannot be read (${error.code})`);
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
  const token = given.trim().replace(/^bearer\s+/i, '');
  if (token === '') throw new Failed(WRONG_USE, 'the token is missing: give it as an argument or on standard input');
  return token;
}

/** Secrets by the names of variables and files: what stands on a command line is seen by everybody on the machine. */
export async function secretsFrom(variables: string[] = [], files: string[] = []): Promise<(string | Uint8Array)[]> {
  const fromEnvironment = variables.map((name) => {
    const value = process.env[name];
    if (value === undefined || value === '') throw new Failed(WRONG_USE, 'the environment variable of --secret-env is not set; the option takes its name');
    return value;
  });
  const fromFiles = await Promise.all(files.map(async (path) => secretIn(await fileBytes(path, 'secret-file'))));
  return [...fromEnvironment, ...fromFiles];
}

/** Well-formed UTF-8 is text, whose final line break an editor wrote; anything else is the key's own bytes. */
function secretIn(content: Uint8Array): string | Uint8Array {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content).replace(/\r?\n$/, '');
  } catch {
    return content;
  }
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
