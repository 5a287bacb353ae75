// The runtimes of everywhere.mjs: how a sample is taken in each, in milliseconds.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBrowser } from '../../tests/matrix/lib/browser.mjs';
import { execute } from '../../tests/matrix/lib/programs.mjs';
import { startSite } from '../../tests/matrix/lib/site.mjs';
import { installTools, nodeOf, tool } from '../../tests/matrix/lib/tools.mjs';
import { fail } from '../lib/tree.mjs';
import { installCountersign, installPeers, nodeTools, scratch } from './libraries.mjs';
import { audience, issuer, material } from './tokens.mjs';

const entries = {
  countersign: `export { createVerifier } from 'countersign';\n`,
  jose: `export { importJWK, jwtVerify } from 'jose';\n`,
};

const folder = join(scratch, 'everywhere');
const own = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Installs what is needed and writes bundles and material; gives their folder. */
export async function prepare(algorithms) {
  await installTools('common');
  const folders = { countersign: installCountersign(), jose: installPeers() };
  const { build } = createRequire(join(nodeTools, 'package.json'))('esbuild');
  mkdirSync(folder, { recursive: true });
  const bundle = (name, resolveDir, contents, options) =>
    build({ stdin: { contents, resolveDir, loader: 'js' }, bundle: true, minify: true, format: 'esm', target: 'es2022', outfile: join(folder, name), logLevel: 'error', ...options });
  for (const algorithm of algorithms) {
    const { secret, jwk, good, forged } = material(algorithm);
    const values = { algorithm, issuer, audience, secret: secret?.toString('base64'), jwk, good: good[0], forged: forged[0].token };
    writeFileSync(join(folder, `${algorithm}.json`), JSON.stringify(values));
  }
  for (const [library, text] of Object.entries(entries)) {
    await bundle(`${library}.node.mjs`, folders[library], text, { platform: 'node' });
    await bundle(`${library}.browser.mjs`, folders[library], text, { platform: 'browser' });
    await bundle(`${library}.workerd.mjs`, folders[library], text, { platform: 'browser', conditions: ['workerd', 'worker', 'browser'], external: ['*.wasm'] });
    writePage(library);
  }
  copyFileSync(own('cold-verifier.mjs'), join(folder, 'cold-verifier.mjs'));
  copyFileSync(join(folders.countersign, 'node_modules/countersign/dist/countersign.wasm'), join(folder, 'countersign.wasm'));
  return folder;
}

/** A page that takes one sample: what it needs besides is loaded before the clock starts. */
function writePage(library) {
  writeFileSync(join(folder, `${library}.html`), `<!doctype html><link rel="icon" href="data:,"><script type="module" src="${library}.page.mjs"></script>\n`);
  writeFileSync(
    join(folder, `${library}.page.mjs`),
    `import { verifierOf } from './cold-verifier.mjs';
const { good, ...key } = await (await fetch(new URLSearchParams(location.search).get('material'))).json();
const start = performance.now();
globalThis.sample = import('./${library}.browser.mjs').then(async (loaded) => {
  const verify = await verifierOf.${library}(loaded, key);
  await verify(good);
  return performance.now() - start;
});
`,
  );
}

export function runtimes() {
  const inProcess = (name, program, ...before) => ({
    name,
    async sample({ library, algorithm }) {
      const parameters = [own('cold-sample.mjs'), library, join(folder, `${library}.node.mjs`), join(folder, `${algorithm}.json`), 'good'];
      const { verdict, total } = JSON.parse(await execute(program, [...before, ...parameters]));
      return verdict === 'accepted' ? total : fail(`${library} refuses a good ${algorithm} token in ${name}`);
    },
  });
  const nodes = [20, 22, 24].flatMap((major) => (nodeOf(major) === undefined ? [] : [inProcess(`node ${major}`, nodeOf(major))]));
  return [...nodes, inProcess('deno', tool('common', 'deno'), 'run', '--quiet', '--allow-all', '--no-prompt'), inProcess('bun', tool('common', 'bun')), chromium, workerd];
}

const chromium = {
  name: 'chromium',
  async start() {
    const [browser, site] = await Promise.all([startBrowser(), startSite(folder)]);
    return { browser, site, stop: () => (site.stop(), browser.stop()) };
  },
  sample: ({ library, algorithm }, { browser, site }) => browser.value(`${site.url}/${library}.html?material=${algorithm}.json`, 'sample'),
};

const workerd = {
  name: 'workerd',
  async sample({ library, algorithm }) {
    const port = await freePort();
    const file = join(folder, `${library}.${algorithm}`);
    writeFileSync(`${file}.worker.mjs`, workerText(library, algorithm));
    writeFileSync(`${file}.capnp`, configuration(library, algorithm, port));
    const program = createRequire(join(nodeTools, 'package.json')).resolve('workerd/bin/workerd');
    const start = performance.now();
    const child = spawn(program, ['serve', `${file}.capnp`], { stdio: ['ignore', 'ignore', 'ignore'] });
    try {
      const text = await firstAnswer(`http://127.0.0.1:${port}/`, start + 30_000);
      const millis = performance.now() - start;
      return text === 'accepted' ? millis : fail(`${library} in workerd: ${text}`);
    } finally {
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
    }
  },
};

const workerText = (library, algorithm) => `import * as loaded from './${library}.workerd.mjs';
import { verifierOf } from './cold-verifier.mjs';
import material from './${algorithm}.json';
const { good, ...key } = material;
export default {
  async fetch() {
    try {
      await (await verifierOf.${library}(loaded, key))(good);
      return new Response('accepted');
    } catch (error) {
      return new Response(String(error));
    }
  },
};
`;

function configuration(library, algorithm, port) {
  const modules = [
    `(name = "worker.mjs", esModule = embed "${library}.${algorithm}.worker.mjs")`,
    `(name = "${library}.workerd.mjs", esModule = embed "${library}.workerd.mjs")`,
    `(name = "cold-verifier.mjs", esModule = embed "cold-verifier.mjs")`,
    `(name = "${algorithm}.json", json = embed "${algorithm}.json")`,
    ...(library === 'countersign' ? [`(name = "countersign.wasm", wasm = embed "countersign.wasm")`] : []),
  ];
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (compatibilityDate = "2026-04-01", modules = [${modules.join(', ')}]))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`;
}

async function firstAnswer(url, deadline) {
  while (performance.now() < deadline) {
    const response = await fetch(url).catch(() => undefined);
    if (response !== undefined) return response.text();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return fail(`${url} does not answer`);
}

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
