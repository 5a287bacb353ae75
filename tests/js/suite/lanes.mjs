/** What the module reads or hashes many bytes at a time, tried at every offset. */
import { base64url, fromBase64url, mint, options, tampered } from './tokens.mjs';

const SIGNATURE = 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED';

/** Whether a payload segment is read, by the host's own means. */
function isReadable(segment) {
  if (/[^A-Za-z0-9_-]/.test(segment)) return false;
  try {
    const bytes = fromBase64url(segment);
    if (base64url(bytes) !== segment) return false;
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

/** Whether a secret is base64 of the standard alphabet, in its one spelling. */
function isSecret(text) {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0 && btoa(atob(text)) === text;
}

const accepts = (action) => {
  try {
    action();
    return true;
  } catch {
    return false;
  }
};

export const cases = [
  {
    name: 'lanes, every byte in every place of a segment',
    run(t) {
      const segment = base64url(new TextEncoder().encode('{"a":"a string longer than two vectors, with room"}'));
      const letters = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
      const differing = [];
      let readable = 0;
      for (let at = 0; at < segment.length; at += 1) {
        for (const letter of letters) {
          const changed = segment.slice(0, at) + letter + segment.slice(at + 1);
          const expected = isReadable(changed);
          readable += expected ? 1 : 0;
          if (accepts(() => t.countersign.dangerouslyDecode(`eyJhbGciOiJFUzI1NiJ9.${changed}.AAAA`)) !== expected) differing.push(changed);
        }
      }
      t.equal(differing, [], 'segments that are read differently');
      t.ok(readable > 1_000, `only ${readable} segments are good`);
    },
  },
  {
    name: 'lanes, every byte in every place of a secret',
    run(t) {
      const secret = btoa('a secret that is as long as hash');
      const differing = [];
      let usable = 0;
      for (let at = 0; at < secret.length; at += 1) {
        for (let code = 0; code < 256; code += 1) {
          const changed = secret.slice(0, at) + String.fromCharCode(code) + secret.slice(at + 1);
          const expected = isSecret(changed);
          usable += expected ? 1 : 0;
          const make = () => t.countersign.createWebhookVerifier({ scheme: 'standard', secrets: `whsec_${changed}` });
          if (accepts(make) !== expected) differing.push(changed);
        }
      }
      t.equal(differing, [], 'secrets that are read differently');
      t.ok(usable > 2_500, `only ${usable} secrets are good`);
    },
  },
  ...['HS256', 'HS384', 'HS512'].map((algorithm) => ({
    name: `lanes, ${algorithm} over texts of every length`,
    async run(t) {
      const verifier = t.countersign.createVerifier(options(t.fixtures, algorithm, { tokenCache: false }));
      const tokens = await Promise.all(Array.from({ length: 200 }, (_, length) => mint(t.fixtures, algorithm, { filler: 'x'.repeat(length) })));
      const refused = tokens.filter((token) => !accepts(() => verifier.verifySync(token)));
      t.equal(refused, [], 'good tokens that are refused');
      const accepted = tokens.filter((token) => [1, 2].some((part) => accepts(() => verifier.verifySync(tampered(token, part)))));
      t.equal(accepted, [], 'changed tokens that are accepted');
      await t.token('changed', SIGNATURE, verifier, tampered(tokens[199], 2));
    },
  })),
  ...['ES256', 'ES384', 'ES512', 'EdDSA'].map((algorithm) => ({
    name: `lanes, ${algorithm} before and after a key has tables of its own`,
    async run(t) {
      const verifier = t.countersign.createVerifier(options(t.fixtures, algorithm, { tokenCache: false }));
      const tokens = await Promise.all(Array.from({ length: 24 }, (_, number) => mint(t.fixtures, algorithm, { jti: `${number}` })));
      const wrong = tokens.filter((token) => !accepts(() => verifier.verifySync(token)) || accepts(() => verifier.verifySync(tampered(token, 2))));
      t.equal(wrong, [], 'tokens that are judged wrongly');
      await t.token('the last one', 'ok', verifier, tokens[23]);
    },
  })),
];
