// The demo's steps in their order. A step says what is expected and finds out what
// comes: `{ name, expected, run(world) }`, where `run` gives the outcome in words.
import { keys } from './steps/keys.mjs';
import { otherProviders } from './steps/providers.mjs';
import { tokens } from './steps/tokens.mjs';
import { usersApi } from './steps/users.mjs';
import { webhooks } from './steps/webhooks.mjs';

export const groups = {
  'HelloJohn, tokens': tokens,
  'HelloJohn, user API': usersApi,
  'HelloJohn, webhooks': webhooks,
  'HelloJohn, keys': keys,
  ...otherProviders,
};
