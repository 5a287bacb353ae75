// A key endpoint that behaves as each scenario wants, and counts its requests.
import { createServer } from 'node:http';

/** How a scenario's key endpoint answers its nth request (from 1). */
const behaviours = {
  good: (response, jwks) => send(response, jwks),
  slow: (response, jwks) => void setTimeout(() => send(response, jwks), 300),
  stallFirst: (response, jwks, nth) => nth > 1 && send(response, jwks),
  stallLater: (response, jwks, nth) => nth === 1 && send(response, jwks),
  errorLater: (response, jwks, nth) => (nth === 1 ? send(response, jwks) : response.writeHead(500).end('broken')),
  stall: () => {},
  error: (response) => response.writeHead(500).end('broken'),
  nonsense: (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"keys":'),
  redirect: (response, jwks, nth, { url }) => response.writeHead(302, { location: url.replace('redirect', 'good') }).end(),
  endless: (response) => endless(response),
};

function send(response, jwks) {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(jwks));
}

function endless(response) {
  response.writeHead(200, { 'content-type': 'application/json' });
  const chunk = ' '.repeat(65_536);
  const push = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', push).on('error', () => {});
  push();
}

/**
 * Serves `/<run>/<behaviour>` and `/<run>/<behaviour>.<anything>`. A request for
 * `/<run>/seen/<behaviour>` is answered when there has been one for the keys.
 */
export async function startKeyServer(jwks) {
  const requests = new Map();
  const seen = (path, response) => {
    if (requests.has(path)) response.end();
    else if (!response.destroyed) setTimeout(seen, 5, path, response);
  };
  const open = new Map();
  const server = createServer((request, response) => {
    if (request.url.includes('/seen/')) return seen(request.url.replace('/seen/', '/'), response);
    const nth = (requests.get(request.url) ?? 0) + 1;
    requests.set(request.url, nth);
    const { url } = request;
    open.set(url, (open.get(url) ?? 0) + 1);
    response.on('close', () => open.set(url, open.get(url) - 1));
    const behaviour = behaviours[request.url.split('/')[2]?.split('.')[0]];
    if (behaviour === undefined) return response.writeHead(404).end();
    behaviour(response, jwks, nth, request);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    count: (path) => requests.get(path) ?? 0,
    /** Whether a request at `path` still waits for its answer. */
    waiting: (path) => (open.get(path) ?? 0) > 0,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
