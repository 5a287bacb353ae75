/** Judges deliveries and tokens in a thread of its own, whose `node:crypto` has a fault, and posts the verdicts. */
import { parentPort, workerData } from 'node:worker_threads';

const { fault, deliveries, tokens, keys, secret } = workerData;
const NOW = 1_700_000_000;
/** More calls than the probes of all keys and of the hash. */
const LATER = 12;

const own = process.getBuiltinModule('node:crypto');
const calls = { publicDecrypt: 0, hash: 0, createHash: 0 };
const module = { ...own };
const getBuiltinModule = process.getBuiltinModule.bind(process);
process.getBuiltinModule = (name) => (name === 'node:crypto' ? module : getBuiltinModule(name));

const late = fault.endsWith(' later');
const kind = fault.replace(/ later$/, '');

/** Has a function of the module counted, and its results spoiled by `spoil` where the fault is of this name. */
function wrap(name, family, spoils) {
  const spoil = kind.startsWith(family) ? spoils[kind.slice(family.length + 1)] : undefined;
  module[name] = (...given) => {
    calls[name] += 1;
    const result = own[name](...given);
    return spoil === undefined || (late && calls[name] <= LATER) ? result : spoil(result);
  };
}

const fail = () => {
  throw new Error('the host fails');
};
const flipped = (bytes) => bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte));
const flippedText = (text) => text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) ^ 1);

wrap('publicDecrypt', 'powers', {
  throw: fail,
  'are short': (bytes) => bytes.subarray(1),
  'are long': (bytes) => Buffer.concat([Buffer.alloc(1), bytes]),
  'are nothing': () => undefined,
  'are wrong': flipped,
  'lack leading zeros': (bytes) => bytes.subarray(bytes.findIndex((byte) => byte !== 0)),
});
wrap('hash', 'hashes', { throw: fail, 'are short': (text) => text.slice(1), 'are nothing': () => undefined, 'are wrong': flippedText });
wrap('createHash', 'long hashes', {
  'are wrong': (hash) => ({ update: (bytes) => (hash.update(bytes), { update: (more) => (hash.update(more), { digest: (form) => flippedText(hash.digest(form)) }) }) }),
});

if (fault === 'no module') process.getBuiltinModule = () => undefined;
if (fault === 'a module that throws') process.getBuiltinModule = fail;
if (fault === 'no functions') for (const name of Object.keys(module)) delete module[name];
if (fault === 'keys are refused') module.createPublicKey = fail;
globalThis[Symbol.for('countersign.primitives')] = fault === 'nothing is lent' ? false : 'at once';
if (fault === 'none, in its own time') delete globalThis[Symbol.for('countersign.primitives')];

const { createVerifier, createWebhookVerifier } = await import('countersign');
const at = new Date(NOW * 1000);
const webhook = createWebhookVerifier({ scheme: 'stripe', secrets: secret, currentDate: at });
const policy = { issuer: 'https://issuer.example', audience: 'api://orders', tokenCache: false, currentDate: at };
const verifiers = Object.fromEntries(Object.entries(keys).map(([family, key]) => [family, createVerifier({ ...policy, ...key })]));

if (fault === 'everything calls back') {
  for (const name of Object.keys(calls)) {
    const inner = module[name];
    module[name] = (...given) => {
      verifiers.RS.verifySync(tokens[0].text);
      return inner(...given);
    };
  }
}

const log = [];
const judge = (label, action) => {
  try {
    action();
    log.push(`${label} ok`);
  } catch (error) {
    log.push(`${label} ${error.code ?? error}`);
  }
};
for (let round = 0; round < 6; round += 1) {
  tokens.forEach(({ family, text }, index) => judge(`token ${index}`, () => verifiers[family].verifySync(text)));
  deliveries.forEach(({ body, headers }, index) => judge(`delivery ${index}`, () => webhook.verifySync(body, headers)));
}
parentPort.postMessage({ log, calls });
