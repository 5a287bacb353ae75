// For pages: the browser's driver waits for this promise.
import { run } from './suite.mjs';

globalThis.report = run();
