/**
 * Signed tokens with something changed, and what was changed: claims and header members before they
 * are signed, texts and bytes before or after. Everything follows from the seed.
 */
import { constants, createHmac, createPrivateKey, sign as signBytes } from 'node:crypto';
import { ALGORITHMS, AUDIENCE, claims, ISSUER, KEY_OF, NOW } from '../suite/tokens.mjs';

/** Numbers from 0 to 1, the same for the same seed: the generator "mulberry32". */
export function randomOf(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end) => Math.floor(next() * end);
  return { below, pick: (list) => list[below(list.length)], one: (chances) => below(chances) === 0 };
}

const WRONG_TYPES = [null, true, '', 'x', '1700000000', [], [1], [null], {}, -1, 0, 1.5, 1e308, -1e308, NOW];
const TIMES = [NOW - 601, NOW - 600, NOW - 31, NOW - 30, NOW - 29, NOW - 1, NOW, NOW + 1, NOW + 29, NOW + 30, NOW + 31, NOW + 0.5, NOW - 0.5, NOW - 30.5, NOW + 29.5, 1e300, -1, 0];
const ISSUERS = [ISSUER, `${ISSUER}/`, ISSUER.toUpperCase(), [ISSUER], '', `${ISSUER}\u0000`];
const AUDIENCES = [AUDIENCE, [AUDIENCE], ['other', AUDIENCE], [AUDIENCE, 1], [], 'other', ['other'], [[AUDIENCE]], `${AUDIENCE} other`, ''];
const TYPES = ['JWT', 'jwt', 'at+jwt', 'application/at+jwt', 'AT+JWT', 'application/AT+JWT', '', 'JOSE', 1, null];
const MEMBERS = ['exp', 'aud', 'alg', 'note', 'sub', '__proto__'];
const LETTERS = 'ABCDwxyz0189-_+/=. \n\t%é\u0000';

/** Changes of the claims; each gives the name of what it did. */
const OF_CLAIMS = [
  (random, set) => time(random, set, 'exp'),
  (random, set) => time(random, set, 'nbf'),
  (random, set) => time(random, set, 'iat'),
  (random, set) => ((set.iss = random.pick(ISSUERS)), 'iss'),
  (random, set) => ((set.aud = random.pick(AUDIENCES)), 'aud'),
  (random, set) => ((set.sub = random.pick(['user-1', 'user-2', 'é', '\ud800', ''])), 'sub'),
  (random, set) => {
    const name = random.pick(['exp', 'nbf', 'iat', 'iss', 'aud', 'sub', 'jti']);
    set[name] = random.pick(WRONG_TYPES);
    return `${name} of another type`;
  },
  (random, set) => {
    const name = random.pick(['exp', 'nbf', 'iat', 'iss', 'aud', 'sub']);
    delete set[name];
    return `no ${name}`;
  },
  (random, set) => ((set[random.pick(['constructor', 'note', 'toString'])] = random.pick([...WRONG_TYPES, { a: [{}] }])), 'a claim of its own'),
];

function time(random, set, name) {
  set[name] = random.pick(TIMES);
  return `${name} moved`;
}

const OF_HEADER = [
  (random, header) => ((header.alg = random.pick([...ALGORITHMS, 'none', 'None', 'hs256', 'ES256K', '', null, 256])), 'alg'),
  (random, header) => ((header.typ = random.pick(TYPES)), 'typ'),
  (random, header) => ((header.kid = random.pick(['a', '', 1, null, ['a']])), 'kid'),
  (random, header) => ((header.crit = random.pick([[], ['exp'], ['b64'], ['alg'], 'b64', null])), 'crit'),
  (random, header) => ((header.b64 = random.pick([true, false, 'false'])), 'b64'),
  (random, header) => ((header[random.pick(['enc', 'zip', 'cty', 'jku', 'jwk', 'x5c', 'note'])] = random.pick(['x', null, {}, 'DEF'])), 'a member more'),
];

/** Changes of a JSON text before it is encoded. */
const OF_TEXT = [
  (_, text) => [text.replace('{', '{ \n\t'), 'spaces'],
  (_, text) => [` ${text}\r\n`, 'spaces around'],
  (_, text) => [`\ufeff${text}`, 'a byte order mark'],
  (_, text) => [`${text}x`, 'something behind'],
  (_, text) => [text.slice(0, -1), 'no end'],
  (_, text) => [`[${text}]`, 'an array'],
  (random, text) => [random.pick(['null', '""', '0', '']), 'no object'],
  (_, text) => [text.replace('{', '{,'), 'a comma more'],
  (_, text) => [text.replace(/"(\w)/, (_, letter) => `"\\u00${letter.charCodeAt(0).toString(16)}`), 'an escaped name'],
  (random, text) => [text.replace('{', `{"${random.pick(MEMBERS)}":${random.pick(['1', '"x"', 'null'])},`), 'a member before'],
  (random, text) => [text.replace(/}$/, `,"${random.pick(MEMBERS)}":${random.pick(['1', '"x"', '9999999999'])}}`), 'a member behind'],
  (random, text) => [text.replace(/}$/, `,"deep":${'['.repeat(random.pick([3, 31, 200]))}`), 'open brackets'],
];

/** Changes of the finished token. */
const OF_TOKEN = [
  (random, token) => changedAt(random, token, (letter) => [random.pick(LETTERS)]),
  (random, token) => changedAt(random, token, () => []),
  (random, token) => changedAt(random, token, (letter) => [letter, random.pick(LETTERS)]),
  (random, token) => `${token}${random.pick([...LETTERS, '==', '.', '..', 'AA'])}`,
  (random, token) => `${random.pick([' ', '.', '\n', 'A', '\ufeff'])}${token}`,
  (_, token) => token.slice(0, token.lastIndexOf('.') + 1),
  (_, token) => token.slice(0, token.lastIndexOf('.')),
  (random, token) => parts(token, (all) => [all[0], all[1], all[2].slice(0, random.below(all[2].length))]),
  (random, token) => parts(token, (all) => [all[0], all[1], flipped(random, all[2])]),
  (random, token) => parts(token, (all) => [all[0], flipped(random, all[1]), all[2]]),
  (random, token) => parts(token, (all) => [flipped(random, all[0]), all[1], all[2]]),
  // The last letter of a part whose bytes do not fill it carries bits that mean nothing.
  (random, token) => parts(token, (all) => all.map((part) => (random.one(2) ? loosened(part) : part))),
  (_, token) => parts(token, (all) => [all[0], all[1], 'A'.repeat(all[2].length)]),
];

/** Changes the parts of a token that still has three. */
function parts(token, change) {
  const all = token.split('.');
  return all.length === 3 ? change(all).join('.') : token;
}

function changedAt(random, token, change) {
  const letters = [...token];
  const at = random.below(letters.length);
  letters.splice(at, 1, ...change(letters[at]));
  return letters.join('');
}

function flipped(random, part) {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.length === 0) return 'AA';
  bytes[random.below(bytes.length)] ^= 1 << random.below(8);
  return bytes.toString('base64url');
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function loosened(part) {
  if (part.length % 4 === 0) return part;
  return part.slice(0, -1) + ALPHABET[ALPHABET.indexOf(part.at(-1)) ^ 1];
}

/** One token: as it was signed, its text after that, and what was done to it. */
export function mutated(random, algorithm, signer) {
  const history = [];
  const header = { alg: algorithm };
  const set = claims();
  while (random.one(2)) history.push(random.pick(OF_CLAIMS)(random, set));
  while (random.one(5)) history.push(random.pick(OF_HEADER)(random, header));
  let texts = [header, set].map((value) => JSON.stringify(value));
  while (random.one(6)) {
    const at = random.below(2);
    const [text, name] = random.pick(OF_TEXT)(random, texts[at]);
    texts = texts.map((one, index) => (index === at ? text : one));
    history.push(`${name} in the ${['header', 'payload'][at]}`);
  }
  const input = texts.map((text) => Buffer.from(text).toString('base64url')).join('.');
  const signed = `${input}.${signer(input).toString('base64url')}`;
  let text = signed;
  while (random.one(4)) {
    text = random.pick(OF_TOKEN)(random, text);
    history.push('the token');
  }
  return { signed, text, history };
}

/** Signs a text with the fixtures' key for an algorithm, whatever the header says. */
export function signerOf(algorithm, keys) {
  const material = keys[KEY_OF[algorithm]];
  // Ed25519 hashes inside.
  const hash = algorithm.startsWith('Ed') ? null : `sha${algorithm.slice(2)}`;
  if (algorithm.startsWith('HS')) return (input) => createHmac(hash, material).update(input).digest();
  const { alg, use, key_ops, ...jwk } = material;
  const key = { key: createPrivateKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
  if (algorithm.startsWith('PS')) Object.assign(key, { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: Number(algorithm.slice(2)) / 8 });
  return (input) => signBytes(hash, Buffer.from(input), key);
}
