// The order in which samples are taken, and the few figures that they are boiled down to.

export const median = (samples) => quantile(samples, 0.5);

/** The middle sample, and the range that eight in ten lie in: the box may be shared. */
export function spread(samples) {
  return { median: median(samples), p10: quantile(samples, 0.1), p90: quantile(samples, 0.9) };
}

function quantile(samples, share) {
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/**
 * How many times `samples` the `reference` took, round by round. Both were sampled within one
 * round, so what slowed the machine down then slowed both.
 */
export function ratios(reference, samples) {
  return spread(samples.map((sample, round) => reference[round] / sample));
}

/** The same items in an order of their own. */
export function shuffled(list) {
  const keyed = list.map((item) => ({ item, key: Math.random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
