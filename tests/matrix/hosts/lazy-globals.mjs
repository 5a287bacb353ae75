// Deno loads what it has of Node when one of its globals is looked at: the first verdicts do without.
import fixtures from '../fixtures.mjs';
import { options } from '../suite/tokens.mjs';

const seen = [];
for (const name of ['Buffer', 'process']) {
  Object.defineProperty(globalThis, name, {
    configurable: true,
    get() {
      seen.push(name);
      return undefined;
    },
  });
}

const { createVerifier } = await import('countersign');
const verifier = createVerifier(options(fixtures, 'ES256'));
const [first, again] = [fixtures.jose.ES256, fixtures.jose.ES256].map((token) => verifier.verifySync(token).payload.sub);
const log = [`verdicts ${first}, ${again}; looked at: ${seen.join() || 'nothing'}`];
const failures = log.filter((line) => line !== 'verdicts user-1, user-1; looked at: nothing');
console.log(JSON.stringify({ log, failures }));
