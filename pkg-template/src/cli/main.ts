#!/usr/bin/env node
/** `npx countersign`: says on a terminal what the package says to programs. */
import { Failed, exitCodeOf, describe } from './exit.js';
import { HELP } from './help.js';
import { Output } from './output.js';
import { doctor } from './doctor.js';
import { explain } from './explain.js';
import { pinKeys } from './keys.js';
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
  try {
    const [name, run] = Object.entries(COMMANDS).find(([one]) => startsWith(words, one)) ?? [];
    if (name === undefined || run === undefined) throw new Failed(2, `there is no command ${words[0]}; countersign --help lists them`);
    return await run(words.slice(name.split(' ').length), output);
  } catch (error) {
    output.error(describe(error));
    return exitCodeOf(error);
  }
}

const startsWith = (words: string[], command: string): boolean => command.split(' ').every((word, at) => words[at] === word);

process.exitCode = await main(process.argv.slice(2));
