// A small proxy of our own: the filter's binary interface (proxy-wasm 0.2.1) over
// Node's WebAssembly, for what is hard to force in Envoy. Every call is recorded,
// and any of them can be told to answer a bad status.

const OK = 0;
const NOT_FOUND = 1;
const BAD_ARGUMENT = 2;
const CAS_MISMATCH = 8;

const REQUEST_HEADERS = 0;
const REQUEST_TRAILERS = 1;
const CALL_HEADERS = 6;
const REQUEST_BODY = 0;
const CALL_BODY = 4;
const CONFIGURATION = 7;

export const action = { 0: 'continue', 1: 'pause' };
/** What may be said of headers alone. */
const ofHeaders = { ...action, 4: 'pause all' };

/** What several workers of one proxy share. */
export class Shared {
  values = new Map();
  writes = 0;
}

/** One worker: an instance of the module with one root context. */
export class Worker {
  contexts = new Map();
  calls = [];
  log = [];
  answers = new Map();
  metrics = new Map();
  period = 0;
  now = 1_790_000_000_000;
  effective = 0;
  lastContext = 1;
  /** The contexts that the module has turned to, in their order. */
  turns = [];
  /** Host function name → status to answer in place of doing it. */
  faults = {};
  /** The most bytes of a buffer that are handed out at once. */
  most = Infinity;
  /** Called before a write to the shared store. */
  beforeStore = () => {};

  constructor(module, configuration, shared = new Shared()) {
    this.shared = shared;
    this.configuration = Buffer.from(typeof configuration === 'string' ? configuration : JSON.stringify(configuration));
    this.instance = new WebAssembly.Instance(module, { env: this.imports(module) });
    this.exports = this.instance.exports;
    this.exports._initialize();
    this.exports.proxy_on_context_create(1, 0);
    this.exports.proxy_on_vm_start(1, 0);
    this.configured = this.enter(1, () => this.exports.proxy_on_configure(1, this.configuration.length)) === 1;
  }

  /** A new request under a root context; gives its own. */
  open(headers, parent = 1) {
    this.lastContext += 1;
    const id = this.lastContext;
    const fields = headers.map(([name, value]) => [Buffer.from(name), Buffer.from(value)]);
    this.contexts.set(id, { id, fields, body: Buffer.alloc(0), resumed: false, answer: undefined });
    this.exports.proxy_on_context_create(id, parent);
    return this.contexts.get(id);
  }

  headers(context, end = true) {
    return ofHeaders[this.enter(context.id, () => this.exports.proxy_on_request_headers(context.id, context.fields.length, end ? 1 : 0))];
  }

  body(context, bytes, end) {
    context.body = Buffer.concat([context.body, bytes]);
    return action[this.enter(context.id, () => this.exports.proxy_on_request_body(context.id, context.body.length, end ? 1 : 0))];
  }

  trailers(context, fields = []) {
    context.trailers = fields.map(([name, value]) => [Buffer.from(name), Buffer.from(value)]);
    return action[this.enter(context.id, () => this.exports.proxy_on_request_trailers(context.id, fields.length))];
  }

  /** Ends a request. The module is not told: it looks which of those it holds are still there. */
  close(context) {
    this.contexts.delete(context.id);
  }

  tick(millis = 10) {
    this.now += millis;
    this.enter(1, () => this.exports.proxy_on_tick(1));
  }

  /** Answers a call the module has made; without fields it has failed. */
  answer(call, status, body = '') {
    const fields = status === undefined ? [] : [[Buffer.from(':status'), Buffer.from(`${status}`)]];
    this.answers.set('now', { fields, body: Buffer.from(body) });
    this.enter(1, () => this.exports.proxy_on_http_call_response(1, call.token, fields.length, body.length, 0));
  }

  enter(id, run) {
    this.effective = id;
    return run();
  }

  get memory() {
    return Buffer.from(this.exports.memory.buffer);
  }

  read(at, size) {
    return Buffer.from(this.memory.subarray(at, at + size));
  }

  /** Puts bytes into the module's memory and tells where. */
  give(bytes, atPointer, sizePointer) {
    const at = bytes.length === 0 ? 0 : this.exports.proxy_on_memory_allocate(bytes.length);
    this.memory.set(bytes, at);
    this.memory.writeUInt32LE(at, atPointer);
    this.memory.writeUInt32LE(bytes.length, sizePointer);
    return OK;
  }

  get current() {
    return this.contexts.get(this.effective);
  }

  imports(module) {
    const own = this.functions();
    const names = WebAssembly.Module.imports(module).map(({ name }) => name);
    return Object.fromEntries(names.map((name) => [name, (...parameters) => this.call(name, own, parameters)]));
  }

  call(name, own, parameters) {
    const fault = this.faults[name];
    if (fault !== undefined) return fault;
    if (own[name] === undefined) throw new Error(`the module calls ${name}`);
    return own[name](...parameters);
  }

  map(kind) {
    if (kind === REQUEST_HEADERS) return this.current?.fields;
    if (kind === REQUEST_TRAILERS) return this.current?.trailers;
    return kind === CALL_HEADERS ? this.answers.get('now')?.fields : undefined;
  }

  functions() {
    return {
      proxy_log: (level, at, size) => {
        this.log.push(this.read(at, size).toString());
        return OK;
      },
      proxy_get_current_time_nanoseconds: (at) => {
        this.memory.writeBigUInt64LE(BigInt(this.now) * 1_000_000n, at);
        return OK;
      },
      proxy_set_tick_period_milliseconds: (period) => {
        this.period = period;
        return OK;
      },
      proxy_get_buffer_bytes: (kind, from, size, atPointer, sizePointer) => {
        const buffers = { [REQUEST_BODY]: this.current?.body, [CALL_BODY]: this.answers.get('now')?.body, [CONFIGURATION]: this.configuration };
        const buffer = buffers[kind];
        if (buffer === undefined) return NOT_FOUND;
        size = Math.min(size, this.most);
        return this.give(buffer.subarray(from, from + size), atPointer, sizePointer);
      },
      proxy_get_header_map_pairs: (kind, atPointer, sizePointer) => this.give(pairs(this.map(kind) ?? []), atPointer, sizePointer),
      proxy_get_header_map_value: (kind, at, size, atPointer, sizePointer) => {
        const name = this.read(at, size);
        const found = this.map(kind)?.find(([own]) => own.equals(name));
        return found ? this.give(found[1], atPointer, sizePointer) : NOT_FOUND;
      },
      proxy_replace_header_map_value: (kind, at, size, valueAt, valueSize) => this.change(kind, this.read(at, size), this.read(valueAt, valueSize)),
      proxy_remove_header_map_value: (kind, at, size) => this.change(kind, this.read(at, size)),
      proxy_send_local_response: (status, detailsAt, detailsSize, bodyAt, bodySize) => {
        if (!this.current || this.effective === 1) return BAD_ARGUMENT;
        this.current.answer = { status, json: JSON.parse(this.read(bodyAt, bodySize).toString()) };
        return OK;
      },
      proxy_continue_stream: () => {
        if (!this.current) return BAD_ARGUMENT;
        this.current.resumed = true;
        return OK;
      },
      proxy_set_effective_context: (id) => {
        this.turns.push(id);
        if (id !== 1 && !this.contexts.has(id)) return BAD_ARGUMENT;
        this.effective = id;
        return OK;
      },
      proxy_http_call: (at, size, headersAt, headersSize, bodyAt, bodySize, trailersAt, trailersSize, timeout, tokenPointer) => {
        const token = this.calls.length + 1;
        const headers = Object.fromEntries(fieldsOf(this.read(headersAt, headersSize)));
        this.calls.push({ token, cluster: this.read(at, size).toString(), headers, timeout, context: this.effective });
        this.memory.writeUInt32LE(token, tokenPointer);
        return OK;
      },
      proxy_get_shared_data: (at, size, atPointer, sizePointer, casPointer) => {
        const found = this.shared.values.get(this.read(at, size).toString());
        if (!found) return NOT_FOUND;
        this.give(found.value, atPointer, sizePointer);
        this.memory.writeUInt32LE(found.cas, casPointer);
        return OK;
      },
      proxy_set_shared_data: (at, size, valueAt, valueSize, cas) => {
        const key = this.read(at, size).toString();
        this.beforeStore(key);
        const found = this.shared.values.get(key);
        if (found && cas !== 0 && (cas >>> 0) !== found.cas) return CAS_MISMATCH;
        this.shared.writes += 1;
        this.shared.values.set(key, { value: this.read(valueAt, valueSize), cas: this.shared.writes });
        return OK;
      },
      proxy_define_metric: (kind, at, size, idPointer) => {
        const name = this.read(at, size).toString();
        if (!this.metrics.has(name)) this.metrics.set(name, { id: this.metrics.size + 1, count: 0 });
        this.memory.writeUInt32LE(this.metrics.get(name).id, idPointer);
        return OK;
      },
      proxy_increment_metric: (id, count) => {
        [...this.metrics.values()][id - 1].count += Number(count);
        return OK;
      },
      proxy_get_property: () => NOT_FOUND,
    };
  }

  /** As Envoy does it: fields may be changed only while the request's headers are held. */
  change(kind, name, value) {
    const context = this.current;
    const map = { [REQUEST_HEADERS]: 'fields', [REQUEST_TRAILERS]: 'trailers' }[kind];
    if (context?.[map] === undefined) return BAD_ARGUMENT;
    context[map] = context[map].filter(([own]) => !own.equals(name));
    if (value !== undefined) context[map].push([name, value]);
    return OK;
  }
}

/** Fields as the interface lays them out. */
function pairs(fields) {
  const sizes = Buffer.alloc(4 + fields.length * 8);
  sizes.writeUInt32LE(fields.length, 0);
  fields.forEach(([name, value], n) => {
    sizes.writeUInt32LE(name.length, 4 + n * 8);
    sizes.writeUInt32LE(value.length, 8 + n * 8);
  });
  const zero = Buffer.from([0]);
  return Buffer.concat([sizes, ...fields.flatMap(([name, value]) => [name, zero, value, zero])]);
}

/** Fields out of that layout. */
function fieldsOf(bytes) {
  const count = bytes.readUInt32LE(0);
  let at = 4 + count * 8;
  const next = (size) => {
    const text = bytes.toString('utf8', at, at + size);
    at += size + 1;
    return text;
  };
  return Array.from({ length: count }, (_, n) => [next(bytes.readUInt32LE(4 + n * 8)), next(bytes.readUInt32LE(8 + n * 8))]);
}
