// Runs suites side by side: each as soon as what it needs has passed, a few at a time.

/**
 * Runs every suite and gives the names of those that failed. `suites` holds
 * `{ needs, turn }` by name, both optional:
 *
 * - `needs`: names of suites that must have passed. Where one has failed, the suite fails
 *   without being run; names that are not among `suites` count as passed.
 * - `turn`: suites with the same word run one after the other, because they wait for the
 *   same lock. They go before suites that need not take turns: together they are the
 *   longest way, and everything else fits in beside them.
 *
 * Otherwise the order is that of `suites`. `run(name)` gives whether the suite passed,
 * `skip(name, need)` hears of those that are not run.
 */
export async function runInLanes(suites, { lanes, run, skip }) {
  const waiting = new Set(Object.keys(suites));
  const running = new Map();
  const passed = new Set();
  const failed = [];
  const needsOf = (name) => (suites[name].needs ?? []).filter((need) => need in suites);
  const failedNeed = (name) => needsOf(name).find((need) => failed.includes(need));

  while (waiting.size > 0 || running.size > 0) {
    for (const name of [...waiting].filter(failedNeed)) {
      waiting.delete(name);
      skip(name, failedNeed(name));
      failed.push(name);
    }
    while (running.size < lanes) {
      const name = next();
      if (name === undefined) break;
      waiting.delete(name);
      running.set(name, run(name).then((good) => ended(name, good)));
    }
    if (running.size > 0) await Promise.race(running.values());
    else if (waiting.size > 0 && ![...waiting].some(failedNeed)) throw new Error(`each of these suites waits for another: ${[...waiting].join(', ')}`);
  }
  return failed;

  function next() {
    const taken = [...running.keys()].map((name) => suites[name].turn);
    const ready = [...waiting].filter((name) => needsOf(name).every((need) => passed.has(need)));
    const free = ready.filter((name) => suites[name].turn === undefined || !taken.includes(suites[name].turn));
    return free.find((name) => suites[name].turn !== undefined) ?? free[0];
  }

  function ended(name, good) {
    running.delete(name);
    if (good) passed.add(name);
    else failed.push(name);
  }
}
