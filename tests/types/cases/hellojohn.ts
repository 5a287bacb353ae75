// HelloJohn's client, with the types of a runtime that has fetch.
import { createVerifier, TokenError } from 'countersign';
import { hellojohn, HelloJohnError, InvalidTokenError, RateLimitError, UserNotFoundError, WebhookVerificationError } from 'countersign/hellojohn';
import type { HelloJohnUser } from 'countersign/hellojohn';
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
if (thrown instanceof HelloJohnError) void [thrown.code, thrown.providerCode satisfies string | undefined];
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

export const used = [role, later, name];
