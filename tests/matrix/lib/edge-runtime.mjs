// Runs a bundle in Vercel's edge runtime and prints its report: `node edge-runtime.mjs <tools> <bundle> [<module to hand in>]`.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [tools, bundle, module] = process.argv.slice(2);
const { EdgeRuntime } = createRequire(join(tools, 'package.json'))('edge-runtime');

const globals = module === undefined ? {} : { require: () => new WebAssembly.Module(readFileSync(module)) };
const runtime = new EdgeRuntime({ extend: (context) => Object.assign(context, globals) });
const report = await runtime.evaluate(`${readFileSync(bundle, 'utf8')}\n;globalThis.report`);
console.log(JSON.stringify(report));
