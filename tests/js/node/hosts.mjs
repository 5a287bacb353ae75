/** Hosts that cannot run the core: what they are told. */
import { spawnSync } from 'node:child_process';

/** What loading the package gives in a process whose globals `prepare` has changed. */
function loaded(prepare, load) {
  const code = `${prepare}\nPromise.resolve().then(() => ${load}).then(() => console.log('{}'), ({ code, message }) => console.log(JSON.stringify({ code, message })));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', '--input-type=commonjs', '--eval', code], { encoding: 'utf8', cwd: new URL('.', import.meta.url) });
  if (!stdout.startsWith('{')) throw new Error(`printed ${stdout}${stderr}`);
  return JSON.parse(stdout);
}

const ways = { import: `import('countersign')`, require: `require('countersign')` };

export const cases = [
  {
    name: 'hosts without WebAssembly, as React Native, are told so',
    async run(t) {
      for (const [way, load] of Object.entries(ways)) {
        const { code, message } = loaded('delete globalThis.WebAssembly;', load);
        t.equal(code, 'ERR_CONFIG_INVALID', `${way}: code`);
        t.ok(/has no WebAssembly, as React Native has none/.test(message), `${way}: ${message}`);
      }
    },
  },
  {
    name: 'hosts that forbid compilation are told what to add',
    async run(t) {
      // As workerd and pages under a strict policy do it.
      const forbid = `WebAssembly.Module = function () { throw new WebAssembly.CompileError('Wasm code generation disallowed by embedder'); };`;
      for (const [way, load] of Object.entries(ways)) {
        const { code, message } = loaded(forbid, load);
        t.equal(code, 'ERR_CONFIG_INVALID', `${way}: code`);
        t.ok(message.includes(`add 'wasm-unsafe-eval' to script-src`) && message.includes('--conditions=workerd'), `${way}: ${message}`);
      }
    },
  },
];
