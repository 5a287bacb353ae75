// The filters that are compared, each on a listener of its own in one Envoy.
import { bootstrap, direct, filter, listener } from '../../envoy/bootstrap.mjs';

const issuer = 'https://issuer.test';
const type = (name) => ({ '@type': `type.googleapis.com/envoy.extensions.filters.http.${name}` });
const routes = [direct(204)];

/** Envoy's own JWT filter with the keys in its configuration. */
function native(jwks, cached) {
  const cache = cached ? { jwt_cache_config: { jwt_cache_size: 1_000 } } : {};
  const provider = {
    issuer,
    audiences: ['api'],
    local_jwks: { inline_string: JSON.stringify(jwks) },
    claim_to_headers: [{ header_name: 'x-user-id', claim_name: 'sub' }],
    ...cache,
  };
  const rules = [{ match: { prefix: '/' }, requires: { provider_name: 'corp' } }];
  return { name: 'envoy.filters.http.jwt_authn', typed_config: { ...type('jwt_authn.v3.JwtAuthentication'), providers: { corp: provider }, rules } };
}

/** The same rule in this filter. */
function ours(jwks, cached) {
  return filter(
    {
      providers: { corp: { issuer, audience: ['api'], jwks: { inline: jwks } } },
      rules: [{ match: { prefix: '/' }, require: 'corp' }],
      forward: { claim_headers: { sub: 'x-user-id' } },
      token_cache: cached ? 1_000 : false,
    },
    { vmId: 'bench' },
  );
}

const buffer = { name: 'envoy.filters.http.buffer', typed_config: { ...type('buffer.v3.Buffer'), max_request_bytes: 1 << 20 } };

const webhook = (secret) =>
  filter({ rules: [{ match: { prefix: '/' }, webhook: { scheme: 'github', secrets: [secret] } }] }, { vmId: 'bench' });

/** One Envoy with all of them. */
export function contestants(jwks, secret) {
  const filters = {
    none: [],
    'native-default': [native(jwks, false)],
    'native-cached': [native(jwks, true)],
    'ours-cached': [ours(jwks, true)],
    'ours-uncached': [ours(jwks, false)],
    'native-buffer': [buffer],
    'ours-webhook': [webhook(secret)],
  };
  return bootstrap(Object.entries(filters).map(([name, list]) => listener(name, list, { routes })), []);
}

/** Envoy with one listener: what a worker more needs in memory. */
export const alone = (jwks, withFilter) => bootstrap([listener('one', withFilter ? [ours(jwks, true)] : [], { routes })], []);

export { issuer };
