/** All common cases, in order. */
import { cases as algorithms } from './algorithms.mjs';
import { cases as calls } from './calls.mjs';
import { cases as claims } from './claims.mjs';
import { cases as contracts } from './contracts.mjs';
import { cases as errors } from './errors.mjs';
import { cases as guards } from './guards.mjs';
import { cases as hellojohnCalls } from './hellojohn-calls.mjs';
import { cases as hellojohnTokens } from './hellojohn-tokens.mjs';
import { cases as hellojohnWebhooks } from './hellojohn-webhooks.mjs';
import { cases as hostileAnswers } from './hostile-answers.mjs';
import { cases as inputs } from './inputs.mjs';
import { cases as issuers } from './issuers.mjs';
import { cases as justauthenticateme } from './justauthenticateme.mjs';
import { cases as keyCache } from './key-cache.mjs';
import { cases as keys } from './keys.mjs';
import { cases as lanes } from './lanes.mjs';
import { cases as nicelogin } from './nicelogin.mjs';
import { cases as oidc } from './oidc.mjs';
import { cases as options } from './options.mjs';
import { cases as payload } from './payload.mjs';
import { cases as propelauthCalls } from './propelauth-calls.mjs';
import { cases as propelauthTokens } from './propelauth-tokens.mjs';
import { cases as providerCalls } from './provider-calls.mjs';
import { cases as recalled } from './recalled.mjs';
import { cases as secrets } from './secrets.mjs';
import { cases as webhooks } from './webhooks.mjs';

export const cases = [
  ...algorithms,
  ...inputs,
  ...claims,
  ...payload,
  ...recalled,
  ...lanes,
  ...options,
  ...calls,
  ...secrets,
  ...issuers,
  ...keys,
  ...keyCache,
  ...errors,
  ...webhooks,
  ...hellojohnTokens,
  ...hellojohnWebhooks,
  ...hellojohnCalls,
  ...contracts,
  ...justauthenticateme,
  ...nicelogin,
  ...oidc,
  ...propelauthTokens,
  ...propelauthCalls,
  ...providerCalls,
  ...hostileAnswers,
  ...guards,
];
