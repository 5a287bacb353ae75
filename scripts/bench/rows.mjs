// The rows that are measured in this process: tokens, repeated tokens, webhooks, junk.
import { checkDeliveries, checkTokens, refuses } from './checks.mjs';
import { deliveries, forgedDeliveries } from './deliveries.mjs';
import { measure } from './harness.mjs';
import { ratios, spread } from './statistics.mjs';
import { cachingContestants, tokenContestants } from './token-contestants.mjs';
import { algorithms, material } from './tokens.mjs';
import { webhookContestants } from './webhook-contestants.mjs';
import { fail } from '../lib/tree.mjs';

/** Every row by id: a function that sets it up, checks its contestants and names it. */
export const rows = {
  ...Object.fromEntries(algorithms.map((algorithm) => [algorithm, (libraries) => freshTokens(algorithm, libraries)])),
  'HS256 with Node': (libraries) => freshTokens('HS256', libraries, 'with Node'),
  'RS256 with Node': (libraries) => freshTokens('RS256', libraries, 'with Node'),
  'PS256 with Node': (libraries) => freshTokens('PS256', libraries, 'with Node'),
  'repeated HS256': (libraries) => repeatedTokens('HS256', libraries),
  'repeated RS256': (libraries) => repeatedTokens('RS256', libraries),
  'repeated ES256': (libraries) => repeatedTokens('ES256', libraries),
  'webhook 1 KB': (libraries) => webhooks('1 KB', 1_024, 256, libraries),
  'webhook 64 KB': (libraries) => webhooks('64 KB', 65_536, 16, libraries),
  'webhook 1 KB with Node': (libraries) => webhooks('1 KB', 1_024, 256, libraries, 'with Node'),
  'webhook 64 KB with Node': (libraries) => webhooks('64 KB', 65_536, 16, libraries, 'with Node'),
  junk: (libraries) => junk(libraries),
};

/**
 * How our verifiers of a row are made: computing everything in the module, as every host can, or
 * with Node's own RSA and SHA-256 lent to it, as they are on Node unless told otherwise.
 */
const manners = { 'in wasm alone': false, 'with Node': 'at once' };

/** Makes contestants under a manner, which holds for the verifiers made meanwhile. */
async function inManner(manner, make) {
  const told = Symbol.for('countersign.primitives');
  globalThis[told] = manners[manner];
  try {
    return await make();
  } finally {
    delete globalThis[told];
  }
}

/** Sets a row up and measures it. */
export async function measureRow(id, libraries, settings) {
  const { title, note, contestants } = await rows[id](libraries);
  const samples = await measure(contestants, settings);
  return { id, title, note, unit: 'µs', contestants: summarise(contestants, samples) };
}

/**
 * Times, and how many times as long as ours each contestant took: by the clock, and by processor
 * time, which bears a busy machine and counts no waiting.
 */
export function summarise(contestants, samples) {
  return contestants.map(({ name, kind, isAsync = false, beside }, index) => {
    const reference = beside === undefined ? 0 : contestants.findIndex((contestant) => contestant.name === beside);
    const [own, ours] = [samples[index], samples[reference]];
    const byClock = { time: spread(own.time), ratio: ratios(own.time, ours.time) };
    const byProcessor = { cpu: spread(own.cpu), cpuRatio: ratios(own.cpu, ours.cpu) };
    return { name, kind, awaited: isAsync, beside: contestants[reference].name, ...byClock, ...byProcessor };
  });
}

async function freshTokens(algorithm, { countersign, peers }, manner = 'in wasm alone') {
  const made = material(algorithm);
  const contestants = await inManner(manner, () => tokenContestants(made, countersign, peers));
  for (const contestant of contestants) await checkTokens(contestant, made);
  const title = `${algorithm}: 256 distinct tokens, nothing cached, claims object; ours ${manner}`;
  return { title, note: 'everybody’s claims are read: their `sub`', contestants: contestants.map(reading(made.good)) };
}

async function repeatedTokens(algorithm, { countersign, peers }) {
  const made = material(algorithm);
  const contestants = await cachingContestants(made, countersign, peers);
  for (const contestant of contestants) await checkTokens(contestant, made);
  const title = `${algorithm}: 256 tokens seen before, each in a fresh string, token caches on`;
  const note = 'everybody’s `sub` is read; fast-jwt gives every caller the same object, we give each its own; jose has no cache of tokens';
  return { title, note, contestants: contestants.map(reading(made.good)) };
}

async function webhooks(label, size, count, { countersign, peers }, manner = 'in wasm alone') {
  const good = deliveries(size, count);
  const contestants = await inManner(manner, () => webhookContestants(countersign, peers));
  for (const contestant of contestants) await checkDeliveries(contestant, good, forgedDeliveries(good[0]));
  const note = 'svix and stripe in the form that each documents; stripe is set beside our Stripe scheme';
  return { title: `Webhook, body of ${label}: bytes in, parsed body out; ours ${manner}`, note, contestants: contestants.map(given(good)) };
}

/** A token of 1 MiB in a plausible shape; it must be refused, and fast. */
async function junk({ countersign, peers }) {
  const made = material('HS256');
  const [header, , signature] = made.good[0].split('.');
  const token = `${header}.${'A'.repeat(1 << 20)}.${signature}`;
  const contestants = (await tokenContestants(made, countersign, peers)).filter(({ kind }) => kind !== 'primitive');
  for (const contestant of contestants) {
    await checkTokens(contestant, made);
    if (!(await refuses(() => contestant.run(token)))) fail(`${contestant.name}: accepts a megabyte of junk`);
  }
  const title = 'A token of 1 MiB of junk: time until it is refused (HS256)';
  return { title, contestants: contestants.map((contestant) => ({ ...contestant, run: refusal(contestant), inputs: [token] })) };
}

function refusal({ run, isAsync }) {
  if (isAsync) return (token) => run(token).catch((error) => error);
  return (token) => {
    try {
      return run(token);
    } catch (error) {
      return error;
    }
  };
}

/** Reads a claim of what is verified, so that nobody may leave the claims for later. */
function reading(inputs) {
  return (contestant) => {
    const { kind, isAsync, run } = contestant;
    const read = isAsync ? async (input) => (await run(input)).sub : (input) => run(input).sub;
    return given(inputs)(kind === 'primitive' ? contestant : { ...contestant, run: read });
  };
}

const given = (inputs) => (contestant) => ({ ...contestant, inputs: inputs.map(contestant.prepare) });
