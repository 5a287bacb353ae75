// How each library is made to verify, in a way that every runtime knows: a function of the loaded
// library and of the key, its algorithm and the expected claims.
export const verifierOf = {
  countersign({ createVerifier }, { algorithm, issuer, audience, secret, jwk }) {
    const verifier = createVerifier({ issuer, audience, algorithms: [algorithm], ...(secret ? { secret: bytes(secret) } : { key: jwk }) });
    return (token) => verifier.verifySync(token).payload;
  },
  async jose({ importJWK, jwtVerify }, { algorithm, issuer, audience, secret, jwk }) {
    const key = secret ? bytes(secret) : await importJWK(jwk, algorithm);
    return async (token) => (await jwtVerify(token, key, { issuer, audience, algorithms: [algorithm] })).payload;
  },
};

const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
