// One sample of a cold start, in a process of its own:
//   node cold-sample.mjs <library> <file to import> <material> good|forged
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [library, file, material, which] = process.argv.slice(2);
const { algorithm, issuer, audience, secret, jwk, ...tokens } = JSON.parse(readFileSync(material, 'utf8'));
const secretBytes = secret && Buffer.from(secret, 'base64');
const url = pathToFileURL(file).href;

const verifierOf = {
  countersign({ createVerifier }) {
    const verifier = createVerifier({ issuer, audience, algorithms: [algorithm], ...(secret ? { secret: secretBytes } : { key: jwk }) });
    return (token) => verifier.verifySync(token).payload;
  },
  async jose({ importJWK, jwtVerify }) {
    const key = secretBytes ?? (await importJWK(jwk, algorithm));
    return async (token) => (await jwtVerify(token, key, { issuer, audience, algorithms: [algorithm] })).payload;
  },
};

const before = process.cpuUsage();
const start = performance.now();
const loaded = await import(url);
const imported = performance.now();
const verify = await verifierOf[library](loaded);
const made = performance.now();
let verdict = 'accepted';
try {
  await verify(tokens[which]);
} catch {
  verdict = 'refused';
}
const end = performance.now();
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ verdict, total: end - start, cpu: (user + system) / 1000, import: imported - start, verifier: made - imported, first: end - made }));
