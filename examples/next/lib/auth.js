// The one verifier of the application: its key cache lives in it. Next.js may load a module more
// than once, so that what must be one is kept on `globalThis`.
import { createVerifier, createWebhookVerifier, memoryReplayStore } from 'countersign';
import { createIssuer } from 'countersign/testing';

// An issuer to try it with. An application names its own: { issuer: 'https://…', audience, rolesClaim }.
export const issuer = (globalThis.testIssuer ??= await createIssuer({ algorithm: 'ES256', claims: { aud: 'api', sub: 'alice' } }));

export const verifier = createVerifier({ issuer: issuer.issuer, audience: 'api', rolesClaim: 'roles', fetch: issuer.fetch });

export const webhooks = createWebhookVerifier({
  scheme: 'standard',
  secrets: process.env.WEBHOOK_SECRET ?? 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  replayStore: (globalThis.deliveries ??= memoryReplayStore()),
});
