/** `signWebhook`: a delivery as its sender would sign it. */
import { configError } from './errors.js';
import * as is from './options.js';
import { decodeBase64, encodeBase64 } from './test-base64.js';
import { SCHEMES, type SchemeRow } from './test-schemes.js';

type Bytes = Uint8Array<ArrayBuffer>;

interface Delivery {
  body: Bytes | string;
  secret: string | string[] | Bytes;
  id?: string;
  timestamp?: number;
}

const DELIVERY: is.Shape = {
  body: (value, name) => (typeof value === 'object' && value !== null && !isBytes(value) ? JSON.stringify(value) : is.textOrBytes(value, name)),
  secret: is.either(Array.isArray, is.texts, is.textOrBytes),
  id: is.text,
  timestamp: (value, name) => (typeof value === 'number' ? is.number(value, name) : Math.floor(is.instant(value, name) / 1000)),
};

const isBytes = (value: object): boolean => ArrayBuffer.isView(value) || Object.prototype.toString.call(value) === '[object ArrayBuffer]';

export async function signWebhook(scheme: unknown, given: unknown): Promise<{ body: Uint8Array; headers: Record<string, string> }> {
  const row = rowOf(scheme);
  const taken = is.take(given, DELIVERY, 'delivery') as Partial<Delivery>;
  const { secret, id = 'msg_1', timestamp = Math.floor(Date.now() / 1000) } = taken;
  if (secret === undefined) throw configError('secret', 'must be given');
  const body = bytesOf(taken.body ?? '{}');
  const content = joined([encoder.encode(filled(row.signedContent, id, timestamp)), body]);
  const secrets = Array.isArray(secret) ? secret : [secret];
  const signatures = await Promise.all(secrets.map((one) => signatureBy(row, one, content)));
  return { body, headers: headersOf(row, signatures, id, timestamp) };
}

function rowOf(scheme: unknown): SchemeRow {
  if (typeof scheme === 'object' && scheme !== null) return scheme as SchemeRow;
  const row = typeof scheme === 'string' && Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : undefined;
  if (row === undefined) throw configError('scheme', `must be a scheme or one of ${Object.keys(SCHEMES).join(', ')}`);
  return row;
}

/** What stands before the body in the signed content; `{body}` is always last. */
function filled(template: string, id: string, timestamp: number): string {
  const values: Record<string, string> = { id, timestamp: String(timestamp), body: '' };
  return template.replace(/\{(id|timestamp|body)\}/g, (_, name: string) => values[name] as string);
}

function headersOf(row: SchemeRow, signatures: string[], id: string, timestamp: number): Record<string, string> {
  const headers: Record<string, string> = {};
  if (row.idHeader !== undefined) headers[row.idHeader] = id;
  if (row.timestampHeader !== undefined) headers[row.timestampHeader] = String(timestamp);
  headers[row.signatureHeader] = row.fields === undefined ? signatures.join(' ') : pairs(row.fields, signatures, timestamp);
  return headers;
}

function pairs(names: { timestamp?: string; signature: string }, signatures: string[], timestamp: number): string {
  const time = names.timestamp === undefined ? [] : [`${names.timestamp}=${timestamp}`];
  return [...time, ...signatures.map((signature) => `${names.signature}=${signature}`)].join(',');
}

async function signatureBy(row: SchemeRow, secret: string | Bytes, content: Bytes): Promise<string> {
  if (typeof secret === 'string' && secret.startsWith(PRIVATE_KEY)) return `v1a,${encodeBase64(await ed25519(secret, content))}`;
  const hash = row.hash === 'sha512' ? 'SHA-512' : 'SHA-256';
  const key = await crypto.subtle.importKey('raw', keyBytes(row, secret), { name: 'HMAC', hash }, false, ['sign']);
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, content));
  return `${row.signaturePrefix ?? ''}${row.encoding === 'hex' ? hex(mac) : encodeBase64(mac)}`;
}

function keyBytes({ secretPrefix = '', secretEncoding }: SchemeRow, secret: string | Bytes): Bytes {
  if (typeof secret !== 'string') return secret;
  const bare = secret.startsWith(secretPrefix) ? secret.slice(secretPrefix.length) : secret;
  return secretEncoding === 'base64' ? decoded(bare) : encoder.encode(bare);
}

/** Before a private Ed25519 key as text: its seed, and mostly its public half (Standard Webhooks, "Signature scheme"). */
const PRIVATE_KEY = 'whsk_';
/** What PKCS#8 puts before an Ed25519 seed (RFC 8410 §7). */
const PKCS8 = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

function decoded(secret: string): Uint8Array<ArrayBuffer> {
  try {
    return decodeBase64(secret);
  } catch {
    throw configError('secret', 'is not base64');
  }
}

async function ed25519(secret: string, content: Bytes): Promise<Uint8Array> {
  const seed = decoded(secret.slice(PRIVATE_KEY.length)).slice(0, 32);
  const key = await crypto.subtle.importKey('pkcs8', joined([new Uint8Array(PKCS8), seed]), 'Ed25519', false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('Ed25519', key, content));
}

const encoder = new TextEncoder();

const bytesOf = (body: Bytes | string): Bytes => (typeof body === 'string' ? encoder.encode(body) : body);

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function joined([first, second]: [Bytes, Bytes]): Bytes {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
