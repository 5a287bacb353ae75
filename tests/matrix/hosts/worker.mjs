// For web workers: answers the page that started it.
import { run } from './suite.mjs';

run().then((report) => postMessage(report));
