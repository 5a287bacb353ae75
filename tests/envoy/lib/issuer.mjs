// An issuer with a key endpoint that can be told to fail in every way.
import { createPublicKey, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import http from 'node:http';

const kinds = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
};

const encoded = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export const now = () => Math.floor(Date.now() / 1000);

/** A key pair with a name. */
export function makeKey(kid, algorithm = 'ES256') {
  const { publicKey, privateKey } = kinds[algorithm]();
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' };
  return { kid, algorithm, jwk, privateKey };
}

/** The public half of a key as PEM text. */
export const pem = ({ jwk }) => createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });

/** A token of any header and payload, objects or text. */
export function sign(key, payload, header = {}) {
  const full = typeof header === 'string' ? header : { alg: key.algorithm, kid: key.kid, ...header };
  const input = `${encoded(full)}.${encoded(payload)}`;
  const digest = key.algorithm === 'EdDSA' ? null : 'sha256';
  const signature = signBytes(digest, Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

/** The claims of a PropelAuth user who is a member of one organization. */
export function propelauthUser({ org = 'org_1', role = 'Admin', inherited = [role, 'Member'], permissions = [] } = {}) {
  const member = {
    org_id: org,
    org_name: 'Acme',
    org_metadata: {},
    url_safe_org_name: 'acme',
    user_role: role,
    inherited_user_roles_plus_current_role: inherited,
    user_permissions: permissions,
  };
  return { sub: 'u1', user_id: 'u1', aud: undefined, org_id_to_org_member_info: { [org]: member } };
}

/** An issuer; its endpoint answers under any path and counts what is asked. */
export async function startIssuer({ name = 'https://issuer.test', algorithm = 'ES256', audience = 'api' } = {}) {
  const issuer = {
    name,
    audience,
    keys: [makeKey('k1', algorithm)],
    asked: 0,
    paths: [],
    /** `undefined`, or `(response) => …` in place of the keys. */
    fault: undefined,
    delay: 0,
    claims: (more = {}) => ({ iss: name, aud: audience, sub: 'u1', iat: now(), exp: now() + 600, ...more }),
    token: (more, header) => sign(issuer.keys.at(-1), issuer.claims(more), header),
    jwks: () => ({ keys: issuer.keys.map(({ jwk }) => jwk) }),
    /** A new signing key; the old ones stay published unless they are withdrawn. */
    rotate: (kid, { withdraw = false } = {}) => {
      const key = makeKey(kid, algorithm);
      issuer.keys = withdraw ? [key] : [...issuer.keys, key];
    },
  };
  const server = http.createServer((request, response) => {
    issuer.asked += 1;
    issuer.paths.push(request.url);
    setTimeout(() => answer(issuer, request, response), issuer.delay);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer.port = server.address().port;
  issuer.stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return issuer;
}

function answer(issuer, request, response) {
  if (issuer.fault) return issuer.fault(response, request);
  response.setHeader('content-type', 'application/json');
  if (request.url.endsWith('/.well-known/openid-configuration')) {
    return response.end(JSON.stringify({ issuer: issuer.name, jwks_uri: `${issuer.name}/keys` }));
  }
  return response.end(JSON.stringify(issuer.jwks()));
}
