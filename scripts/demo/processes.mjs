// Programs that run beside a script, each in a process group of its own, so that
// stopping one stops what it started, and nothing else.
import { spawn } from 'node:child_process';
import { Failure } from '../lib/tree.mjs';

const running = new Set();
let stopping = false;

/** The user, or whoever started this process, wants it to end. */
export class Interrupted extends Failure {}

/** How long a program gets to leave by itself, in milliseconds. */
const PATIENCE = 5_000;
const KEPT_LINES = 40;

/**
 * Starts a program and waits until `ready` makes something of one of its lines.
 * Its standard input is a pipe that closes when this process ends, however it ends.
 */
export function start(name, program, parameters, { cwd, env = {}, ready, timeout = 120_000 }) {
  if (stopping) throw new Failure(`${name}: not started, everything is being stopped`);
  const child = spawn(program, parameters, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  child.stdin.on('error', () => {});
  const log = [];
  const exited = new Promise((resolve) => child.once('close', resolve));
  const service = { name, child, log, exited };
  running.add(service);
  exited.then(() => running.delete(service));

  return new Promise((resolve, reject) => {
    const give = (settle, value) => {
      clearTimeout(timer);
      settle(value);
    };
    const failed = (problem) => give(reject, new Failure(`${name}: ${problem}\n${log.join('\n')}`));
    const timer = setTimeout(() => failed(`not ready after ${timeout / 1000} s`), timeout);
    const heard = (line) => {
      log.push(line);
      if (log.length > KEPT_LINES) log.shift();
      const value = ready(line);
      if (value !== undefined) give(resolve, { ...service, value });
    };
    eachLine(child.stdout, heard);
    eachLine(child.stderr, heard);
    child.once('error', (error) => failed(error.message));
    exited.then((code) => failed(`ended with ${code}`));
  });
}

function eachLine(stream, heard) {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop();
    lines.forEach(heard);
  });
}

/**
 * Stops a program and everything in its group, and waits until it is gone. The program
 * itself is asked first: it knows best how to end what it started.
 */
export async function stop({ child, exited }) {
  child.kill('SIGTERM');
  const late = setTimeout(() => signal(child.pid, 'SIGKILL'), PATIENCE);
  await exited;
  clearTimeout(late);
  signal(child.pid, 'SIGKILL');
}

function signal(group, name) {
  if (group === undefined) return;
  try {
    process.kill(-group, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

async function stopAll() {
  stopping = true;
  await Promise.all([...running].map(stop));
}

/**
 * Runs `body` and stops every program after it: when it is done, when it fails, on
 * Ctrl-C, and when the process that started this one is gone.
 */
export async function withPrograms(body) {
  const interrupted = interruption();
  try {
    return await Promise.race([body(interrupted.promise), interrupted.promise]);
  } finally {
    interrupted.ignore();
    await stopAll();
  }
}

/** A promise that rejects when this process is to end. */
function interruption() {
  const { ppid } = process;
  let interrupt;
  const promise = new Promise((_, reject) => (interrupt = (why) => reject(new Interrupted(why))));
  promise.catch(() => {});
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const name of signals) process.on(name, interrupt);
  const watch = setInterval(() => process.ppid !== ppid && interrupt('the starting process is gone'), 500);
  watch.unref();
  return {
    promise,
    // Signals are still taken, so that a second Ctrl-C does not leave programs behind.
    ignore: () => clearInterval(watch),
  };
}
