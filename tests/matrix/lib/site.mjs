// A static site on this machine: the project's files.
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize } from 'node:path';

const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript', '.json': 'application/json', '.wasm': 'application/wasm' };

/** Header fields that a folder's `headers.json` wants for its files. */
function headersOf(path) {
  const wanted = join(dirname(path), 'headers.json');
  return existsSync(wanted) ? JSON.parse(readFileSync(wanted, 'utf8')) : {};
}

/** Serves `folder`; gives the address and a way to stop. */
export async function startSite(folder) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://site');
    const path = join(folder, normalize(decodeURIComponent(pathname)), pathname.endsWith('/') ? 'index.html' : '');
    if (!existsSync(path) || statSync(path).isDirectory()) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream', 'cache-control': 'no-store', ...headersOf(path) });
    createReadStream(path).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
