// Headless Chromium, driven over the pipe of its debugging protocol: nothing but Node is needed.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from './chromium.mjs';

/** How long a page has to start its report, and to end it, in milliseconds. */
const PATIENCE = 180_000;

const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage',
  // Nothing beyond this machine is asked.
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-default-apps',
  // Several pages at once: none of them is in the foreground.
  '--disable-background-timer-throttling', '--disable-renderer-backgrounding', '--disable-backgrounding-occluded-windows',
];

export async function startBrowser() {
  const program = await chromium();
  const profile = mkdtempSync(join(tmpdir(), 'countersign-chromium-'));
  const child = spawn(program, [...flags, '--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const wire = new Wire(child);
  const { product } = await wire.send('Browser.getVersion');
  return {
    version: product,
    /** What a page holds in a global of this name once it is there. */
    value: (url, name) => inPage(wire, url, (page) => page.value(name)),
    async stop() {
      wire.send('Browser.close').catch(() => {});
      const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(late);
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

async function inPage(wire, url, action) {
  const { targetId } = await wire.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await wire.send('Target.attachToTarget', { targetId, flatten: true });
  const page = new Page(wire, sessionId);
  try {
    await page.open(url);
    return await action(page);
  } finally {
    await wire.send('Target.closeTarget', { targetId });
  }
}

class Page {
  problems = [];

  constructor(wire, sessionId) {
    this.send = (method, parameters) => wire.send(method, parameters, sessionId);
    wire.listen(sessionId, ({ method, params }) => {
      if (method === 'Runtime.exceptionThrown') this.problems.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
      if (method === 'Log.entryAdded' && params.entry.level === 'error') this.problems.push(params.entry.text);
    });
  }

  async open(url) {
    for (const domain of ['Runtime', 'Log', 'Page']) await this.send(`${domain}.enable`);
    await this.send('Page.navigate', { url });
  }

  /** Waits for a global that is no longer undefined, and for the promise that it may be. */
  async value(name) {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      try {
        return await this.#evaluate(name, deadline - Date.now());
      } catch (error) {
        // A development server may reload the page once it has seen what that imports.
        if (!/context|navigated/i.test(error.message) || Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async #evaluate(name, millis) {
    const expression = `(async () => {
      const end = Date.now() + ${millis};
      while (globalThis.${name} === undefined && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
      return JSON.stringify(await globalThis.${name});
    })()`;
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    if (result.value === undefined) throw new Error(`the page has no ${name}: ${this.problems.join(' | ') || 'and says nothing'}`);
    return JSON.parse(result.value);
  }
}

/** Messages of the protocol: JSON texts that end in a NUL. */
class Wire {
  #last = 0;
  #waiting = new Map();
  #listeners = new Map();
  #rest = '';

  constructor(child) {
    const [, , , out, back] = child.stdio;
    this.write = (message) => out.write(`${JSON.stringify(message)}\0`);
    out.on('error', () => {});
    back.setEncoding('utf8').on('data', (text) => this.#hear(text));
    child.once('close', (status) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`Chromium ended with ${status}`));
    });
  }

  send(method, params = {}, sessionId) {
    const id = (this.#last += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.write({ id, method, params, sessionId });
    });
  }

  listen(sessionId, listener) {
    this.#listeners.set(sessionId, listener);
  }

  #hear(text) {
    const messages = (this.#rest + text).split('\0');
    this.#rest = messages.pop();
    for (const message of messages.map((one) => JSON.parse(one))) {
      if (message.id === undefined) this.#listeners.get(message.sessionId)?.(message);
      else this.#settle(message);
    }
  }

  #settle({ id, result, error }) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result);
  }
}
