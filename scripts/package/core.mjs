// One glue, four core files: they differ in one line, the one that obtains the
// WebAssembly.Module. The rest instantiates it synchronously.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, write } from '../lib/tree.mjs';
import { toCommonJs } from './common-js.mjs';

const importLine = /^import source wasmModule from ".*";$/gm;

/** Reads the glue in `bound` and writes `core.*` and the module into `dist`. */
export async function writeCore(bound, dist) {
  const glue = readFileSync(join(bound, 'countersign.js'), 'utf8').replace(/^\/\* @ts-self-types=.*\n/, '');
  const found = glue.match(importLine)?.length ?? 0;
  if (found !== 1) fail(`the glue has ${found} source-phase import lines, expected exactly one: has wasm-bindgen changed?`);
  const module = readFileSync(join(bound, 'countersign.wasm'));
  const loadedBy = (lines) => glue.replace(importLine, () => lines);

  const inline = loadedBy(inlineLoader(module));
  const files = {
    'core.workerd.js': loadedBy(`import wasmModule from './countersign.wasm';`),
    'core.edge-light.js': loadedBy(`import wasmModule from './countersign.wasm?module';`),
    'core.inline.js': inline,
    'core.inline.cjs': await toCommonJs(inline, 'core.inline.js'),
  };
  for (const [name, text] of Object.entries(files)) write(join(dist, name), text);
  for (const name of ['core.workerd.js', 'core.edge-light.js']) refuseCompilation(name, files[name]);

  write(join(dist, 'countersign.wasm'), module);
  write(join(dist, 'countersign.wasm.d.ts'), 'declare const module: WebAssembly.Module;\nexport default module;\n');
}

/** Edge hosts forbid compilation at run time, and their builds look for it in the text. */
function refuseCompilation(name, text) {
  const uses = text.replaceAll('new WebAssembly.Instance(', '').match(/WebAssembly\b.*/g);
  if (uses) fail(`${name} uses WebAssembly other than by new WebAssembly.Instance: ${uses.join(' | ')}`);
}

const inlineLoader = (module) => `const wasmBase64 = '${module.toString('base64')}';

function decodeBase64(text) {
    if (typeof Uint8Array.fromBase64 === 'function') return Uint8Array.fromBase64(text);
    if (typeof globalThis.Buffer?.from === 'function') return globalThis.Buffer.from(text, 'base64');
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
    return bytes;
}

function compileInline() {
    if (typeof WebAssembly !== 'object') throw Object.assign(new Error(${JSON.stringify(missing)}), { code: 'ERR_CONFIG_INVALID' });
    try {
        return new WebAssembly.Module(decodeBase64(wasmBase64));
    } catch (cause) {
        if (cause?.name !== 'CompileError' && cause?.name !== 'EvalError') throw cause;
        throw Object.assign(new Error(${JSON.stringify(refusal)}, { cause }), { code: 'ERR_CONFIG_INVALID' });
    }
}

const wasmModule = compileInline();`;

const missing = [
  'countersign: this host has no WebAssembly, as React Native has none: no token can be verified here.',
  'Send the token to a server and verify it there; a device cannot be trusted with a verdict in any case.',
].join(' ');

const refusal = [
  'countersign: this host does not let WebAssembly be compiled at run time.',
  `In a page or worker under a Content-Security-Policy, add 'wasm-unsafe-eval' to script-src.`,
  'In Cloudflare Workers and other workerd hosts, the build must resolve this package with the "workerd" condition:',
  'wrangler does; with another bundler add "workerd" to its resolve conditions (esbuild --conditions=workerd,',
  'Vite resolve.conditions, webpack resolve.conditionNames) or leave countersign external in the first of two builds',
  '(Next.js: serverExternalPackages). In edge functions, add "edge-light" in the same way.',
].join(' ');
