// Next: an edge route, a Node route, the proxy (or the edge middleware before it) and a client
// component, by both of its bundlers. One build serves the cells of a bundler.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { start } from '../../../scripts/demo/processes.mjs';
import { execute } from '../lib/programs.mjs';
import { project } from '../lib/project.mjs';
import { toolFile, toolsFolder } from '../lib/tools.mjs';
import { answered } from './workerd.mjs';

const env = { NEXT_TELEMETRY_DISABLED: '1' };
const next = toolFile('next', 'next/dist/bin/next');

const route = (runtime) => `import { run } from '../../hosts/suite.mjs';
export const runtime = '${runtime}';
export const dynamic = 'force-dynamic';
export const GET = async () => Response.json(await run());
`;

/** What stands before the routes; `name` is the file's and the function's. */
const before = (name) => `import { run } from './hosts/suite.mjs';
export const ${name} = async () => Response.json(await run());
export const config = { matcher: '/before' };
`;

const files = {
  'next.config.mjs': `const root = new URL('..', import.meta.url).pathname;
export default {
  outputFileTracingRoot: root,
  turbopack: { root },
  // Minifying the cases and their fixtures would take most of the build.
  webpack: (settings) => Object.assign(settings, { optimization: { ...settings.optimization, minimize: false } }),
};
`,
  'app/node/route.js': route('nodejs'),
  'app/layout.js': `export default function Layout({ children }) { return <html><body>{children}</body></html>; }\n`,
  'app/page.js': `import { Client } from './client.js';
import { createVerifier } from 'countersign';
const kind = typeof createVerifier;
export default function Page() { return <main>{kind}<Client /></main>; }
`,
  'app/client.js': `'use client';
import { useEffect } from 'react';
import { run } from '../hosts/suite.mjs';
export function Client() {
  useEffect(() => { globalThis.report ??= run(); }, []);
  return null;
}
`,
};

// Next 16.4.2 by webpack fails on any edge route, however empty; the middleware shows its edge builds.
const bundlers = {
  turbopack: { 'proxy.js': before('proxy'), 'app/edge/route.js': route('edge') },
  webpack: { 'middleware.js': before('middleware') },
};

/** Lays out an app next to the installed Next, builds and serves it; gives its address. */
async function serve(bundler) {
  const folder = join(toolsFolder('next'), `app-${bundler}`);
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of Object.entries({ ...files, ...bundlers[bundler] })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  for (const part of ['hosts', 'suite', 'fixtures.mjs', 'package.json']) cpSync(join(project, part), join(folder, part), { recursive: true });
  const installed = toolFile('next', 'countersign');
  rmSync(installed, { recursive: true, force: true });
  cpSync(join(project, 'node_modules/countersign'), installed, { recursive: true });

  await execute(process.execPath, [next, 'build', `--${bundler}`], { cwd: folder, env });
  const server = await start(`next start (${bundler})`, process.execPath, [next, 'start', '--hostname', '127.0.0.1', '--port', '0'], {
    cwd: folder,
    env,
    ready: (line) => /(http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1],
  });
  return server.value;
}

export const cells = Object.keys(bundlers).flatMap((bundler) => {
  let served;
  const at = async (path) => `${await (served ??= serve(bundler))}${path}`;
  const route = (path) => async () => answered(await at(path));
  const places = {
    ...(bundler === 'turbopack' ? { 'edge route': route('/edge'), proxy: route('/before') } : { 'edge middleware': route('/before') }),
    'node route': route('/node'),
    'client component': async ({ open }) => open(await at('/')),
  };
  return Object.entries(places).map(([place, run]) => ({ name: `next with ${bundler}, ${place}`, group: bundler, tools: ['next'], run }));
});
