/** `countersign doctor`: looks at everything that a deployment needs, and says what is wrong. */
import { hellojohn } from '../hellojohn.js';
import { ACCEPTED, describe, Failed, REFUSED, WRONG_USE } from './exit.js';
import { parse, text } from './input.js';
import { fetched } from './keys.js';
import { list, type Line, type Output } from './output.js';

const OPTIONS = { 'tenant-id': text, 'api-url': text } as const;

/** Clocks further apart than this many seconds make tokens fail. */
const TOLERABLE = 5;
const HOPELESS = 60;

type Values = { 'tenant-id'?: string | undefined; 'api-url'?: string | undefined };

export async function doctor(words: string[], output: Output): Promise<number> {
  const { values, positionals } = parse(words, OPTIONS, 1);
  const [subject] = positionals;
  if (subject === undefined) throw new Failed(WRONG_USE, 'name a provider or an issuer: countersign doctor hellojohn');
  const lines = [nodeVersion(), ...(await examine(subject, values))];
  const healthy = lines.every(({ outcome }) => outcome !== 'failed');
  output.result({ healthy, checks: lines }, (paint) => list(lines, paint));
  return healthy ? ACCEPTED : REFUSED;
}

function examine(subject: string, values: Values): Promise<Line[]> {
  if (subject === 'hellojohn') return examineHelloJohn(values);
  if (/^https?:/.test(subject)) return examineIssuer(subject);
  throw new Failed(WRONG_USE, 'the provider must be hellojohn, or the URL of an issuer');
}

async function examineIssuer(issuer: string): Promise<Line[]> {
  const lines: Line[] = [];
  const documents = await attempt(lines, 'keys by discovery', async () => {
    const { documents, verifier } = await fetched(issuer, undefined);
    return [documents, `${(verifier.keys as { count: number }).count} usable keys`];
  });
  const { jwks_uri: uri } = (documents?.discovery ?? {}) as { jwks_uri?: string };
  if (uri !== undefined) lines.push(await clock(uri));
  return lines;
}

async function examineHelloJohn(values: Values): Promise<Line[]> {
  const lines = [
    variable('tenant', values['tenant-id'], ['HELLOJOHN_TENANT_ID'], true),
    variable('API URL', values['api-url'], ['HJ_API_URL'], false),
    variable('secret key', undefined, ['HJ_SECRET_KEY'], false),
    variable('webhook secret', undefined, ['WEBHOOK_SECRET'], false),
  ];
  const given = Object.entries({ tenantId: values['tenant-id'], apiUrl: values['api-url'] }).filter(([, value]) => value !== undefined);
  let address: string | undefined;
  const noting = (request: Request, init?: RequestInit): Promise<Response> => {
    address ??= request.url;
    return fetch(request, init);
  };
  const client = await attempt(lines, 'options', async () => [hellojohn({ ...Object.fromEntries(given), fetch: noting, maxRetries: 0 }) as unknown as Client, '']);
  if (client === undefined) return lines;
  await attempt(lines, 'keys', async () => {
    await client.verifier.preload();
    return [true, `${client.verifier.keys.count} usable keys`];
  });
  if (process.env['HJ_SECRET_KEY']) await attempt(lines, 'a call with the secret key', async () => [await client.users.list({ limit: 1 }), 'users.list']);
  if (address !== undefined) lines.push(await clock(address));
  return lines;
}

/** What is used of the client, whose methods the core's table brings. */
interface Client {
  verifier: { preload(): Promise<void>; keys: { count: number } };
  users: { list(parameters: object): Promise<unknown> };
}

/** Runs one check and adds its line; gives what it found, if it passed. */
async function attempt<Found>(lines: Line[], check: string, run: () => Promise<[Found, string]>): Promise<Found | undefined> {
  try {
    const [found, detail] = await run();
    lines.push({ outcome: 'passed', check, detail });
    return found;
  } catch (error) {
    const { code, message } = describe(error);
    lines.push({ outcome: 'failed', check, code, detail: message });
    return undefined;
  }
}

/** Whether something is configured; never what. */
function variable(check: string, given: string | undefined, names: string[], needed: boolean): Line {
  if (given !== undefined) return { outcome: 'passed', check, detail: 'by option' };
  const name = names.find((one) => process.env[one]);
  if (name !== undefined) return { outcome: 'passed', check, detail: `by ${name}` };
  return { outcome: needed ? 'failed' : 'warning', check, detail: `not set (${names.join(', ')})` };
}

function nodeVersion(): Line {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = major > 20 || (major === 20 && minor >= 19);
  return { outcome: good ? 'passed' : 'failed', check: 'Node', detail: `${process.versions.node}${good ? '' : ', needs 20.19'}` };
}

/** How far this machine's clock is from the server's, by the `Date` of an answer (RFC 9110 §6.6.1). */
async function clock(address: string): Promise<Line> {
  const check = 'clock';
  try {
    const response = await fetch(address, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(5_000) });
    const theirs = Date.parse(response.headers.get('date') ?? '');
    if (Number.isNaN(theirs)) return { outcome: 'warning', check, detail: 'the server does not say its time' };
    // The field has whole seconds.
    const apart = Math.max(0, Math.abs(Date.now() - theirs) / 1000 - 1);
    const outcome = apart <= TOLERABLE ? 'passed' : apart <= HOPELESS ? 'warning' : 'failed';
    return { outcome, check, detail: `${Math.round(apart)} s apart` };
  } catch {
    return { outcome: 'warning', check, detail: 'the server did not answer' };
  }
}
