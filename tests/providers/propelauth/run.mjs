// Compares ours with PropelAuth's own SDKs on the emulator; prints a row per case and
// "N passed, N failed".
//   node tests/providers/propelauth/run.mjs
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildEmulator, emulator, install, installed } from '../../../scripts/lib/suites.mjs';
import { Failure, main, root, run, target } from '../../../scripts/lib/tree.mjs';
import { start, withPrograms } from '../../../scripts/demo/processes.mjs';
import { cases } from './cases.mjs';
import { DROPPED, plain, text, without } from './compare.mjs';
import { node, ours, worker } from './sdks.mjs';
import { FIELDS, headers, MEMBER_FIELDS, tokens } from './tokens.mjs';

const own = join(root, 'tests/providers/propelauth');
const folder = join(target, 'tests-providers/propelauth');
const total = { passed: 0, failed: 0 };

/** The tree asks for Node and Rust only; where there is no Python, its SDK cannot be run. */
const hasPython = spawnSync('python3', ['-c', 'import ensurepip, venv']).status === 0;

await main(() =>
  withPrograms(async () => {
    if (process.env.COUNTERSIGN_INSTALLED === undefined) install();
    if (process.env.COUNTERSIGN_EMULATOR === undefined) buildEmulator();
    installSdks();
    const world = await startEmulator();
    const python = hasPython ? await startPython(world) : undefined;
    const sdks = {
      ours: ours(world, process.env.COUNTERSIGN_INSTALLED ?? installed),
      node: node(world, folder),
      worker: await worker(world, folder),
      ...(python && { python }),
    };
    await compareCalls(world, sdks);
    await compareTokens(world, sdks);
    python?.stop();
    console.log(`\n${total.passed} passed, ${total.failed} failed${hasPython ? '' : '; python3 with venv is not here, so its SDK was left out'}`);
    process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
  }),
);

// --- the SDKs ------------------------------------------------------------------------------------

/** The pinned versions, below target/, anew when the pins change. */
function installSdks() {
  const pins = ['package.json', 'package-lock.json', '.npmrc', 'requirements.txt'];
  const wanted = [String(hasPython), ...pins.map((file) => readFileSync(join(own, file), 'utf8'))].join('\n');
  const stamp = join(folder, 'stamp');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  mkdirSync(folder, { recursive: true });
  for (const file of pins) cpSync(join(own, file), join(folder, file));
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
  if (hasPython) {
    run('python3', ['-m', 'venv', '--clear', 'python'], { cwd: folder });
    run(join(folder, 'python/bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '--no-deps', '--requirement', 'requirements.txt'], { cwd: folder });
  }
  writeFileSync(stamp, wanted);
}

async function startEmulator() {
  const parameters = ['--port', '0', '--seed', 'sdks', '--no-rate-limits', '--exit-with-stdin', '--log', 'warn'];
  const ready = (line) => (/^\{.*"ready":true/.test(line) ? JSON.parse(line) : undefined);
  const { value } = await start('emulator', process.env.COUNTERSIGN_EMULATOR ?? emulator, parameters, { ready });
  const control = async (path, body) => {
    const response = await fetch(`${value.url}/__emulator/${path}`, { method: 'POST', body: JSON.stringify(body ?? {}) });
    const answer = await response.text();
    if (!response.ok) throw new Failure(`emulator: ${path}: ${response.status} ${answer}`);
    return answer === '' ? undefined : JSON.parse(answer);
  };
  return { url: value.url, propelauth: value.provider.propelauth, control };
}

/** Python's SDK, one call after the other over a pipe. */
async function startPython({ url, propelauth }) {
  const child = spawn(join(folder, 'python/bin/python'), [join(own, 'sdk.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const say = (order) => child.stdin.write(`${JSON.stringify(order)}\n`);
  const ask = async (order) => {
    say(order);
    const { value, done } = await lines.next();
    if (done) throw new Failure('the SDK for Python has ended');
    return JSON.parse(value);
  };
  say({ url, api_key: propelauth.api_key, verifier_key: propelauth.verifier_key, issuer: propelauth.issuer });
  return {
    call: ({ python: [method, order] }, _, known) => ask({ method, ...order(known) }),
    token: (header) => ask({ method: 'validate_access_token_and_get_user', args: [header] }),
    stop: () => child.stdin.end(),
  };
}

// --- calls ---------------------------------------------------------------------------------------

/** All calls by one SDK after the other, each from the seeded state. */
async function compareCalls(world, sdks) {
  const results = {};
  for (const [name, sdk] of Object.entries(sdks)) {
    await world.control('reset');
    results[name] = await callAll(name, sdk, sdks.ours, { ...world.propelauth });
  }
  for (const [at, step] of cases.entries()) {
    for (const name of Object.keys(sdks).slice(1)) {
      if (results[name][at] === undefined) continue;
      const left = [...DROPPED[name], ...(step.timed ?? [])];
      const [mine, theirs] = [results.ours[at], results[name][at]].map((result) => shown(result, left));
      judge(`${step.title ?? step.name}, ${name}`, mine, theirs, step.differs?.[name]);
    }
  }
}

/** What an SDK cannot do is done by ours in its place, so that the state stays the same. */
async function callAll(name, sdk, substitute, known) {
  const results = [];
  for (const step of cases) {
    const can = step[name] !== undefined && !step.skips?.includes(name);
    const parameters = step.parameters(known);
    const result = await (can ? sdk : substitute).call(step, parameters, known);
    results.push(can ? result : undefined);
    if (step.keep !== undefined && result?.refused === undefined) Object.assign(known, step.keep(result));
  }
  return results;
}

/** A result, or a refusal without the words that are each SDK's own, and without what is left out. */
function shown(result, left) {
  if (typeof result !== 'object' || result === null || !('refused' in result)) return text({ result: without(left, plain(result)) });
  const { refused, fields = {} } = result;
  return text(Object.keys(fields).length > 0 ? { refused, fields } : { refused });
}

// --- tokens --------------------------------------------------------------------------------------

async function compareTokens(world, sdks) {
  await world.control('reset');
  const { orgs } = world.propelauth;
  let good;
  for (const { name, order, accepts = {}, refuses = {}, differs = {}, sameUser } of tokens) {
    const { token } = await world.control('propelauth/mint', { ...order, active_org_id: orgs[order.active_org_id] });
    good ??= token;
    const mine = await sdks.ours.token(`Bearer ${token}`);
    for (const sdk of Object.keys(sdks).slice(1)) {
      const defect = accepts[sdk] ?? refuses[sdk];
      const theirs = await sdks[sdk].token(`Bearer ${token}`);
      const [one, other] = sameUser === false || defect !== undefined ? [verdict(mine), verdict(theirs)] : [ofUser(mine, sdk), ofUser(theirs, sdk)];
      judge(`a token ${name}, ${sdk}`, one, other, defect === undefined ? differs[sdk] : `defect ${defect} of the contract`);
    }
  }
  for (const [name, header] of headers(good)) {
    const mine = verdict(await sdks.ours.token(header));
    for (const sdk of Object.keys(sdks).slice(1)) judge(`a header, ${name}, ${sdk}`, mine, verdict(await sdks[sdk].token(header)));
  }
}

function verdict(result) {
  return result?.refused === undefined ? 'accepted' : 'refused';
}

function ofUser(result, sdk) {
  if (result?.refused !== undefined) return 'refused';
  const only = (names, members) => Object.fromEntries(names.filter((name) => name in members).map((name) => [name, members[name]]));
  const user = only(FIELDS[sdk] ?? FIELDS.all, plain(result));
  const members = Object.entries(user.orgs_of_user ?? {}).map(([id, member]) => [id, only(MEMBER_FIELDS, member)]);
  return text({ ...user, orgs_of_user: Object.fromEntries(members) });
}

// --- rows ----------------------------------------------------------------------------------------

/** Equal, or different where that is known; a difference that is gone is a failure too. */
function judge(name, mine, theirs, reason) {
  const good = (mine === theirs) === (reason === undefined);
  total[good ? 'passed' : 'failed'] += 1;
  const known = good && reason !== undefined ? ` (differs: ${reason})` : '';
  console.log(`${good ? 'ok    ' : 'FAILED'} ${name}${known}`);
  if (!good) console.log(`         ours   ${mine}\n         theirs ${theirs}`);
}
