// The package's `createVerifier` over the Envoy module, so that cases written for
// the package can be put to the filter: options become a configuration, a call a request.
import { readFileSync } from 'node:fs';
import { module as modulePath } from '../../../scripts/envoy/module.mjs';
import { Worker } from './proxy.mjs';

let compiled;

/** The filter, compiled when it is first needed: it is built by then. */
function filter() {
  compiled ??= new WebAssembly.Module(readFileSync(modulePath));
  return compiled;
}

const earliest = Date.UTC(2024, 0, 1);

/** What the filter has no way to be asked. */
export class Unsupported extends Error {}

export class CountersignError extends Error {
  constructor({ code, message }) {
    super(message);
    this.code = code;
    const [, claim, problem] = /^claim (.+?): (.+)$/.exec(message) ?? [];
    if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED') Object.assign(this, { claim, reason: reasons[problem] });
  }
}

const reasons = { 'has the wrong type': 'invalid', 'is not what is expected': 'mismatch', 'is missing': 'missing' };

const names = {
  issuer: 'issuer',
  audience: 'audience',
  algorithms: 'algorithms',
  subject: 'subject',
  typ: 'typ',
  requiredClaims: 'required_claims',
  clockTolerance: 'clock_tolerance_s',
  maxTokenAge: 'max_token_age_s',
  rolesClaim: 'roles_claim',
  permissionsClaim: 'permissions_claim',
  scopesClaim: 'scopes_claim',
  key: 'key',
  secret: 'secret',
};

export function createVerifier(given) {
  const list = [given].flat();
  const providers = Object.fromEntries(list.map((options, n) => [`p${n}`, provider(options)]));
  const require = list.length === 1 ? 'p0' : { any: Object.keys(providers) };
  const configuration = { providers, rules: [{ match: { prefix: '/' }, require }], forward: { payload_header: 'x-payload' } };
  const worker = new Worker(filter(), configuration);
  if (!worker.configured) throw new Unsupported(worker.log[0]);
  const verifySync = (input, call = {}) => verify(worker, input, call.currentDate ?? list[0].currentDate);
  return { verifySync, verify: async (input, call) => verifySync(input, call) };
}

function provider(options) {
  const own = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || name === 'currentDate' || name === 'tokenCache') continue;
    if (name === 'jwks') own.jwks = { inline: value };
    else if (!(name in names) || value instanceof Uint8Array) throw new Unsupported(name);
    else own[names[name]] = value;
  }
  return own;
}

function verify(worker, input, date) {
  if (typeof input !== 'string' || !/^[\x21-\x2b\x2d-\x7e]+$/.test(input)) throw new Unsupported('a token that no header carries');
  const moment = typeof date === 'function' ? date() : date;
  // Without one the case plays with the clock of its runtime, which the filter does not share.
  // A moment before the earliest that a clock may show is the caller's word, and nobody's clock.
  if (!(moment instanceof Date) || moment.getTime() < earliest) throw new Unsupported('no clock');
  worker.now = moment.getTime();
  const context = worker.open([[':method', 'GET'], [':path', '/'], [':authority', 'a'], ['authorization', `Bearer ${input}`]]);
  const action = worker.headers(context);
  worker.close(context);
  if (action !== 'continue') throw new CountersignError(context.answer.json);
  const payload = context.fields.find(([name]) => name.toString() === 'x-payload')[1].toString();
  return { payload: JSON.parse(Buffer.from(payload, 'base64url').toString()), protectedHeader: {} };
}
