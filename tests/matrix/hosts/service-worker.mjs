// For service workers: answers every page that asks.
import { run } from './suite.mjs';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('message', (event) => event.waitUntil(run().then((report) => event.source.postMessage(report))));
