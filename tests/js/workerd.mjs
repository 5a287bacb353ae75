/** Runs the common cases in a real workerd, by `wrangler dev`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stop } from '../../scripts/demo/processes.mjs';
import { startWorker } from '../../scripts/demo/wrangler.mjs';
import { staged } from './stage.mjs';

/** The report of the cases under these compatibility flags; `name` keeps Workers that run side by side apart. */
export async function runInWorkerd(name, flags, main = 'runners/workerd.mjs') {
  const config = `${name}.json`;
  writeFileSync(join(staged, config), JSON.stringify({ name, main, compatibility_date: '2026-04-01', compatibility_flags: flags }));
  const worker = await startWorker(staged, { name, parameters: ['--config', config, '--log-level', 'log'] });
  try {
    const response = await fetch(`${worker.url}/report`);
    const text = await response.text();
    if (!response.ok) throw new Error(`workerd answers ${response.status}: ${text.slice(0, 2000)}\n${worker.log.join('\n')}`);
    return JSON.parse(text);
  } finally {
    await stop(worker);
  }
}
