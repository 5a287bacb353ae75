// What the figures must reach. A floor is the least that our speed must be as a multiple of a
// contestant's; a ceiling is the most that a figure may be.
//
// A floor beside a synchronous library is judged by processor time, which other programs on the
// machine hardly move; beside one that must be awaited by the clock, because its waiting is its
// cost, or by processor time where that is less, because a busy machine lengthens every wait.

export const floors = [
  { row: 'HS256', against: 'jose', atLeast: 4.5 },
  { row: 'HS256', against: 'fast-jwt', atLeast: 1.4 },
  { row: 'HS256 with Node', against: 'jose', atLeast: 4.5 },
  { row: 'HS256 with Node', against: 'fast-jwt', atLeast: 1.4 },
  { row: 'RS256', against: 'jose', atLeast: 1.0 },
  { row: 'PS256', against: 'jose', atLeast: 1.0 },
  { row: 'RS256 with Node', against: 'jose', atLeast: 1.6 },
  { row: 'RS256 with Node', against: 'fast-jwt', atLeast: 1.0 },
  { row: 'ES256', against: 'jose', atLeast: 3.2 },
  { row: 'ES256', against: 'crypto.verify alone', atLeast: 2.4 },
  { row: 'ES384', against: 'jose', atLeast: 5.2 },
  { row: 'ES512', against: 'jose', atLeast: 3.5 },
  { row: 'EdDSA', against: 'jose', atLeast: 4.4 },
  { row: 'EdDSA', against: 'crypto.verify alone', atLeast: 3.8 },
  { row: 'repeated HS256', against: 'jose', atLeast: 35 },
  { row: 'repeated HS256', against: 'fast-jwt', atLeast: 3.2 },
  { row: 'webhook 1 KB', against: 'standardwebhooks', atLeast: 4.0 },
  { row: 'webhook 64 KB', against: 'standardwebhooks', atLeast: 2.5 },
  { row: 'webhook 1 KB with Node', against: 'standardwebhooks', atLeast: 5.0 },
  { row: 'webhook 64 KB with Node', against: 'standardwebhooks', atLeast: 7.5 },
  ...['HS256', 'RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'].map((algorithm) => ({ row: `cold ${algorithm}`, against: 'jose, one file', atLeast: 1.0 })),
];

export const ceilings = [
  { figure: 'countersign.wasm raw', atMost: 400_000 },
  { figure: 'countersign.wasm brotli', atMost: 120_000 },
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
    const measured = judgedRatio(contestant);
    contestant.floor = { atLeast: floor.atLeast, met: measured >= floor.atLeast };
    judged.push({ ...floor, measured, met: contestant.floor.met });
  }
  for (const ceiling of ceilings) {
    const figure = figures.find(({ id }) => id === ceiling.figure);
    if (figure === undefined) continue;
    figure.ceiling = { atMost: ceiling.atMost, met: figure.value <= ceiling.atMost };
    judged.push({ ...ceiling, measured: figure.value, met: figure.ceiling.met });
  }
  return judged;
}

/** How many times as fast ours was, by the measure that the floors have. */
export function judgedRatio({ awaited, ratio, cpuRatio }) {
  return awaited ? Math.min(ratio.median, cpuRatio.median) : cpuRatio.median;
}
