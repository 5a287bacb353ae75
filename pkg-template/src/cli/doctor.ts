/** `countersign doctor`: looks at everything that a deployment needs, and says what is wrong. */
import type { TokenVerifier } from '../verifier.js';
import { ACCEPTED, describe, Failed, REFUSED, WRONG_USE } from './exit.js';
import { parse } from './input.js';
import { fetched } from './keys.js';
import { list, type Line, type Output } from './output.js';
import { DEPLOYMENT, refuseDeployment, Subject, type Deployment } from './providers.js';
import { send } from './requests.js';

/** Clocks further apart than this many seconds make tokens fail. */
const TOLERABLE = 5;
const HOPELESS = 60;

export async function doctor(words: string[], output: Output): Promise<number> {
  const { values, positionals } = parse(words, DEPLOYMENT, 1);
  const [subject] = positionals;
  if (subject === undefined) throw new Failed(WRONG_USE, 'name a provider or an issuer: countersign doctor hellojohn');
  const lines = [nodeVersion(), ...(await examine(subject, values))];
  const healthy = lines.every(({ outcome }) => outcome !== 'failed');
  output.result({ healthy, checks: lines }, (paint) => list(lines, paint));
  return healthy ? ACCEPTED : REFUSED;
}

function examine(subject: string, given: Deployment): Promise<Line[]> {
  if (/^(?!https?:).*[.:/]/.test(subject)) throw new Failed(WRONG_USE, 'write an issuer as its URL: countersign doctor https://id.example');
  if (!/^https?:/.test(subject)) return examineProvider(Subject.named(subject, given));
  refuseDeployment(given, 'an option of a provider, not of an issuer');
  return examineIssuer(subject);
}

async function examineIssuer(issuer: string): Promise<Line[]> {
  const lines: Line[] = [];
  const documents = await attempt(lines, 'keys by discovery', async () => {
    const { documents, verifier } = await fetched(issuer, undefined);
    return [documents, usable(verifier)];
  });
  const { jwks_uri: uri } = (documents?.discovery ?? {}) as { jwks_uri?: string };
  if (uri !== undefined) lines.push(await clock(uri));
  return lines;
}

async function examineProvider(subject: Subject): Promise<Line[]> {
  const lines = [...subject.settings()].map(configured);
  let address: string | undefined;
  const noting = (request: Request, init?: RequestInit): Promise<Response> => {
    address ??= request.url;
    return send(request, init);
  };
  const client = await attempt(lines, 'options', async () => [subject.client({ fetch: noting, maxRetries: 0 }), '']);
  if (client === undefined) return lines;
  await attempt(lines, 'keys', async () => {
    await client.verifier.preload();
    return [true, usable(client.verifier)];
  });
  const call = subject.call(client);
  if (call !== undefined) await attempt(lines, 'a call with the credential', async () => [await call.run(), call.name]);
  if (address !== undefined) lines.push(await clock(address));
  return lines;
}

function usable({ keys }: TokenVerifier): string {
  const { count } = keys as { count: number };
  return count === 1 ? '1 usable key' : `${count} usable keys`;
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
function configured({ label, needed, variables, found }: { label: string; needed: boolean; variables: readonly string[]; found: string | undefined }): Line {
  if (found !== undefined) return { outcome: 'passed', check: label, detail: found };
  return { outcome: needed ? 'failed' : 'warning', check: label, detail: `not set (${variables.join(', ')})` };
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
