// The examples: each is a configuration that Envoy takes, and that the schema describes. So
// are the configurations that the other suites use, and what is wrong is wrong for both.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configured } from '../../../scripts/envoy/bootstrap.mjs';
import { module } from '../../../scripts/envoy/module.mjs';
import { refusal, schemaTool } from '../../../scripts/envoy/server.mjs';
import { root, target } from '../../../scripts/lib/tree.mjs';
import { Worker } from '../host/proxy.mjs';
import { holds, same } from '../lib/trial.mjs';

const folder = join(root, 'examples/envoy');
const schema = join(root, 'src/envoy/schema.json');

export async function examples(report) {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const texts = Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  const python = await schemaTool();
  await report.check('there is an example for each of three issuers', () => same(files.toSorted(), ['generic.yaml', 'hellojohn.yaml', 'propelauth.yaml']));
  for (const [name, text] of Object.entries(texts)) {
    await report.check(`Envoy takes ${name}`, async () => same(await refusal(text.replaceAll('countersign-envoy.wasm', module)), 'OK'));
    await report.check(`the schema describes ${name}`, () => same(problems(python, [pluginOf(text)]), [[]]));
  }
  await presets(report, python);
  await report.check('the schema describes every configuration of the other suites', () => {
    const used = configured.filter((one) => typeof one !== 'string');
    problems(python, used).forEach((found, n) => same(found, [], JSON.stringify(used[n])));
  });
  await report.check('the schema refuses what the filter refuses', () => {
    const good = pluginOf(texts['hellojohn.yaml']);
    const wrong = spoiled(good);
    problems(python, wrong).forEach((found, n) => holds(found.length > 0, `taken: ${JSON.stringify(wrong[n])}`));
  });
}

/** Every preset stands in the README's list, for the schema and the filter as it stands there. */
async function presets(report, python) {
  const text = readFileSync(join(folder, 'README.md'), 'utf8');
  const listed = JSON.parse(/```json\n([^`]+)```/.exec(text)[1]);
  const known = JSON.parse(readFileSync(schema, 'utf8')).$defs.provider.oneOf.map(({ $ref }) => $ref.replace('#/$defs/provider_', ''));
  const configurations = Object.values(listed).map((one) => ({ providers: { own: one }, rules: [{ match: { prefix: '/' }, require: 'own' }] }));
  await report.check('the README shows every preset', () => {
    same(Object.values(listed).map(({ preset }) => preset).toSorted(), known.filter((id) => id !== 'generic').toSorted());
  });
  await report.check('the schema describes every preset as the README shows it', () => {
    problems(python, configurations).forEach((found, n) => same(found, [], JSON.stringify(configurations[n])));
  });
  await report.check('the filter takes every preset as the README shows it, and asks for its keys', () => {
    const compiled = new WebAssembly.Module(readFileSync(module));
    for (const configuration of configurations) {
      const worker = new Worker(compiled, configuration);
      same([worker.configured, worker.log], [true, []], JSON.stringify(configuration));
      worker.tick();
      same(worker.calls.length, 1, JSON.stringify(configuration));
    }
  });
}

/** The plugin's own configuration inside an example. */
function pluginOf(text) {
  const [, block] = /\n( +)value: \|\n((?:\1  .*\n)+)/.exec(text).slice(1);
  return JSON.parse(block);
}

function spoiled(good) {
  const changes = [
    (c) => (c.rulez = []),
    (c) => delete c.rules,
    (c) => (c.providers.hj.audiance = 'a'),
    (c) => (c.providers.hj.preset = 'nobody'),
    (c) => (c.providers['a-b'] = c.providers.hj),
    (c) => (c.providers.hj.clock_tolerance_s = '5s'),
    (c) => (c.providers.hj.jwks.url = 'https://a.test'),
    (c) => (c.rules[0].match = {}),
    (c) => (c.rules[0].match.prefix = '/'),
    (c) => (c.rules[0].require = undefined),
    (c) => (c.rules[1].webhook.secrets = []),
    (c) => (c.rules[1].webhook.scheme = 'nobody'),
    (c) => (c.rules[2].require.roles = []),
    (c) => (c.rules[2].require = { any: [] }),
    (c) => (c.rules[2].require.org = ['org_1']),
    (c) => (c.providers.hj = { preset: 'auth0', audience: 'a', jwks: { cluster: 'c' } }),
    (c) => (c.providers.hj = { preset: 'auth0', domain: 'a.test', realm: 'r', audience: 'a', jwks: { cluster: 'c' } }),
    (c) => (c.providers.hj = { preset: 'propelauth', auth_url: 'https://a.test', tenant_id: 't' }),
    (c) => (c.forward.claim_headers.sub = 'a b'),
    (c) => (c.token_cache = true),
  ];
  return changes.map((change) => {
    const copy = structuredClone(good);
    change(copy);
    return copy;
  });
}

/** What is wrong with each of these documents, by an independent validator. */
function problems(python, documents) {
  const file = join(target, 'envoy-runs/documents.json');
  writeFileSync(file, JSON.stringify(documents));
  const program = `
import json, sys
from jsonschema import Draft202012Validator
schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
print(json.dumps([[error.json_path for error in validator.iter_errors(one)] for one in json.load(open(sys.argv[2]))]))`;
  const { status, stdout, stderr } = spawnSync(python, ['-c', program, schema, file], { encoding: 'utf8' });
  holds(status === 0, stderr);
  return JSON.parse(stdout);
}
