// Envoy configurations as objects: listeners with the filter in front of routes.
import { module } from './module.mjs';
import { loopback } from './server.mjs';

/** Every configuration that was put into a filter, for the check of the schema. */
export const configured = [];

/** The filter, with its own configuration as an object. */
export function filter(configuration, { vmId = 'countersign', policy = 'FAIL_RELOAD', file = module, ...more } = {}) {
  configured.push(configuration);
  return {
    name: 'envoy.filters.http.wasm',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm',
      config: {
        name: 'countersign',
        root_id: 'countersign',
        failure_policy: policy,
        allow_on_headers_stop_iteration: true,
        vm_config: { vm_id: vmId, runtime: 'envoy.wasm.runtime.v8', code: { local: { filename: file } } },
        configuration: {
          '@type': 'type.googleapis.com/google.protobuf.StringValue',
          value: typeof configuration === 'string' ? configuration : JSON.stringify(configuration),
        },
        ...more,
      },
    },
  };
}

const router = { name: 'envoy.filters.http.router', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' } };

/** A listener on a free port with these filters before these routes. */
export function listener(name, filters, { routes = [toCluster('service')], ...more } = {}) {
  const manager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: name,
    codec_type: 'AUTO',
    http_protocol_options: { enable_trailers: true },
    http_filters: [...filters, router],
    route_config: { name, virtual_hosts: [{ name, domains: ['*'], routes }] },
    ...more.manager,
  };
  const chain = { filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }] };
  return { name, address: loopback(), filter_chains: [chain], ...more.listener };
}

export const toCluster = (cluster, match = { prefix: '/' }, more = {}) => ({ match, route: { cluster, timeout: '20s' }, ...more });

export const direct = (status = 200, match = { prefix: '/' }) => ({ match, direct_response: { status } });

/** A cluster of one plain HTTP server on this machine. */
export function cluster(name, port) {
  const endpoint = { endpoint: { address: loopback(port) } };
  const protocol = { '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions', explicit_http_config: { http_protocol_options: { enable_trailers: true } } };
  return {
    name,
    type: 'STATIC',
    connect_timeout: '1s',
    typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': protocol },
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [endpoint] }] },
  };
}

export const bootstrap = (listeners, clusters) => ({ static_resources: { listeners, clusters } });
