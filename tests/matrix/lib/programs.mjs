// Programs that run to their end.
import { spawn } from 'node:child_process';

const KEPT = 4_000;

/** Runs a program and gives what it wrote to its standard output; throws with the end of its output when it fails. */
export function execute(program, parameters, { cwd, env = {}, timeout = 600_000 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters.map(String), {
      cwd,
      env: { ...process.env, CI: '1', NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const written = { out: '', all: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      written.out += text;
      written.all += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => (written.all += text));
    const timer = setTimeout(() => child.kill('SIGKILL'), timeout);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(new Error(`${program}: ${error.message}`));
    });
    child.once('close', (status, signal) => {
      clearTimeout(timer);
      if (status === 0) resolve(written.out);
      else reject(new Error(`${program} ${parameters.join(' ')} ended with ${signal ?? status}\n${written.all.slice(-KEPT)}`));
    });
  });
}

/** The same for a program that prints a report. */
export async function reportOf(program, parameters, options) {
  const output = await execute(program, parameters, options);
  const line = output.split('\n').find((one) => one.startsWith('{"log":'));
  if (line === undefined) throw new Error(`no report: ${output.slice(0, KEPT)}`);
  return JSON.parse(line);
}
