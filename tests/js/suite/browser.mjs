/**
 * Runs `body` where the package takes this host for a page: in a page it is one, elsewhere `window`
 * and `document` are there for so long. In a page they cannot be replaced.
 */
export async function asInPage(body) {
  const imitated = ['window', 'document'].filter((name) => !(name in globalThis));
  for (const name of imitated) globalThis[name] = {};
  try {
    await body();
  } finally {
    for (const name of imitated) delete globalThis[name];
  }
}
