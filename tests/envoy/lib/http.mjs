// Requests as the tests make them: any header bytes, any body, every copy of a field.
import http from 'node:http';
import net from 'node:net';

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

/** Sends a request; `headers` are pairs, so that a name may stand twice. */
export function ask(port, path = '/', { method = 'GET', headers = [], body, chunks, trailers, signal } = {}) {
  return new Promise((resolve, reject) => {
    const fields = [['host', 'service.test'], ...pairs(headers)];
    if (body !== undefined && chunks === undefined) fields.push(['content-length', `${Buffer.byteLength(body)}`]);
    if (chunks !== undefined) fields.push(['transfer-encoding', 'chunked']);
    const request = http.request({ port, host: '127.0.0.1', path, method, headers: fields.flat(), agent, signal, setHost: false });
    request.on('response', (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve(answer(response, Buffer.concat(parts))));
      response.on('error', reject);
    });
    request.on('error', reject);
    for (const chunk of chunks ?? []) request.write(chunk);
    if (trailers) request.addTrailers(trailers);
    request.end(body);
  });
}

function answer(response, body) {
  const text = body.toString('utf8');
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.statusCode, headers: response.headers, text, json, code: json?.code };
}

const pairs = (headers) => (Array.isArray(headers) ? headers : Object.entries(headers));

export const bearer = (token) => ['authorization', `Bearer ${token}`];

/** Sends bytes as they are on a connection of their own; gives the status of the answer, 0 for none. */
export function askRaw(port, bytes, { wait = 3_000 } = {}) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text });
    };
    const timer = setTimeout(end, wait);
    socket.on('data', (data) => {
      text += data.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (head >= 0 && text.length >= head + 4 + length) end();
    });
    socket.on('error', end);
    socket.on('close', end);
  });
}

/** Lets go of kept connections, so that the process can end. */
export const hangUp = () => agent.destroy();
