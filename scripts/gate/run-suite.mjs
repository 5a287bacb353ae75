// Runs one suite in a process of its own.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../lib/suites.mjs';
import { root, target } from '../lib/tree.mjs';

const logs = join(target, 'test-logs');
const running = new Set();

/** Runs a command; what it prints goes to this terminal, or to the file `log`. Gives whether it succeeded. */
export function runCommand([program, ...parameters], log) {
  const output = log === undefined ? 'inherit' : openSync(log, 'w');
  const env = { ...process.env, ...environment, RUSTDOCFLAGS: '-D warnings', CARGO_TARGET_DIR: target };
  const child = spawn(program, parameters, { cwd: root, stdio: ['ignore', output, output], env });
  running.add(child);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ passed: false, problem: error.message }));
    child.once('close', (status) => resolve({ passed: status === 0 }));
  }).finally(() => {
    running.delete(child);
    if (log !== undefined) closeSync(output);
  });
}

/** The same with all that it printed, in one piece, once it has ended. */
export async function runKept(name, command) {
  mkdirSync(logs, { recursive: true });
  const log = join(logs, `${name}.log`);
  const result = await runCommand(command, log);
  return { ...result, output: readFileSync(log, 'utf8') };
}

/** Whoever ends this process ends the suites with it. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    for (const child of running) child.kill(signal);
    process.exit(1);
  });
}
