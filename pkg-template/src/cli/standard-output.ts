/** Standard output may be closed before it is read, or lie on a full disk: that is no verdict. */
import { CLOSED, WRONG_USE } from './exit.js';

/** From now on what cannot be written decides the exit code, whatever the command says afterwards. */
export function watchStandardOutput(): void {
  let lost: number | undefined;
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (lost !== undefined) return;
    lost = code === 'EPIPE' ? CLOSED : WRONG_USE;
    // Whoever closed it has read enough, and needs no message.
    if (lost !== CLOSED) process.stderr.write(`✗ standard output cannot be written (${code})\n`);
  });
  // The exit code says it too, and there is nowhere else to say it.
  process.stderr.on('error', () => {});
  process.on('exit', () => {
    if (lost !== undefined) process.exitCode = lost;
  });
}
