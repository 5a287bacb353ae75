/** The verifier that a command line describes. */
import { createVerifier } from '../index.js';
import type { TokenVerifier } from '../verifier.js';
import { Failed, WRONG_USE } from './exit.js';
import { fileText, flag, momentFrom, parse, secretsFrom, text, texts, tokenFrom } from './input.js';
import { DEPLOYMENT, refuseDeployment, Subject } from './providers.js';
import { send } from './requests.js';

/** What a provider's own verifier decides: beside `--provider` none of it would be read. */
const JUDGEMENT = {
  issuer: text,
  audience: texts,
  'any-audience': flag,
  'jwks-uri': text,
  jwks: text,
  key: text,
  'secret-env': text,
  'secret-file': text,
  algorithm: texts,
  typ: text,
  'max-token-age': text,
} as const;

const OPTIONS = {
  ...JUDGEMENT,
  'clock-tolerance': text,
  at: text,
  provider: text,
  ...DEPLOYMENT,
} as const;

/** Where keys may come from. */
const KEYS = ['issuer', 'jwks-uri', 'jwks', 'key', 'secret-env', 'secret-file'] as const;

type Given = ReturnType<typeof parse<typeof OPTIONS>>['values'];

export async function tokenAndVerifier(words: string[]) {
  const { values, positionals } = parse(words, OPTIONS, 1);
  // Made before standard input is waited for: a wrong option shows at once.
  const verifier = values.provider === undefined ? createVerifier(await optionsFrom(values)) : providersVerifier(values.provider, values);
  const token = await tokenFrom(positionals[0]);
  return { token, verifier, call: momentFrom(values.at) };
}

async function optionsFrom(given: Given): Promise<object> {
  refuseDeployment(given, 'an option of --provider, which is not given');
  if ((given.audience === undefined) === (given['any-audience'] !== true)) {
    throw new Failed(WRONG_USE, 'give --audience, or --any-audience to accept tokens meant for anybody');
  }
  if (KEYS.every((option) => given[option] === undefined)) {
    throw new Failed(WRONG_USE, `give --issuer, or the keys by one of ${KEYS.slice(1).map((option) => `--${option}`).join(', ')}`);
  }
  if (given['secret-env'] !== undefined && given['secret-file'] !== undefined) {
    throw new Failed(WRONG_USE, 'give one of --secret-env and --secret-file');
  }
  const [secret] = await secretsFrom(several(given['secret-env']), several(given['secret-file']));
  const key = given.key === undefined ? undefined : await fileText(given.key, 'key');
  return {
    issuer: given.issuer,
    audience: given.audience ?? null,
    jwksUri: given['jwks-uri'],
    jwks: given.jwks === undefined ? undefined : json(await fileText(given.jwks, 'jwks'), 'jwks'),
    key: key?.trimStart().startsWith('{') ? json(key, 'key') : key,
    secret,
    algorithms: given.algorithm,
    typ: given.typ,
    clockTolerance: seconds(given['clock-tolerance']),
    maxTokenAge: seconds(given['max-token-age']),
    fetch: send,
  };
}

function providersVerifier(name: string, given: Given): TokenVerifier {
  const unread = (Object.keys(JUDGEMENT) as (keyof typeof JUDGEMENT)[]).find((option) => given[option] !== undefined);
  if (unread !== undefined) throw new Failed(WRONG_USE, `--${unread} cannot be given with --provider, which decides it`);
  const tolerance = seconds(given['clock-tolerance']);
  return Subject.named(name, given).client({ fetch: send, ...(tolerance === undefined ? {} : { clockTolerance: tolerance }) }).verifier;
}

const several = (one: string | undefined): string[] => (one === undefined ? [] : [one]);

const seconds = (given: string | undefined): number | string | undefined =>
  given !== undefined && /^\d+$/.test(given) ? Number(given) : given;

function json(content: string, option: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new Failed(WRONG_USE, `the file of --${option} is not JSON`);
  }
}
