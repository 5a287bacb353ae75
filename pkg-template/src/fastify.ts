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

interface Reply extends PromiseLike<void> {
  readonly sent: boolean;
  readonly statusCode: number;
  code(status: number): Reply;
  header(name: string, value: string): Reply;
  send(payload: unknown): Reply;
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
  const receive = inbox(given, handler);
  return async (instance, { url = '/' }) => {
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser('*', (_request, _payload, done) => done(null));
    instance.post(url, async (request, reply) => {
      const { event, delivery, refusal } = await receive(deliveryOf(request.raw, request.body), {});
      if (refusal !== undefined) return answer(refusal, request, reply);
      const handle = async () => {
        const isSending = noticeSend(reply);
        const payload = await handler(event, request, reply);
        if (payload !== undefined && !isSending() && !reply.sent) reply.send(payload);
        // Hooks have the last word about the status, and they may take their time.
        if (isSending()) await reply;
        return isSending() || reply.sent;
      };
      const isAnswered = await handled(delivery, handle, () => reply.statusCode);
      return isAnswered ? reply : answer(received(reply.statusCode), request, reply);
    });
  };
}

/** Whether `send` has been called: Fastify's own `sent` says so only when its hooks have run. */
function noticeSend(reply: Reply): () => boolean {
  let isCalled = false;
  const { send } = reply;
  reply.send = function (this: Reply, payload) {
    isCalled = true;
    return send.call(this, payload);
  };
  return () => isCalled;
}

async function answer(given: Response, request: Request, reply: Reply): Promise<Reply> {
  const text = await given.text();
  reply.code(given.status);
  for (const [name, value] of answerFields(given, request.raw)) reply.header(name, value);
  return reply.send(text);
}
