// One sample of a cold start, in a process of its own:
//   node cold-sample.mjs <library> <file to import> <material> good|forged
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { verifierOf } from './cold-verifier.mjs';

const [library, file, material, which] = process.argv.slice(2);
const { good, forged, ...key } = JSON.parse(readFileSync(material, 'utf8'));
const url = pathToFileURL(file).href;

const before = process.cpuUsage();
const start = performance.now();
const loaded = await import(url);
const imported = performance.now();
const verify = await verifierOf[library](loaded, key);
const made = performance.now();
let verdict = 'accepted';
try {
  await verify({ good, forged }[which]);
} catch {
  verdict = 'refused';
}
const end = performance.now();
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ verdict, total: end - start, cpu: (user + system) / 1000, import: imported - start, verifier: made - imported, first: end - made }));
