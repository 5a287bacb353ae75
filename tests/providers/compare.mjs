/** Plays every case through both SDKs and compares what comes out. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSdk } from './python.mjs';

/**
 * A case is `{ name, arrange?, theirs, ours, outcome?, wordless?, subtype?, defect?, differs? }`.
 * `arrange` readies the emulator and gives what both calls need; `theirs` makes
 * `[method, …arguments]` of it, `ours` a promise. `outcome` words a result. Of `wordless` errors
 * the class alone is compared: the words are each package's own. `subtype` names the class of ours
 * that is derived from theirs. With `defect`, a row or a section of the contract, the outcomes
 * must differ, and ours must be `differs`.
 */
export async function compare({ name, folder, cases, sdk, emulator, record }) {
  const path = join(folder, 'recorded.json');
  const recorded = JSON.parse(readFileSync(path, { encoding: 'utf8', flag: 'a+' }) || '{}');
  const python = await startSdk(name, folder, emulator.ready);
  if (python === undefined) console.log(`${name}: no python3 with venv here; the recorded outcomes stand in for the published package`);
  const outcomes = {};
  const total = { passed: 0, failed: 0 };
  const check = (label, problem) => {
    total[problem === undefined ? 'passed' : 'failed'] += 1;
    if (problem !== undefined) console.log(`   ${name}: ${label}: ${problem}`);
  };
  try {
    for (const one of cases) {
      const theirs = python === undefined ? recorded[one.name] : await of(one, emulator, async (given) => python.call(one.theirs(given)));
      outcomes[one.name] = theirs;
      const ours = await of(one, emulator, async (given) => outcomeOf(() => one.ours(sdk, emulator.ready, given)));
      check(one.name, difference(one, theirs, ours));
      if (python !== undefined && !record) check(`${one.name}, recorded`, theirs === recorded[one.name] ? undefined : `the published package now gives "${theirs}", recorded is "${recorded[one.name]}"`);
    }
  } finally {
    python?.stop();
  }
  if (record && python !== undefined) writeFileSync(path, `${JSON.stringify(outcomes, null, 1)}\n`);
  console.log(`${name}: ${total.passed} passed, ${total.failed} failed`);
  return total;
}

/** One side of a case, on an emulator in its first state. */
async function of(one, emulator, call) {
  await emulator.reset();
  const given = await one.arrange?.(emulator);
  const { value, error } = await call(given ?? {});
  if (error !== undefined) return one.wordless ? error.split(' ')[0] : error;
  return `ok ${JSON.stringify(one.outcome === undefined ? (value ?? null) : one.outcome(value))}`;
}

async function outcomeOf(action) {
  try {
    return { value: await action() };
  } catch (error) {
    return { error: worded(error) };
  }
}

/** Class, status where the provider's errors have one, and what the provider said. */
function worded({ name, status, providerStatus, message }) {
  const said = providerStatus === undefined ? '' : message;
  return `${name} ${name === 'NiceLoginError' ? `${status} ` : ''}${said}`.trim();
}

function difference({ defect, differs, subtype }, theirs, ours) {
  if (theirs === undefined) return 'no recorded outcome';
  if (subtype !== undefined) return ours === subtype ? undefined : `ours is "${ours}", not "${subtype}"`;
  if (defect === undefined) return theirs === ours ? undefined : `theirs is "${theirs}", ours "${ours}"`;
  if (ours !== differs) return `ours is "${ours}", not "${differs}"`;
  return theirs === ours ? `the listed defect ${defect} is not there any more: both give "${ours}"` : undefined;
}
