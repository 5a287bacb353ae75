// The examples, run by the one command of their folder, and tried with the command that they print.
import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/lib/tree.mjs';
import { staged } from './stage.mjs';

export function exampleChecks(name, { sign, tokens }) {
  return [
    ['prints commands that work', '200 {"sub":"alice"}, 200 {"welcome":"alice"}', () => withExample(name, async (printed) => {
      const answers = [];
      for (const { token, url } of printed.tokens) answers.push(await answerOf(url, { headers: { authorization: `Bearer ${token}` } }));
      return answers.join(', ');
    })],
    ['prints a delivery, which passes once', '200, 409', () => withExample(name, async ({ delivery }) => {
      const { url, ...init } = delivery;
      const answers = [await fetch(url, init), await fetch(url, init)];
      return answers.map(({ status }) => status).join(', ');
    })],
    ['refuses strangers and takes deliveries', '401, 401, 200', () => withExample(name, async ({ tokens: [{ url }] }) => {
      const none = await fetch(url);
      const forged = await fetch(url, { headers: { authorization: `Bearer ${tokens.forged}` } });
      const delivery = await fetch(new URL('/webhooks', url), { method: 'POST', ...(await sign({ type: 'ping' })) });
      return [none, forged, delivery].map(({ status }) => status).join(', ');
    })],
  ];
}

const answerOf = async (url, init) => {
  const response = await fetch(url, init);
  return `${response.status} ${await response.text()}`;
};

/** Starts an example beside the installed packages; ends it when `use` has. */
async function withExample(name, use) {
  const folder = join(staged, 'examples', name);
  cpSync(join(root, 'examples', name), folder, { recursive: true });
  const child = spawn('npm', ['start'], { cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PORT: '0' } });
  try {
    return await use(await commandsOf(child));
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    process.kill(-child.pid, 'SIGTERM');
    await ended;
  }
}

function commandsOf(child) {
  return new Promise((resolve, reject) => {
    let output = '';
    const hear = (text) => {
      output += text;
      const tokens = [...output.matchAll(/Bearer ([\w.-]+)' (http:\S+)\n/g)].map(([, token, url]) => ({ token, url }));
      const [, words, body, url] = /curl -i ((?:-H '[^']+' )+)-d '([^']+)' (http:\S+)\n/.exec(output) ?? [];
      if (tokens.length < 2 || url === undefined) return;
      const headers = [...words.matchAll(/'([\w-]+): ([^']+)'/g)].map(([, name, value]) => [name, value]);
      resolve({ tokens, delivery: { url, method: 'POST', headers, body } });
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.once('exit', () => reject(new Error(`the example ended: ${output}`)));
    setTimeout(() => reject(new Error(`the example printed nothing in a minute: ${output}`)), 60_000).unref();
  });
}
