/** The providers' published Python packages, each in a virtual environment of its own. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { digest, run, target, write } from '../../scripts/lib/tree.mjs';

/** Starts a folder's `sdk.py` with the emulator's ready line; nothing where there is no Python. */
export async function startSdk(name, folder, ready) {
  const python = environment(name, join(folder, 'requirements.txt'));
  if (python === undefined) return undefined;
  const child = spawn(python, ['-u', join(folder, 'sdk.py'), JSON.stringify(ready)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    /** `[method, …arguments]`; gives `{ value }` or `{ error }`. */
    async call(call) {
      child.stdin.write(`${JSON.stringify(call)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${name}: sdk.py has ended`);
      return JSON.parse(value);
    },
    stop: () => child.stdin.end(),
  };
}

/** The Python that has what `requirements` names; made once, and again when they change. */
function environment(name, requirements) {
  const folder = join(target, 'tests-providers', name);
  const python = join(folder, 'bin/python');
  const stamp = join(folder, 'requirements.digest');
  const wanted = digest([requirements]);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const made = spawnSync('python3', ['-m', 'venv', folder], { stdio: 'ignore' });
  if (made.status !== 0) return undefined;
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--no-deps', '-r', requirements]);
  write(stamp, wanted);
  return python;
}
