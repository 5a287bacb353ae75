/** `countersign webhook verify`: accepts or refuses one delivery. */
import { createWebhookVerifier } from '../index.js';
import { ACCEPTED, Failed, WRONG_USE } from './exit.js';
import { fileBytes, fileText, momentFrom, numberFrom, parse, secretsFrom, standardInput, text, texts } from './input.js';
import { pairs, type Output } from './output.js';

const OPTIONS = {
  scheme: text,
  'secret-env': texts,
  'secret-file': texts,
  header: texts,
  headers: text,
  body: text,
  tolerance: text,
  at: text,
} as const;

export async function verifyWebhook(words: string[], output: Output): Promise<number> {
  const { values } = parse(words, OPTIONS, 0);
  const { scheme } = values;
  if (scheme === undefined) throw new Failed(WRONG_USE, 'give --scheme, such as standard, stripe or github');
  const secrets = await secretsFrom(values['secret-env'], values['secret-file']);
  if (secrets.length === 0) throw new Failed(WRONG_USE, 'give the secret by --secret-env NAME or --secret-file PATH');
  const webhooks = createWebhookVerifier({ scheme, secrets, tolerance: numberFrom(values.tolerance, 'tolerance') });
  const inFile = values.headers === undefined ? [] : (await fileText(values.headers, 'headers')).split(/\r?\n/).filter((line) => line.trim() !== '');
  const headers = [...(values.header ?? []), ...inFile].map(field);
  const body = values.body === undefined ? await standardInput('the body') : await fileBytes(values.body, 'body');
  const { id, type, timestamp, secretIndex } = webhooks.verifySync(body, headers, momentFrom(values.at));
  const facts = { id, type, timestamp: timestamp?.toISOString(), secretIndex, bytes: body.length };
  output.result({ accepted: true, ...facts }, (paint) => [`${paint('green', '✓')} accepted`, ...pairs(facts)]);
  return ACCEPTED;
}

function field(line: string): [string, string] {
  const at = line.indexOf(':');
  if (at < 1) throw new Failed(WRONG_USE, "a header must be written as 'Name: value'");
  return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}
