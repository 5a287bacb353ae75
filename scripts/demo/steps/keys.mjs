// The issuer's keys: rotation, outages, and a Worker that never had any.
import { bearer, brief, eventually } from '../answers.mjs';

const PATH = '/.well-known/jwks.json';
const OUTAGE = { path: PATH, fault: { status: 503 } };

const me = (world, token) => world.get('/me', bearer(token));

export const keys = [
  {
    name: 'Key rotated: token with the new one',
    expected: '200, 1 key request',
    run: async (world) => {
      await world.emulator.control('POST', 'keys/rotate', { grace: true });
      const token = await world.emulator.mint({});
      const { result, requests } = await world.emulator.counting(PATH, () => me(world, token));
      return `${await brief(result)}, ${requests} key request`;
    },
  },
  { name: 'Token with the one before', expected: '200', run: async (world) => brief(await me(world, world.tokens.alice)) },
  {
    name: 'Ten tokens with an unknown key',
    expected: '401 ERR_JWKS_NO_MATCHING_KEY, 1 key request',
    run: async (world) => {
      const token = await world.emulator.mint({ kid: 'key_unknown' });
      const { result, requests } = await world.emulator.counting(PATH, () =>
        Promise.all(Array.from({ length: 10 }, async () => brief(await me(world, token)))),
      );
      return `${[...new Set(result)].join(' / ')}, ${requests} key request`;
    },
  },
  {
    name: 'Key endpoint down: good token',
    expected: '200',
    run: (world) => world.emulator.during(OUTAGE, async () => brief(await me(world, await world.emulator.mint({})))),
  },
  {
    name: 'Key endpoint down: forged token',
    expected: '401 ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    run: (world) =>
      world.emulator.during(OUTAGE, async () => brief(await me(world, await world.emulator.mint({ tamper: 'signature' })))),
  },
  {
    name: 'Key endpoint down: Worker without keys',
    expected: '503 ERR_JWKS_UNAVAILABLE, Retry-After',
    run: async (world) => {
      const token = await world.emulator.mint({});
      const response = await world.emulator.during(OUTAGE, () => world.getCold('/me', bearer(token)));
      const later = response.headers.has('retry-after') ? 'Retry-After' : 'no Retry-After';
      // It is the server's trouble, so the client is not asked to authenticate anew.
      const challenge = response.headers.has('www-authenticate') ? ', challenged' : '';
      return `${await brief(response)}, ${later}${challenge}`;
    },
  },
  {
    name: 'Key endpoint back: the same Worker',
    expected: '200',
    run: async (world) => {
      const token = await world.emulator.mint({});
      return eventually(
        async () => brief(await world.getCold('/me', bearer(token))),
        (outcome) => outcome === '200',
        60_000,
      );
    },
  },
];
