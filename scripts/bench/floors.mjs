// What the figures must reach. A floor is the least that our speed must be as a multiple of a
// contestant's, in the row's median; a ceiling is the most that a figure may be.

export const floors = [
  { row: 'HS256', against: 'jose', atLeast: 4.5 },
  { row: 'HS256', against: 'fast-jwt', atLeast: 1.4 },
  { row: 'RS256', against: 'jose', atLeast: 1.0 },
  { row: 'PS256', against: 'jose', atLeast: 1.0 },
  { row: 'ES256', against: 'jose', atLeast: 3.2 },
  { row: 'ES256', against: 'crypto.verify alone', atLeast: 2.4 },
  { row: 'ES384', against: 'jose', atLeast: 5.2 },
  { row: 'ES512', against: 'jose', atLeast: 3.5 },
  { row: 'EdDSA', against: 'jose', atLeast: 4.4 },
  { row: 'EdDSA', against: 'crypto.verify alone', atLeast: 3.8 },
  { row: 'webhook 1 KB', against: 'standardwebhooks', atLeast: 4.0 },
  { row: 'webhook 64 KB', against: 'standardwebhooks', atLeast: 2.5 },
];

export const ceilings = [
  { figure: 'countersign.wasm raw', atMost: 400_000 },
  { figure: 'junk: slowest kind', atMost: 5 },
  // One page: room for a token of the greatest length, never for the junk itself.
  { figure: 'junk: memory growth', atMost: 65_536 },
];

/** Writes each floor and ceiling beside what it is about; one whose row was not measured stays out. */
export function judge(rows, figures) {
  const judged = [];
  for (const floor of floors) {
    const contestant = rows.find(({ id }) => id === floor.row)?.contestants.find(({ name }) => name === floor.against);
    if (contestant === undefined) continue;
    contestant.floor = { atLeast: floor.atLeast, met: contestant.ratio.median >= floor.atLeast };
    judged.push({ ...floor, measured: contestant.ratio.median, met: contestant.floor.met });
  }
  for (const ceiling of ceilings) {
    const figure = figures.find(({ id }) => id === ceiling.figure);
    if (figure === undefined) continue;
    figure.ceiling = { atMost: ceiling.atMost, met: figure.value <= ceiling.atMost };
    judged.push({ ...ceiling, measured: figure.value, met: figure.ceiling.met });
  }
  return judged;
}
