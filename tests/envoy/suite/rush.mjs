// 100 000 requests on two workers while the issuer changes its keys: not one wrong status.
import { bootstrap, cluster, direct, filter, listener } from '../../../scripts/envoy/bootstrap.mjs';
import { startEnvoy } from '../../../scripts/envoy/server.mjs';
import { now, sign, startIssuer } from '../lib/issuer.mjs';
import { load } from '../lib/load.mjs';
import { holds, same } from '../lib/trial.mjs';
import { remote } from './keys.mjs';

const total = 100_000;
const connections = 40;
const rotations = 6;

export async function rush(report) {
  const issuer = await startIssuer();
  issuer.delay = 20;
  const listeners = [listener('main', [filter(remote(issuer, { cooldown_ms: 500 }))], { routes: [direct(204)] })];
  const envoy = await startEnvoy(bootstrap(listeners, [cluster('issuer', issuer.port)]), { concurrency: 2 });
  let mix = requests(issuer);
  let sent = 0;
  const next = () => {
    sent += 1;
    // A rotation now and then: the next requests carry tokens of a key nobody has seen yet.
    if (sent % Math.ceil(total / (rotations + 1)) === 0) {
      issuer.rotate(`r${sent}`);
      mix = requests(issuer);
    }
    return mix[sent % mix.length];
  };
  await report.check(`${total} requests over ${rotations} rotations, no wrong status`, async () => {
    same(await load(envoy.ports.main, { connections, count: total / connections, next }), {});
    same(sent, total, 'requests');
    holds(issuer.asked <= 1 + rotations * 2, `${issuer.asked} fetches`);
  });
  envoy.child.kill('SIGKILL');
  await issuer.stop();
}

/** Good and bad requests, most of them good. */
function requests(issuer) {
  const request = (token, status) => ({ bytes: `GET /x HTTP/1.1\r\nhost: a\r\n${token ? `authorization: Bearer ${token}\r\n` : ''}\r\n`, status });
  const good = Array.from({ length: 40 }, (_, n) => request(issuer.token({ sub: `u${n}` }), 204));
  const broken = issuer.token().slice(0, -8);
  const bad = [
    request(undefined, 401),
    request('a.b.c', 401),
    request(`${broken}${broken.endsWith('A') ? 'B' : 'A'}AAAAAAA`, 401),
    request(issuer.token({ exp: now() - 10 }), 401),
    request(issuer.token({ aud: 'other' }), 401),
    request(sign(issuer.keys.at(-1), issuer.claims({ iss: 'https://other.test' })), 401),
  ];
  return good.flatMap((one, n) => (n % 5 === 0 ? [one, bad[(n / 5) % bad.length]] : [one]));
}
