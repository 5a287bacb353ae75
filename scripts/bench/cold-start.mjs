// Cold start: a fresh process per sample imports the library, makes a verifier and verifies one
// token. Processes are interleaved as slices are, and compared round by round.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fail } from '../lib/tree.mjs';
import { inFreshProcess } from './fresh-process.mjs';
import { nodeTools, scratch } from './libraries.mjs';
import { summarise } from './rows.mjs';
import { audience, issuer, material } from './tokens.mjs';

/** One row per algorithm: milliseconds from before the import until after the first verdict. */
export async function coldStart({ installed, peersFolder }, algorithms, rounds) {
  const contestants = await prepare(installed, peersFolder);
  return algorithms.map((algorithm) => {
    const file = writeMaterial(algorithm);
    for (const contestant of contestants) checkOnce(contestant, algorithm, file);
    const samples = contestants.map(() => ({ time: [], cpu: [] }));
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, contestant] of contestants.entries()) {
        const { total, cpu } = sample(contestant, file, 'good');
        samples[index].time.push(total);
        samples[index].cpu.push(cpu);
      }
    }
    const title = `Cold start ${algorithm}: import, verifier and first verdict in a fresh process`;
    return { id: `cold ${algorithm}`, title, unit: 'ms', contestants: summarise(contestants, samples) };
  });
}

/** Both libraries as they are installed, and each bundled into one file, as one deploys to the edge. */
async function prepare(installed, peersFolder) {
  const { build } = createRequire(join(nodeTools, 'package.json'))('esbuild');
  mkdirSync(scratch, { recursive: true });
  const bundle = async (folder, name, text) => {
    const outfile = join(scratch, `${name}.mjs`);
    const stdin = { contents: text, resolveDir: folder, loader: 'js' };
    await build({ stdin, bundle: true, minify: true, format: 'esm', platform: 'node', target: 'node20', outfile, logLevel: 'error' });
    return outfile;
  };
  const installedFile = (folder, name, text) => {
    const file = join(folder, `cold-${name}.mjs`);
    writeFileSync(file, text);
    return file;
  };
  const ours = `export { createVerifier } from 'countersign';\n`;
  const jose = `export { importJWK, jwtVerify } from 'jose';\n`;
  return [
    { name: 'countersign, one file', kind: 'ours', library: 'countersign', file: await bundle(installed, 'countersign', ours) },
    { name: 'jose, one file', kind: 'peer', library: 'jose', file: await bundle(peersFolder, 'jose', jose) },
    { name: 'countersign, installed', kind: 'ours', library: 'countersign', file: installedFile(installed, 'countersign', ours) },
    { name: 'jose, installed', kind: 'peer', library: 'jose', beside: 'countersign, installed', file: installedFile(peersFolder, 'jose', jose) },
  ];
}

function writeMaterial(algorithm) {
  const { secret, jwk, good, forged } = material(algorithm);
  const file = join(scratch, `cold-${algorithm}.json`);
  writeFileSync(file, JSON.stringify({ algorithm, issuer, audience, secret: secret?.toString('base64'), jwk, good: good[0], forged: forged[0].token }));
  return file;
}

function checkOnce(contestant, algorithm, file) {
  if (sample(contestant, file, 'forged').verdict !== 'refused') fail(`${contestant.name} accepts a forged ${algorithm} token in a fresh process`);
  if (sample(contestant, file, 'good').verdict !== 'accepted') fail(`${contestant.name} refuses a good ${algorithm} token in a fresh process`);
}

const sample = ({ library, file }, material, which) => inFreshProcess('cold-sample.mjs', [library, file, material, which]);
