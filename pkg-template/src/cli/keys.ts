/** `countersign keys pin`: writes an issuer's documents to a file, for builds that need no network to start. */
import { writeFile } from 'node:fs/promises';
import { createVerifier } from '../index.js';
import { ACCEPTED, Failed, WRONG_USE } from './exit.js';
import { parse, text } from './input.js';
import { json, pairs, type Output } from './output.js';
import { send } from './requests.js';

const OPTIONS = { output: { type: 'string', short: 'o' }, 'jwks-uri': text } as const;
const FILE = 'countersign-keys.json';

/** What an issuer publishes, as it published it. */
interface Documents {
  discovery?: unknown;
  jwks?: unknown;
}

export async function pinKeys(words: string[], output: Output): Promise<number> {
  const { values, positionals } = parse(words, OPTIONS, 1);
  const [issuer] = positionals;
  if (issuer === undefined) throw new Failed(WRONG_USE, 'name the issuer: countersign keys pin https://id.example');
  const { documents, verifier } = await fetched(issuer, values['jwks-uri']);
  const pin = { issuer, fetchedAt: new Date().toISOString(), ...documents, snapshot: verifier.snapshot() };
  const path = values.output ?? FILE;
  if (path === '-') {
    process.stdout.write(`${json(pin, 2)}\n`);
    return ACCEPTED;
  }
  await writeFile(path, `${JSON.stringify(pin, null, 2)}\n`).catch((error: NodeJS.ErrnoException) => {
    throw new Failed(WRONG_USE, `${values.output === undefined ? FILE : 'the file of --output'} cannot be written (${error.code})`);
  });
  const facts = { issuer, file: path, keys: (verifier.keys as { count: number }).count };
  output.result({ pinned: true, ...facts }, (paint) => [`${paint('green', '✓')} pinned`, ...pairs(facts)]);
  return ACCEPTED;
}

/** Fetches as a verifier does, with all its checks, and keeps what came. */
export async function fetched(issuer: string, jwksUri: string | undefined) {
  const documents: Documents = {};
  const readings: Promise<void>[] = [];
  const keeping = async (request: Request, init?: RequestInit): Promise<Response> => {
    const response = await send(request, init);
    const name = request.url.endsWith('/.well-known/openid-configuration') ? 'discovery' : 'jwks';
    const read = async (copy: Response): Promise<void> => void (documents[name] = await copy.json());
    // What is no JSON is the verifier's to refuse.
    readings.push(read(response.clone()).catch(() => {}));
    return response;
  };
  const verifier = createVerifier({ issuer, audience: null, jwksUri, fetch: keeping });
  await verifier.preload();
  await Promise.all(readings);
  return { documents, verifier };
}
