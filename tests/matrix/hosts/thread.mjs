// The same in a worker thread.
import { Worker } from 'node:worker_threads';

new Worker(new URL('./print.mjs', import.meta.url)).on('error', (error) => {
  throw error;
});
