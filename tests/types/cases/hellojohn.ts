// HelloJohn's client, with the types of a runtime that has fetch.
import { createVerifier, TokenError } from 'countersign';
import type { CallOptions, CountersignError, ErrorCode, RequestOptions as Common } from 'countersign';
import { hellojohn, HelloJohnError, InvalidTokenError, RateLimitError, UserNotFoundError, WebhookVerificationError } from 'countersign/hellojohn';
import type { HelloJohnEvent, HelloJohnUser, RequestOptions } from 'countersign/hellojohn';
import { protect, webhook } from 'countersign/workers';

declare const request: Request;

const client = hellojohn({ tenantId: 'tnt_1', secretKey: 'sk_live_1', fetch, clockTolerance: 5, webhookSecret: ['a', 'b'] });
const user: HelloJohnUser = client.verifyTokenSync('token');
const role: string | null = user.role;
const later: Promise<HelloJohnUser> = client.verifyToken(request);
client.requireRole(user, 'admin', { ownerPasses: true });
const name: Promise<string | null | undefined> = client.users.get('usr_1').then((one) => one.name);

export async function ids(): Promise<string[]> {
  const found: string[] = [];
  for await (const one of await client.users.list({ limit: 5, status: 'active' })) found.push(one.id);
  return found;
}

protect(client, { check: (auth) => auth.tenantId === 'tnt_1' })((_request, _env, _context, auth) => Response.json(auth.email));
webhook(client, (event) => void event.type);

declare const thrown: unknown;
if (thrown instanceof HelloJohnError) void [thrown.code satisfies ErrorCode, thrown.providerCode satisfies string | undefined, thrown.toResponse().status, thrown.toJSON(), thrown.body, thrown.claim];
const base: CountersignError | undefined = thrown instanceof HelloJohnError ? thrown : undefined;
const call: CallOptions = { signal: AbortSignal.timeout(5), fetch, waitUntil: (promise) => void promise, currentDate: new Date() };
const delivered: Promise<HelloJohnEvent> = client.verifyWebhook(request, call);
const parts: HelloJohnEvent = client.verifyWebhook({ payload: '{}', signature: request.headers.get('x-hellojohn-signature'), timestamp: 5, secret: [new Uint8Array(), 'b'] }, call);
client.requireRole(null, 'admin');
client.requireOrgRole({ orgId: 'o', orgRole: null, role: 'admin' }, 'admin');
const common: Common = { timeout: 5, maxRetries: 0, maxRetryWait: 5, signal: AbortSignal.timeout(5), fetch };
const own: RequestOptions = { ...common, idempotencyKey: false, tenantId: 't', accessToken: 'a' };
if (thrown instanceof RateLimitError) void (thrown.retryAfter satisfies number | undefined);
if (thrown instanceof InvalidTokenError || thrown instanceof UserNotFoundError || thrown instanceof WebhookVerificationError || thrown instanceof TokenError) void thrown.message;

// @ts-expect-error an unknown option
hellojohn({ tenantID: 'tnt_1' });
// @ts-expect-error a secret key is text
hellojohn({ tenantId: 'tnt_1', secretKey: new Uint8Array() });
// @ts-expect-error a user needs an e-mail address
void client.users.create({ displayName: 'A' });
// @ts-expect-error a user is found by its id
void client.users.get();
// @ts-expect-error an unknown filter
void client.users.list({ nope: 1 });
// @ts-expect-error a token is no number
client.verifyTokenSync(5);
// @ts-expect-error a delivery needs a signature
client.verifyWebhook({ payload: '{}' });
// @ts-expect-error a client is no set of options
createVerifier(client);

export const used = [role, later, name, base, delivered, parts, own];
