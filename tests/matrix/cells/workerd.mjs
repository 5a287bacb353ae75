// A real workerd, by wrangler: with and without Node's compatibility, under an old and the newest
// compatibility date, and by the newest wrangler, which wants Node 22.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stop } from '../../../scripts/demo/processes.mjs';
import { startWorker } from '../../../scripts/demo/wrangler.mjs';
import { nodeTools } from '../../../scripts/lib/tree.mjs';
import { Absent } from '../lib/absent.mjs';
import { cellFolder } from '../lib/project.mjs';
import { nodeOf, toolFile } from '../lib/tools.mjs';

/** What a Worker at this address reports. */
export async function answered(url) {
  const response = await fetch(url);
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text.slice(0, 2000)}`);
  return JSON.parse(text);
}

async function byWrangler(name, date, flags, options = {}) {
  const settings = { name: 'matrix', main: '../../hosts/handler.mjs', compatibility_date: date, compatibility_flags: flags };
  const worker = await startWorker(cellFolder(name, { 'wrangler.json': JSON.stringify(settings) }), { name: 'matrix', ...options });
  try {
    return await answered(`${worker.url}/report`);
  } finally {
    await stop(worker);
  }
}

/** A workerd (1.YYYYMMDD.n) knows no date after its own. */
function newestDate(manifest) {
  const [, year, month, day] = /^1\.(\d{4})(\d{2})(\d{2})\./.exec(JSON.parse(readFileSync(manifest, 'utf8')).version);
  return `${year}-${month}-${day}`;
}

const dates = { 'oldest date': () => '2024-01-01', 'newest date': () => newestDate(join(nodeTools, 'node_modules/workerd/package.json')) };

const pinned = Object.entries(dates).flatMap(([when, date]) =>
  [[], ['nodejs_compat']].map((flags) => ({
    name: ['workerd', when, ...flags].join(', '),
    quick: when === 'newest date' && flags.length === 0,
    run() {
      return byWrangler(this.name, date(), flags);
    },
  })),
);

const newest = {
  name: 'workerd of the newest wrangler',
  tools: ['common', 'cloudflare'],
  run() {
    const node = nodeOf(22);
    if (node === undefined) throw new Absent('this wrangler wants Node 22');
    const date = newestDate(toolFile('cloudflare', 'workerd/package.json'));
    return byWrangler(this.name, date, ['nodejs_compat'], { node, program: toolFile('cloudflare', 'wrangler/bin/wrangler.js') });
  },
};

export const cells = [...pinned, newest];
