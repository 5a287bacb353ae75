// Where and with what the figures were taken.
import { spawnSync } from 'node:child_process';
import { arch, cpus, loadavg, platform } from 'node:os';
import { root } from '../lib/tree.mjs';

export function environment() {
  const processors = cpus();
  const { node, v8, openssl } = process.versions;
  return { node, v8, openssl, platform: platform(), arch: arch(), processor: processors[0]?.model ?? 'unknown', processors: processors.length, commit: commit() };
}

/** How busy the machine is. Ratios bear it, times do not. */
export const loadAverage = () => Number(loadavg()[0].toFixed(2));

function commit() {
  const git = (...parameters) => spawnSync('git', parameters, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? '';
  const hash = git('rev-parse', '--short', 'HEAD');
  if (hash === '') return null;
  return git('status', '--porcelain', '--untracked-files=no') === '' ? hash : `${hash}, changed`;
}
