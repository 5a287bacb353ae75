/** The SDKs that run in this process, each as a function from a case to its result. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const BACKEND = 'https://propelauth-api.com';

/** Ours, as installed from the packed package. */
export function ours({ url, propelauth }, installed) {
  const require = createRequire(join(installed, 'package.json'));
  const sdk = require('countersign/propelauth');
  const { api_key: apiKey, verifier_key: verifierKey, issuer } = propelauth;
  const client = sdk.propelauth({ authUrl: url, apiUrl: url, apiKey, tokenVerificationMetadata: { verifierKey, issuer } });
  const refusal = (error) => {
    if (!(error instanceof sdk.PropelAuthError)) throw error;
    return { refused: KINDS[error.name] ?? error.name, fields: error.fieldErrors };
  };
  return {
    call: (step, parameters) => settled(() => step.ours(client, parameters), refusal),
    token: (header) => settled(() => client.validateAccessTokenAndGetUser(header), refusal),
  };
}

const KINDS = {
  BadRequestException: 'bad request',
  FeatureGatedException: 'feature gated',
  ForbiddenException: 'forbidden',
  IncorrectMfaCodeException: 'incorrect code',
  InvalidApiKeyException: 'API key',
  MfaNotEnabledException: 'no MFA',
  NotFoundException: 'not found',
  RateLimitedException: 'rate limited',
  UnauthorizedException: 'unauthorized',
  UserNotFoundException: 'no user',
};

/** The provider's SDK for Node. */
export function node({ url, propelauth }, folder) {
  const require = createRequire(join(folder, 'package.json'));
  const sdk = require('@propelauth/node');
  redirectFetch(url);
  const { api_key: apiKey, verifier_key: verifierKey, issuer } = propelauth;
  const client = sdk.initBaseAuth({ authUrl: url, apiKey, manualTokenVerificationMetadata: { verifierKey, issuer } });
  return {
    call: (step, parameters) => settled(() => step.node(client, parameters), refusalOfNode),
    token: (header) => settled(() => client.validateAccessTokenAndGetUser(header), refusalOfNode),
  };
}

/** The provider's SDK for Workers. */
export async function worker({ url, propelauth }, folder) {
  const module = join(folder, 'node_modules/@propelauth/cloudflare-worker/dist/index.mjs');
  const sdk = await import(pathToFileURL(module));
  const client = sdk.initAuth({ authUrl: url, apiKey: propelauth.api_key, verifierKey: propelauth.verifier_key });
  return {
    call: (step, parameters) => settled(() => step.worker(client, parameters), refusalOfNode),
    token: (header) => settled(() => client.validateAuthHeaderAndGetUser(header), refusalOfNode),
  };
}

/** What the SDK has written into it goes to the emulator instead. */
function redirectFetch(url) {
  const own = globalThis.fetch;
  globalThis.fetch = (input, init) => (typeof input === 'string' && input.startsWith(BACKEND) ? own(url + input.slice(BACKEND.length), init) : own(input, init));
}

/** The SDKs for Node give their errors names only by their constructors. */
function refusalOfNode(error) {
  const name = error?.constructor?.name ?? '';
  if (/unauthorized/i.test(name)) return { refused: 'unauthorized' };
  if (/forbidden/i.test(name)) return { refused: 'forbidden' };
  if (/usernotfound/i.test(name)) return { refused: 'no user' };
  if (/incorrectmfa/i.test(name)) return { refused: 'incorrect code' };
  if (/mfanotenabled/i.test(name)) return { refused: 'no MFA' };
  if (/ratelimited/i.test(name)) return { refused: 'rate limited' };
  if (error?.fieldToErrors !== undefined) return { refused: 'bad request', fields: error.fieldToErrors };
  return { refused: 'error', message: String(error?.message ?? error) };
}

/** What came back, or the refusal in the words of the comparison. */
async function settled(act, refusal) {
  try {
    const result = await act();
    return result === undefined ? null : result;
  } catch (error) {
    return refusal(error);
  }
}
