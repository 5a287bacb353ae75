// The user API through the Worker: paging, and rate limits that pass or do not.
import { bearer, bodyOf, brief } from '../answers.mjs';

const PATH = '/v1/users';

const users = (world, cursor) => {
  const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
  return world.get(`/users${query}`, bearer(world.tokens.alice));
};

export const usersApi = [
  {
    name: 'List users, page by page',
    expected: '48 users on 3 pages',
    run: async (world) => {
      const seen = new Set();
      let pages = 0;
      for (let cursor; cursor !== null; pages += 1) {
        const response = await users(world, cursor);
        if (!response.ok || pages > 10) return brief(response);
        const page = await bodyOf(response);
        for (const { id } of page.users) seen.add(id);
        cursor = page.nextCursor;
      }
      return `${seen.size} users on ${pages} pages`;
    },
  },
  {
    name: '429 with Retry-After: 1',
    expected: '200, 2 requests, waited a second',
    run: async (world) => {
      const fault = { status: 429, retry_after: 1 };
      const began = performance.now();
      const { result, requests } = await world.emulator.counting(PATH, () =>
        world.emulator.during({ path: PATH, times: 1, fault }, () => users(world)),
      );
      const waited = performance.now() - began >= 1_000 ? 'waited a second' : 'did not wait';
      return `${await brief(result)}, ${requests} requests, ${waited}`;
    },
  },
  {
    name: '429 with Retry-After: 3600',
    expected: '429 ERR_API_RATE_LIMITED, Retry-After 3600',
    run: async (world) => {
      const fault = { status: 429, retry_after: 3600 };
      const { result, requests } = await world.emulator.counting(PATH, () =>
        world.emulator.during({ path: PATH, fault }, () => users(world)),
      );
      const retried = requests === 1 ? '' : `, ${requests} requests`;
      return `${await brief(result)}, Retry-After ${result.headers.get('retry-after')}${retried}`;
    },
  },
];
