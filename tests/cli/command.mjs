// Runs the installed command, and serves what it fetches.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createIssuer } from 'countersign/testing';

/**
 * The command's exit code and what it printed; `env` is all the environment it sees besides PATH,
 * and `stdout` a file descriptor for standard output, or `closed`.
 */
export function countersign(words, { input = '', env = {}, terminal = false, stdout = 'pipe' } = {}) {
  const variables = { PATH: process.env.PATH, ...env };
  // As if standard output were a terminal.
  if (terminal) variables.NODE_OPTIONS = '--import=data:text/javascript,process.stdout.isTTY=true';
  const child = spawn('node_modules/.bin/countersign', words, { env: variables, stdio: ['pipe', stdout === 'closed' ? 'pipe' : stdout, 'pipe'] });
  if (stdout === 'closed') child.stdout.destroy();
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name]?.setEncoding('utf8').on('data', (text) => (printed[name] += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...printed })));
}

/** What `--json` printed. */
export const data = ({ stdout }) => JSON.parse(stdout);

/** The outcome of each of the doctor's checks. */
export const outcomes = (result) => Object.fromEntries(data(result).checks.map(({ check, outcome }) => [check, outcome]));

/** An issuer on this machine. `late` is how far its clock is behind, in seconds. */
export async function localIssuer({ late = 0 } = {}) {
  let issuer;
  const server = createServer(async (request, response) => {
    const answer = await issuer.fetch(`${issuer.issuer}${request.url}`);
    response.sendDate = false;
    response.writeHead(answer.status, { 'content-type': 'application/json', date: new Date(Date.now() - late * 1000).toUTCString() });
    response.end(await answer.text());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  issuer = await createIssuer({ algorithm: 'ES256', issuer: url, claims: { aud: 'api', sub: 'alice' } });
  return { issuer, url, stop: () => server.closeAllConnections() ?? server.close() };
}
