/** `countersign/testing`: signs what this package verifies. It loads no WebAssembly. */
export { createIssuer } from './test-issuer.js';
export { signWebhook } from './test-webhook.js';
