/** `countersign/workers`: guards for fetch handlers, as Cloudflare Workers have them. */
import { configError, CountersignError } from './errors.js';
import * as is from './options.js';
import { PROTECT, type Protect, type Requirement } from './verifier.js';
import { enter } from './wasm.js';

interface Context {
  waitUntil(promise: Promise<unknown>): void;
}

/** A verifier or a provider's client. */
interface Guard {
  [PROTECT](requirement: Requirement): Protect;
}

type Handler = (request: Request, env: unknown, context: Context, auth: unknown) => Response | Promise<Response>;
type FetchHandler = (request: Request, env: unknown, context: Context) => Promise<Response>;

interface ProtectOptions extends Requirement {
  optional?: boolean;
  check?: (auth: unknown, request: Request) => boolean | Promise<boolean>;
  token?: (request: Request) => string | undefined;
}

const OPTIONS: is.Shape = {
  optional: is.flag,
  roles: is.texts,
  permissions: is.texts,
  scopes: is.texts,
  check: is.callable,
  token: is.callable,
};

export function protect(given: unknown, options: unknown = {}): (handler: Handler) => FetchHandler {
  const { optional, check, token, ...requirement } = is.take(options, OPTIONS, 'options') as ProtectOptions;
  const guards = new WeakMap<Guard, Protect>();
  const guardFor = (guard: unknown): Protect => {
    if (!isGuard(guard)) throw configError('verifier', 'must be a verifier or a provider');
    const known = guards.get(guard) ?? guard[PROTECT](requirement);
    guards.set(guard, known);
    return known;
  };
  // A wrong demand shows when the module is loaded, unless the verifier depends on the environment.
  if (typeof given !== 'function') guardFor(given);

  const authorize = async (request: Request, env: unknown, context: Context): Promise<unknown> => {
    const verify = guardFor(typeof given === 'function' ? (given as (env: unknown) => unknown)(env) : given);
    const input = token === undefined ? request : token(request);
    const waitUntil = (promise: Promise<unknown>) => context?.waitUntil?.(promise);
    const { verified, user } = await verify(input, { signal: request.signal, waitUntil });
    const auth = user ?? verified;
    if (check !== undefined && (await check(auth, request)) !== true) enter((core) => core.refuseAccess());
    return auth;
  };

  return (handler) =>
    answering(async (request, env, context) => {
      let auth: unknown;
      try {
        auth = await authorize(request, env, context);
      } catch (error) {
        if (!(optional === true && error instanceof CountersignError && error.code === 'ERR_TOKEN_MISSING')) throw error;
      }
      return () => handler(request, env, context, auth);
    });
}

interface WebhookEvent {
  release(): Promise<void>;
}

interface WebhookVerifier {
  verify(request: Request, call: object): Promise<WebhookEvent>;
}

interface WebhookProvider {
  verifyWebhook(request: Request, call: object): Promise<{ event: WebhookEvent }>;
}

type WebhookHandler = (
  event: unknown,
  request: Request,
  env: unknown,
  context: Context,
) => Response | void | Promise<Response | void>;

export function webhook(given: unknown, handler: WebhookHandler): FetchHandler {
  return answering(async (request, env, context) => {
    const verifier = typeof given === 'function' ? (given as (env: unknown) => unknown)(env) : given;
    const { event, delivery } = await verifyDelivery(verifier, request);
    return async () => {
      try {
        return (await handler(event, request, env, context)) ?? Response.json({ received: true });
      } catch (error) {
        // The sender tries again, and that delivery must pass.
        await delivery.release();
        throw error;
      }
    };
  });
}

async function verifyDelivery(
  verifier: unknown,
  request: Request,
): Promise<{ event: unknown; delivery: WebhookEvent }> {
  const { verify, verifyWebhook } = (verifier ?? {}) as Partial<WebhookVerifier & WebhookProvider>;
  const call = { signal: request.signal };
  if (typeof verifyWebhook === 'function') {
    const event = await verifyWebhook.call(verifier, request, call);
    return { event, delivery: event.event };
  }
  if (typeof verify !== 'function') throw configError('verifier', 'must be a webhook verifier or a provider');
  const event = await verify.call(verifier, request, call);
  return { event, delivery: event };
}

/**
 * Answers with the refusal where `admit` throws one of our errors. What the handler itself throws
 * is its own business, also when it is one of ours.
 */
function answering(
  admit: (request: Request, env: unknown, context: Context) => Promise<() => Response | Promise<Response>>,
): FetchHandler {
  return async (request, env, context) => {
    let handle: () => Response | Promise<Response>;
    try {
      handle = await admit(request, env, context);
    } catch (error) {
      if (error instanceof CountersignError) return error.toResponse();
      throw error;
    }
    return handle();
  };
}

function isGuard(value: unknown): value is Guard {
  return typeof value === 'object' && value !== null && PROTECT in value;
}
