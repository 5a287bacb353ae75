// One sample of a cold start, in a process of its own:
//   node cold-sample.mjs <library> <file to import> <material> good|forged
//
// In Deno nothing of Node is touched before the library does, as it would be loaded outside the time.
import { verifierOf } from './cold-verifier.mjs';

const { Deno } = globalThis;
const [library, file, material, which] = Deno ? Deno.args : process.argv.slice(2);
const { readFileSync } = Deno ? { readFileSync: Deno.readTextFileSync } : await import('node:fs');
const { good, forged, ...key } = JSON.parse(readFileSync(material, 'utf8'));
const url = new URL(file, 'file:').href;
const processorTime = () => (Deno ? { user: 0, system: 0 } : process.cpuUsage());

const before = processorTime();
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
const after = processorTime();
const cpu = (after.user + after.system - before.user - before.system) / 1000;
console.log(JSON.stringify({ verdict, total: end - start, cpu, import: imported - start, verifier: made - imported, first: end - made }));
