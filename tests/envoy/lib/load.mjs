// Many requests over few connections, each answer checked against what it must be.
import net from 'node:net';

// One after the other on each connection: Envoy cuts off who sends ahead of its answers.
const DEPTH = 1;

/**
 * Sends `count` requests over each of `connections` connections. `next` gives `{ bytes, status }` of a request. Gives how often each pair of expected
 * and received status came, when they differ.
 */
export async function load(port, { connections, count, next }) {
  const wrong = new Map();
  const one = () => drive(port, count, next, (expected, came) => {
    const pair = `${expected} expected, ${came} came`;
    wrong.set(pair, (wrong.get(pair) ?? 0) + 1);
  });
  await Promise.all(Array.from({ length: connections }, one));
  return Object.fromEntries(wrong);
}

function drive(port, count, next, differ) {
  return new Promise((resolve, reject) => {
    const expected = [];
    let [sent, answered, rest] = [0, 0, ''];
    const socket = net.connect(port, '127.0.0.1');
    const fill = () => {
      const batch = [];
      while (sent < count && expected.length < DEPTH) {
        const { bytes, status } = next();
        expected.push(status);
        batch.push(bytes);
        sent += 1;
      }
      if (batch.length > 0) socket.write(batch.join(''));
    };
    socket.setNoDelay(true);
    socket.on('connect', fill);
    socket.on('data', (data) => {
      rest += data.toString('latin1');
      for (let answer = head(rest); answer; answer = head(rest)) {
        rest = rest.slice(answer.length);
        const status = expected.shift();
        if (answer.status !== status) differ(status, answer.status);
        answered += 1;
      }
      if (answered === count) {
        socket.destroy();
        resolve();
      } else fill();
    });
    socket.on('error', reject);
    socket.on('close', () => answered < count && reject(new Error(`closed after ${answered} of ${count} answers`)));
  });
}

/** The first whole answer in a text. */
function head(text) {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const fields = text.slice(0, end);
  const body = Number(/\r\ncontent-length: (\d+)/i.exec(fields)?.[1] ?? 0);
  const length = end + 4 + body;
  return text.length < length ? undefined : { status: Number(fields.slice(9, 12)), length };
}
