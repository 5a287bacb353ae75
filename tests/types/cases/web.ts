// With the types of a runtime that has fetch: its own objects fit, and answers are its own.
import { createVerifier, createWebhookVerifier, CountersignError } from 'countersign';
import { protect, webhook } from 'countersign/workers';

declare const request: Request;
declare const headers: Headers;
declare const error: CountersignError;

const verifier = createVerifier({
  issuer: 'https://id.example',
  audience: 'api',
  jwksUri: new URL('https://id.example/jwks'),
  fetch: (input, init) => fetch(input, init),
});
createVerifier({ issuer: 'https://id.example', audience: 'api', fetch });
verifier.verifySync(request);
void verifier.verify(headers, { signal: new AbortController().signal, fetch });
const response: Response = error.toResponse();

const webhooks = createWebhookVerifier({ scheme: 'stripe', secrets: 'whsec_x' });
void webhooks.verify(request, { signal: AbortSignal.timeout(5) });
webhooks.verifySync(new Uint8Array(), headers);

const guarded = protect(verifier, { roles: ['admin'], check: (auth, seen) => auth.payload.sub === seen.url });
const handler: (request: Request, env: { A: string }, context: { waitUntil(promise: Promise<unknown>): void }) => Promise<Response> = guarded(
  (seen, env: { A: string }, context, auth) => Response.json([seen.url, env.A, auth.payload.sub]),
);
protect((env: { KEY: string }) => createVerifier({ audience: env.KEY, secret: env.KEY }), { optional: true });
protect(verifier, { optional: true })((_request, _env, _context, auth) => Response.json(auth?.payload ?? null));
protect(verifier, { optional: false })((_request, _env, _context, auth) => Response.json(auth.payload));
// @ts-expect-error without a token there is no payload
protect(verifier, { optional: true })((_request, _env, _context, auth) => Response.json(auth.payload));
webhook(webhooks, (event) => void event.json());
webhook(webhooks, async (event) => Response.json({ id: event.id }));

// @ts-expect-error a URL carries no token
verifier.verifySync(new URL('https://id.example'));
// @ts-expect-error an unknown demand
protect(verifier, { role: 'admin' });
// @ts-expect-error roles are a list
protect(verifier, { roles: 'admin' });
// @ts-expect-error a webhook verifier guards nothing
protect(webhooks);
// @ts-expect-error a token verifier takes no webhooks
webhook(verifier, () => {});
// @ts-expect-error a handler must answer
guarded(() => 5);

export const used = [response, handler];
