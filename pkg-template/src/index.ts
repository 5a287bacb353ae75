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
export { createVerifier } from './verifier.js';
export { createWebhookVerifier, memoryReplayStore } from './webhook.js';
