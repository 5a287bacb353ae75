// Compares RSA's powers in wasm with those of crypto-bigint, which the same module computes: on
// moduli and numbers that strain carries, by the code for vectors and by that without.
//
//   node engine/benches/powers.mjs          2000 powers by each
//   node engine/benches/powers.mjs 100000
import { moduleBytes } from './lib/module.mjs';

const cases = Number(process.argv[2] ?? 2000);

for (const build of ['package', 'portable']) {
  const module = new WebAssembly.Module(moduleBytes({ example: 'powers', build }));
  const { disagreements } = new WebAssembly.Instance(module).exports;
  const wrong = disagreements(1, cases);
  console.log(`${build}: ${wrong} of ${cases} powers differ`);
  if (wrong > 0) process.exitCode = 1;
}
