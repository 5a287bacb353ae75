/** What the declarations promise is what is there, and the other way round. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
// Loaded late: its many objects would slow the collections that the cases about memory ask for.
let ts;
const compiler = () => createRequire(join(process.env.COUNTERSIGN_NODE_TOOLS, 'package.json'))('typescript');
const folder = dirname(require.resolve('countersign/package.json'));
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** The codes of the contract. A new one is an addition here; none is ever renamed or taken away. */
const CODES = [
  'ERR_API_RATE_LIMITED', 'ERR_API_RESPONSE_INVALID', 'ERR_API_STATUS', 'ERR_CONFIG_INVALID', 'ERR_FORBIDDEN',
  'ERR_JOSE_ALG_NOT_ALLOWED', 'ERR_JOSE_NOT_SUPPORTED', 'ERR_JWKS_INVALID', 'ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWKS_TIMEOUT',
  'ERR_JWKS_UNAVAILABLE', 'ERR_JWK_INVALID', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', 'ERR_JWT_CLAIM_VALIDATION_FAILED', 'ERR_JWT_EXPIRED',
  'ERR_JWT_INVALID', 'ERR_JWT_NOT_YET_VALID', 'ERR_TOKEN_AMBIGUOUS', 'ERR_TOKEN_MISSING', 'ERR_TOKEN_TOO_LARGE',
  'ERR_TRANSPORT', 'ERR_TRANSPORT_TIMEOUT', 'ERR_WEBHOOK_HEADER_DUPLICATE', 'ERR_WEBHOOK_HEADER_INVALID', 'ERR_WEBHOOK_HEADER_MISSING',
  'ERR_WEBHOOK_PAYLOAD_INVALID', 'ERR_WEBHOOK_REPLAYED', 'ERR_WEBHOOK_SIGNATURE_INVALID', 'ERR_WEBHOOK_TIMESTAMP_EXPIRED', 'ERR_WEBHOOK_TIMESTAMP_FUTURE',
  'ERR_WEBHOOK_TIMESTAMP_INVALID', 'ERR_WEBHOOK_TOO_LARGE', 'ERR_WEBHOOK_TOO_MANY_SIGNATURES',
];

const entries = Object.entries(manifest.exports).filter(([, target]) => typeof target === 'object' && 'import' in target);

/** Names that a declaration file exports, by the compiler's own reading: values, and all. */
function promised(file) {
  const program = ts.createProgram([file], { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2022, types: [], noEmit: true });
  const checker = program.getTypeChecker();
  const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)));
  const resolved = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
  const isValue = (symbol) => (resolved(symbol).flags & ts.SymbolFlags.Value) !== 0;
  return symbols.filter(isValue).map((symbol) => symbol.name).sort();
}

/** The members of a type alias of string literals. */
function literals(file, name) {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022);
  const alias = source.statements.find((statement) => ts.isTypeAliasDeclaration(statement) && statement.name.text === name);
  return alias.type.types.map((type) => type.literal.text);
}

export const cases = [
  {
    name: 'declarations and run time have the same exports',
    async run(t) {
      ts = compiler();
      t.ok(entries.length >= 4, `there are ${entries.length} entries`);
      for (const [subpath, target] of entries) {
        const specifier = `countersign${subpath.slice(1)}`;
        const types = promised(join(folder, target.import.types));
        t.equal(Object.keys(await import(specifier)).sort(), types, `exports of ${specifier}`);
        t.equal(Object.keys(require(join(folder, target.require.default))).filter((name) => name !== '__esModule').sort(), types, `exports of ${specifier} as CommonJS`);
        t.equal(promised(join(folder, target.require.types)), types, `declarations of ${specifier} as CommonJS`);
      }
    },
  },
  {
    name: 'the list of codes is frozen',
    async run(t) {
      ts = compiler();
      const declared = literals(join(folder, 'dist/index.d.ts'), 'ErrorCode');
      t.equal([...declared].sort(), [...CODES].sort(), 'declared codes');
    },
  },
];
