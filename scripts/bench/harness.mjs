// Interleaved slices in one process: in every round each contestant runs for a few milliseconds,
// one after the other. A machine that slows down slows all of them, so the ratio of two within a
// round is steadier than either time. Contestants that return a promise are awaited call by call.

/** Keeps results alive, so that no engine drops the work that made them. */
export let sink;

/**
 * @param contestants  `{ run(input), inputs, isAsync }`; inputs are taken in turn
 * @returns microseconds per call of each contestant, one sample per round
 */
export async function measure(contestants, { rounds, sliceMs, warmMs }) {
  const lanes = [];
  for (const contestant of contestants) lanes.push({ ...contestant, samples: [], calls: await warmUp(contestant, sliceMs, warmMs) });
  for (let round = 0; round < rounds; round += 1) {
    for (let place = 0; place < lanes.length; place += 1) {
      // Everybody runs after everybody once: a neighbour's garbage is nobody's lot for good.
      const lane = lanes[(place + round) % lanes.length];
      lane.samples.push((await slice(lane, round * lane.calls, lane.calls)) / lane.calls);
    }
  }
  return lanes.map((lane) => lane.samples);
}

/** Lets the engine optimise, and finds how many calls fill a slice. */
async function warmUp(contestant, sliceMs, warmMs) {
  let calls = 0;
  let elapsed = 0;
  while (elapsed < warmMs * 1000) {
    const next = calls < 16 ? 1 : 16;
    elapsed += await slice(contestant, calls, next);
    calls += next;
  }
  return Math.max(1, Math.round((calls * sliceMs * 1000) / elapsed));
}

/** Microseconds that `calls` calls took. */
async function slice({ run, inputs, isAsync }, first, calls) {
  return isAsync ? asyncSlice(run, inputs, first, calls) : syncSlice(run, inputs, first, calls);
}

function syncSlice(run, inputs, first, calls) {
  const start = performance.now();
  for (let call = first; call < first + calls; call += 1) sink = run(inputs[call % inputs.length]);
  return (performance.now() - start) * 1000;
}

async function asyncSlice(run, inputs, first, calls) {
  const start = performance.now();
  for (let call = first; call < first + calls; call += 1) sink = await run(inputs[call % inputs.length]);
  return (performance.now() - start) * 1000;
}
