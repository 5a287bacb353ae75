// Requests that `fetch` does not make: header fields twice, bodies in chunks of one's own.
import { connect } from 'node:net';

/** Sends lines and a body as they stand; gives status, fields and body of the answer. */
export function rawRequest(url, lines, body = '') {
  const { hostname, port, pathname } = new URL(url);
  const [method, ...fields] = lines;
  const head = [`${method} ${pathname} HTTP/1.1`, `host: ${hostname}:${port}`, 'connection: close', ...fields];
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(`${head.join('\r\n')}\r\n\r\n${body}`));
    let text = '';
    socket.setEncoding('latin1').setTimeout(10_000, () => socket.destroy(new Error('no answer in ten seconds')));
    socket.on('data', (chunk) => (text += chunk));
    socket.on('end', () => resolve(parsed(text)));
    socket.on('error', reject);
  });
}

function parsed(text) {
  const [head, ...rest] = text.split('\r\n\r\n');
  const [line, ...fields] = head.split('\r\n');
  const headers = new Headers(fields.map((field) => [field.slice(0, field.indexOf(':')), field.slice(field.indexOf(':') + 1).trim()]));
  const body = rest.join('\r\n\r\n');
  return { status: Number(line.split(' ')[1]), headers, text: headers.get('transfer-encoding') === 'chunked' ? joined(body) : body };
}

function joined(body) {
  const size = parseInt(body, 16);
  if (!(size > 0)) return '';
  const start = body.indexOf('\r\n') + 2;
  return body.slice(start, start + size) + joined(body.slice(start + size + 2));
}
