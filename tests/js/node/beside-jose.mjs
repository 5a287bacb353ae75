/**
 * Generated and mutated tokens, judged by this package and by `jose` under equal settings. No token
 * passes but as it was signed; what both accept, both read alike; what only jose accepts falls in a
 * class that stands here with its reason; and there is nothing that only this package accepts.
 *
 *   COUNTERSIGN_FUZZ_CASES=200000 COUNTERSIGN_FUZZ_SEED=7 node tests/js/run.mjs node
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { ALGORITHMS, AT_NOW, AUDIENCE, ISSUER, KEY_OF, options, publicPart } from '../suite/tokens.mjs';
import { mutated, randomOf, signerOf } from './mutations.mjs';

const COUNT = Number(process.env.COUNTERSIGN_FUZZ_CASES ?? 4_200);
const SEED = Number(process.env.COUNTERSIGN_FUZZ_SEED ?? 7515);

/** What both are told besides issuer, audience, algorithm and time. */
const POLICIES = [{}, { clockTolerance: 30 }, { maxTokenAge: 600 }, { typ: 'at+jwt' }, { subject: 'user-1' }, { requiredClaims: ['nbf', 'sub'] }];

/** Why a token that jose accepts is refused here. */
const STRICTER = [
  [/^ERR_JOSE_NOT_SUPPORTED: .* header member (b64|enc|zip) /, 'members of RFC 7797 and of JWE stand for another way to read the token; jose passes over them'],
  [/^ERR_JWT_INVALID: .* the (header|payload) is not a well-formed JSON object/, 'no member stands twice, and kid and typ are strings (RFC 7515 §4, RFC 7519 §4); jose takes the last of two'],
  [/^ERR_JWT_INVALID: .* a segment is not canonical base64url/, 'bits that mean nothing are zero (RFC 4648 §3.5): a token has one text; jose passes over them'],
  [/^ERR_JWT_CLAIM_VALIDATION_FAILED: claim (iss|sub|aud): has the wrong type/, 'a registered claim is a string, of an audience all (RFC 7519 §4.1); jose looks at what it compares'],
];

export const cases = ALGORITHMS.map((algorithm, index) => ({
  name: `beside jose, ${algorithm}`,
  async run(t) {
    const jose = await import(pathToFileURL(createRequire(join(process.env.COUNTERSIGN_NODE_TOOLS, 'package.json')).resolve('jose')));
    const judges = await Promise.all(POLICIES.map((policy) => judgesOf(t, jose, algorithm, policy)));
    const random = randomOf(SEED + index);
    const signer = signerOf(algorithm, t.fixtures.keys);
    const seen = { accepted: 0, refused: 0 };
    for (let left = Math.ceil(COUNT / ALGORITHMS.length); left > 0; left -= 1) {
      const token = mutated(random, algorithm, signer);
      const { policy, verdicts } = random.pick(judges);
      const [ours, theirs] = await verdicts(token.text);
      seen[ours.error === undefined ? 'accepted' : 'refused'] += 1;
      const problem = problemOf(token, ours, theirs);
      if (problem !== undefined) t.fail(`${problem}\n${token.history.join(', ')} ${JSON.stringify(policy)}\n${token.text}`);
    }
    t.ok(seen.accepted > 0 && seen.refused > 0, `tokens of both kinds are among them: ${JSON.stringify(seen)}`);
  },
}));

/** This package and jose over one key, with equal settings. */
async function judgesOf({ countersign, fixtures }, { importJWK, jwtVerify }, algorithm, policy) {
  const name = KEY_OF[algorithm];
  const key = name === 'secret' ? new TextEncoder().encode(fixtures.keys.secret) : await importJWK(publicPart(fixtures.keys[name]), algorithm);
  const settings = { algorithms: [algorithm], issuer: ISSUER, audience: AUDIENCE, requiredClaims: ['exp'], ...policy };
  const verifier = countersign.createVerifier({ ...options(fixtures, algorithm), ...settings });
  const verdicts = (text) => Promise.all([verdictOf(() => verifier.verifySync(text)), verdictOf(() => jwtVerify(text, key, { ...settings, currentDate: AT_NOW }))]);
  return { policy, verdicts };
}

async function verdictOf(verify) {
  try {
    const { payload, protectedHeader } = await verify();
    return { payload, protectedHeader };
  } catch (error) {
    return { error };
  }
}

/** What is wrong with two verdicts on a token, if anything is. */
function problemOf({ text, signed }, ours, theirs) {
  if (ours.error === undefined) {
    if (text !== signed) return 'a token passes that nobody has signed';
    if (theirs.error !== undefined) return `only we accept; jose says ${theirs.error.code}: ${theirs.error.message}`;
    return isDeepStrictEqual(plain(ours), plain(theirs)) ? undefined : `read differently: ${JSON.stringify([ours, theirs])}`;
  }
  if (theirs.error !== undefined) return undefined;
  const said = `${ours.error.code}: ${ours.error.message}`;
  return STRICTER.some(([refusal]) => refusal.test(said)) ? undefined : `only we refuse: ${said}`;
}

/** The members alone: the prototype of a header is each library's own affair. */
const plain = ({ payload, protectedHeader }) => [{ ...payload }, { ...protectedHeader }];
