#!/usr/bin/env node
/** `npx countersign`: says on a terminal what the package says to programs. */
import { readFileSync } from 'node:fs';
import { Failed, WRONG_USE, exitCodeOf, describe } from './exit.js';
import { HELP } from './help.js';
import { Output } from './output.js';
import { doctor } from './doctor.js';
import { explain } from './explain.js';
import { pinKeys } from './keys.js';
import { watchStandardOutput } from './standard-output.js';
import { verify } from './verify.js';
import { verifyWebhook } from './webhook.js';

/** What runs for the first words of a command line; it gives the exit code. */
const COMMANDS: Readonly<Record<string, (rest: string[], output: Output) => Promise<number>>> = {
  verify,
  explain,
  'webhook verify': verifyWebhook,
  'keys pin': pinKeys,
  doctor,
};

async function main(words: string[]): Promise<number> {
  const output = new Output(words.includes('--json'));
  if (words.length === 0 || words.includes('--help') || words[0] === 'help') {
    process.stdout.write(HELP);
    return words.length === 0 ? 2 : 0;
  }
  if (words[0] === '--version') {
    const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    process.stdout.write(`${(JSON.parse(manifest) as { version: string }).version}\n`);
    return 0;
  }
  try {
    const [name, run] = Object.entries(COMMANDS).find(([one]) => startsWith(words, one)) ?? [];
    if (name === undefined || run === undefined) throw new Failed(WRONG_USE, unknown(words[0]));
    return await run(words.slice(name.split(' ').length), output);
  } catch (error) {
    output.error(describe(error));
    return exitCodeOf(error);
  }
}

/** Says no word that was typed unless it begins a command: any other may be a secret. */
function unknown(first: string | undefined): string {
  const whole = Object.keys(COMMANDS).find((one) => one.startsWith(`${first} `));
  if (whole !== undefined) return `there is no command ${first} alone: write countersign ${whole}`;
  return 'the first word is no command; countersign --help lists them';
}

const startsWith = (words: string[], command: string): boolean => command.split(' ').every((word, at) => words[at] === word);

watchStandardOutput();
process.exitCode = await main(process.argv.slice(2));
