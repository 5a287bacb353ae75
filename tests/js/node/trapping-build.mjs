/**
 * A copy of the installed package whose core traps on demand: at the start of every function of the
 * shipped module stands a check of a countdown that the tests set. Nothing of it is ever shipped.
 */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const tools = createRequire(join(process.env.COUNTERSIGN_NODE_TOOLS, 'package.json'));
const folder = fileURLToPath(new URL('../trapping/countersign', import.meta.url));

/** The package's entries over such a core, and `trap(n)`: the n-th call of a function from now on traps, 0 for none. */
export async function trappingBuild() {
  rmSync(folder, { recursive: true, force: true });
  cpSync(dirname(require.resolve('countersign/package.json')), folder, { recursive: true });
  const inline = join(folder, 'dist/core.inline.js');
  const shipped = readFileSync(join(folder, 'dist/countersign.wasm'));
  const text = readFileSync(inline, 'utf8');
  const patched = text.replace(shipped.toString('base64'), Buffer.from(await withCountdown(shipped)).toString('base64'));
  if (patched === text) throw new Error('the inlined core does not hold the shipped module');
  writeFileSync(inline, patched);

  const seen = watchInstances();
  const load = (entry) => import(pathToFileURL(join(folder, `dist/${entry}.js`)));
  const entries = { countersign: await load('index'), hellojohn: await load('hellojohn'), workers: await load('workers') };
  const instances = seen.stop();
  return { ...entries, trap: (calls) => (instances.at(-1).exports.countdown.value = calls), shipped };
}

/** Keeps the newest instance of a core with a countdown; `stop` lets go of instances of other modules. */
function watchInstances() {
  const { Instance } = WebAssembly;
  const instances = [];
  class Watched extends Instance {
    constructor(...parameters) {
      super(...parameters);
      // Only the newest one: the others are to be collected.
      if ('countdown' in this.exports) instances.splice(0, 1, this);
    }
  }
  WebAssembly.Instance = Watched;
  return { stop: () => instances };
}

async function withCountdown(bytes) {
  const { default: binaryen } = await import(pathToFileURL(tools.resolve('binaryen')));
  const { i32, Features, Function: Body, getFunctionInfo } = binaryen;
  const module = binaryen.readBinary(bytes);
  const { SIMD128, BulkMemory, BulkMemoryOpt, NontrappingFPToInt, SignExt, MutableGlobals, ReferenceTypes, Multivalue } = Features;
  module.setFeatures(SIMD128 | BulkMemory | BulkMemoryOpt | NontrappingFPToInt | SignExt | MutableGlobals | ReferenceTypes | Multivalue);
  module.addGlobal('countdown', i32, true, module.i32.const(0));
  module.addGlobalExport('countdown', 'countdown');
  const left = () => module.global.get('countdown', i32);
  const less = () => module.global.set('countdown', module.i32.sub(left(), module.i32.const(1)));
  const check = () => module.if(left(), module.block(null, [less(), module.if(module.i32.eqz(left()), module.unreachable())]));
  for (let index = 0; index < module.getNumFunctions(); index += 1) {
    const reference = module.getFunctionByIndex(index);
    const { base, body, results } = getFunctionInfo(reference);
    if (base === '') Body(reference).body = module.block(null, [check(), body], results);
  }
  return module.emitBinary();
}
