/** `countersign/fastify`: hooks and a plugin for Fastify. */
import { handled, inbox, received } from './delivery.js';
import { gate } from './guard.js';
import { answerFields, credentialOf, deliveryOf, type NodeRequest } from './node-http.js';

/** What is used of Fastify's request, reply and instance. */
interface Request {
  readonly raw: NodeRequest;
  readonly body: unknown;
  auth?: unknown;
}

interface Reply {
  readonly sent: boolean;
  readonly statusCode: number;
  code(status: number): Reply;
  header(name: string, value: string): Reply;
  send(payload: string): Reply;
}

interface Instance {
  removeAllContentTypeParsers(): void;
  addContentTypeParser(type: string, parser: (request: unknown, payload: unknown, done: (error: null) => void) => void): void;
  post(url: string, handler: (request: Request, reply: Reply) => Promise<unknown>): void;
}

type Hook = (request: Request, reply: Reply) => Promise<unknown>;
type WebhookHandler = (event: unknown, request: Request, reply: Reply) => unknown;
type Plugin = (instance: Instance, options: { url?: string }) => Promise<void>;

export function protect(given: unknown, options?: unknown): Hook {
  const admit = gate<Request>(given, options);
  return async (request, reply) => {
    const { auth, refusal } = await admit({ native: request, credential: credentialOf(request.raw), call: {} });
    if (refusal !== undefined) return answer(refusal, request, reply);
    request.auth = auth;
    return undefined;
  };
}

/**
 * A plugin, because Fastify chooses parsers per plugin: in this one there are none, so that the
 * bytes are still on the wire when they are verified.
 */
export function webhook(given: unknown, handler: WebhookHandler): Plugin {
  const receive = inbox(given);
  return async (instance, { url = '/' }) => {
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser('*', (_request, _payload, done) => done(null));
    instance.post(url, async (request, reply) => {
      const { event, delivery, refusal } = await receive(deliveryOf(request.raw, request.body), {});
      if (refusal !== undefined) return answer(refusal, request, reply);
      const answered = await handled(delivery, () => handler(event, request, reply), () => reply.statusCode);
      if (reply.sent || answered !== undefined) return answered;
      return answer(received(), request, reply);
    });
  };
}

async function answer(given: Response, request: Request, reply: Reply): Promise<Reply> {
  const text = await given.text();
  reply.code(given.status);
  for (const [name, value] of answerFields(given, request.raw)) reply.header(name, value);
  return reply.send(text);
}
