// The cases that every JavaScript runtime runs, put to the filter as well: its
// verdicts must be those of the package in Node, line by line.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { install, installed } from '../../../scripts/lib/suites.mjs';
import { root, target } from '../../../scripts/lib/tree.mjs';
import * as filter from '../host/verifier.mjs';
import { holds } from '../lib/trial.mjs';

const files = ['algorithms', 'claims', 'inputs', 'payload', 'issuers'];

/** The moment of the cases lies before the earliest that a host's own clock may show: they are moved. */
const moved = ['export const NOW = 1_700_000_000;', 'export const NOW = 1_790_000_000;'];

export async function verdicts(report) {
  const folder = staged();
  const load = (name) => import(pathToFileURL(join(folder, `suite/${name}.mjs`)));
  const { runCases } = await load('harness');
  const cases = (await Promise.all(files.map(load))).flatMap((file) => file.cases);
  const fixtures = { keys: JSON.parse(readFileSync(join(folder, 'fixtures/keys.json'), 'utf8')), jose: {} };
  const log = async (countersign) => (await runCases(cases, { countersign }, fixtures)).log;
  const [node, envoy] = [await log(packageInNode()), await log(filter)];
  await report.check('the verdicts on the shared cases are those of Node', () => {
    const compared = compare(node, envoy);
    console.log(`  ${compared} verdicts alike`);
    holds(compared >= 500, `only ${compared} verdicts could be compared`);
  });
}

/** Lines by case and label; the ones that the filter cannot be asked are left out. */
function compare(node, envoy) {
  const lines = (log) => new Map(log.filter((line) => line.includes(' / ')).map((line) => line.split(' → ')));
  const [ours, theirs] = [lines(envoy), lines(node)];
  let alike = 0;
  for (const [label, verdict] of ours) {
    if (verdict.startsWith('UNTYPED')) continue;
    holds(theirs.get(label) === verdict, `${label}: Node says ${theirs.get(label)}, the filter ${verdict}`);
    alike += 1;
  }
  return alike;
}

function packageInNode() {
  const folder = process.env.COUNTERSIGN_INSTALLED ?? installed;
  if (process.env.COUNTERSIGN_INSTALLED === undefined) install();
  return createRequire(join(folder, 'package.json'))('countersign');
}

function staged() {
  const folder = join(target, 'envoy-suite');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, 'tests/js'), folder, { recursive: true });
  const tokens = join(folder, 'suite/tokens.mjs');
  const text = readFileSync(tokens, 'utf8');
  holds(text.includes(moved[0]), 'the cases have another moment');
  writeFileSync(tokens, text.replace(...moved));
  return folder;
}
