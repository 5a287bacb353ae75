export { dangerouslyDecode } from './decode.js';
export {
  ApiError,
  ConfigError,
  CountersignError,
  KeyError,
  TokenError,
  TransportError,
  WebhookError,
} from './errors.js';
export { memoryReplayStore } from './replay-memory.js';
export { createVerifier } from './verifier.js';
export { createWebhookVerifier } from './webhook.js';
