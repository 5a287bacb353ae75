/** The verifier that a command line describes. */
import { createVerifier } from '../index.js';
import type { TokenVerifier } from '../verifier.js';
import { Failed, WRONG_USE } from './exit.js';
import { fileText, flag, momentFrom, parse, secretsFrom, text, texts, tokenFrom } from './input.js';
import { DEPLOYMENT, Subject } from './providers.js';

const OPTIONS = {
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
  'clock-tolerance': text,
  'max-token-age': text,
  at: text,
  provider: text,
  ...DEPLOYMENT,
} as const;

type Given = ReturnType<typeof parse<typeof OPTIONS>>['values'];

export async function tokenAndVerifier(words: string[]) {
  const { values, positionals } = parse(words, OPTIONS, 1);
  // Made before standard input is waited for: a wrong option shows at once.
  const verifier = values.provider === undefined ? createVerifier(await optionsFrom(values)) : providersVerifier(values.provider, values);
  const token = await tokenFrom(positionals[0]);
  return { token, verifier, call: momentFrom(values.at) };
}

async function optionsFrom(given: Given): Promise<object> {
  if ((given.audience === undefined) === (given['any-audience'] !== true)) {
    throw new Failed(WRONG_USE, 'give --audience, or --any-audience to accept tokens meant for anybody');
  }
  const [secret] = await secretsFrom(several(given['secret-env']), several(given['secret-file']));
  const key = given.key === undefined ? undefined : await fileText(given.key);
  return {
    issuer: given.issuer,
    audience: given.audience ?? null,
    jwksUri: given['jwks-uri'],
    jwks: given.jwks === undefined ? undefined : json(await fileText(given.jwks), given.jwks),
    key: key?.trimStart().startsWith('{') ? json(key, given.key) : key,
    secret,
    algorithms: given.algorithm,
    typ: given.typ,
    clockTolerance: seconds(given['clock-tolerance']),
    maxTokenAge: seconds(given['max-token-age']),
  };
}

function providersVerifier(name: string, given: Given): TokenVerifier {
  const tolerance = seconds(given['clock-tolerance']);
  return Subject.named(name, given).client(tolerance === undefined ? {} : { clockTolerance: tolerance }).verifier;
}

const several = (one: string | undefined): string[] => (one === undefined ? [] : [one]);

const seconds = (given: string | undefined): number | string | undefined =>
  given !== undefined && /^\d+$/.test(given) ? Number(given) : given;

function json(content: string, path: string | undefined): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new Failed(WRONG_USE, `${path} is not JSON`);
  }
}
