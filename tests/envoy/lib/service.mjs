// The service behind the proxy: it answers with what reached it.
import { createHash } from 'node:crypto';
import http from 'node:http';

/** Starts it; `seen` counts the requests that reached it. */
export async function startService() {
  const state = { seen: 0 };
  const server = http.createServer((request, response) => {
    state.seen += 1;
    const hash = createHash('sha256');
    let length = 0;
    request.on('data', (part) => {
      hash.update(part);
      length += part.length;
    });
    request.on('error', () => {});
    request.on('end', () => {
      const { method, url, rawHeaders, rawTrailers } = request;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ method, url, headers: fields(rawHeaders), trailers: fields(rawTrailers), length, digest: hash.digest('hex') }));
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, { port: server.address().port, stop: () => closed(server) });
}

/** Every field with all its values. */
function fields(raw) {
  const all = {};
  for (let at = 0; at < raw.length; at += 2) (all[raw[at].toLowerCase()] ??= []).push(raw[at + 1]);
  return all;
}

function closed(server) {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}
