// Interleaved slices in one process: in every round each contestant runs for a few milliseconds,
// one after the other, in a new order: whose garbage one finds, and whose data in the caches, is
// nobody's lot for good. A machine that slows down slows all of them, so the ratio of two within a
// round is steadier than either time. Contestants that return a promise are awaited call by call.
import { shuffled } from './statistics.mjs';

/** Keeps results alive, so that no engine drops the work that made them. */
export let sink;

/**
 * @param contestants  `{ run(input), inputs, isAsync }`; inputs are taken in turn
 * @returns for each contestant, one sample per round of its microseconds per call: `time` by the
 * clock, `cpu` of the whole process, its thread pool and its collector included
 */
export async function measure(contestants, { rounds, sliceMs, warmMs }) {
  const lanes = [];
  for (const contestant of contestants) lanes.push({ ...contestant, time: [], cpu: [], calls: await warmUp(contestant, sliceMs, warmMs) });
  for (let round = 0; round < rounds; round += 1) {
    for (const lane of shuffled(lanes)) {
      const { time, cpu } = await slice(lane, round * lane.calls, lane.calls);
      lane.time.push(time / lane.calls);
      lane.cpu.push(cpu / lane.calls);
    }
  }
  return lanes.map(({ time, cpu }) => ({ time, cpu }));
}

/** Lets the engine optimise, and finds how many calls fill a slice. */
async function warmUp(contestant, sliceMs, warmMs) {
  let calls = 0;
  let worked = 0;
  while (worked < warmMs * 1000) {
    const next = calls < 16 ? 1 : 16;
    const { time, cpu } = await slice(contestant, calls, next);
    // Time in which somebody else had the processor warms nothing up.
    worked += contestant.isAsync ? time : Math.min(time, cpu);
    calls += next;
  }
  return Math.max(1, Math.round((calls * sliceMs * 1000) / worked));
}

/** Microseconds that `calls` calls took. */
async function slice({ run, inputs, isAsync }, first, calls) {
  const before = process.cpuUsage();
  const start = performance.now();
  if (isAsync) await asyncCalls(run, inputs, first, calls);
  else syncCalls(run, inputs, first, calls);
  const time = (performance.now() - start) * 1000;
  const { user, system } = process.cpuUsage(before);
  return { time, cpu: user + system };
}

function syncCalls(run, inputs, first, calls) {
  for (let call = first; call < first + calls; call += 1) sink = run(inputs[call % inputs.length]);
}

async function asyncCalls(run, inputs, first, calls) {
  for (let call = first; call < first + calls; call += 1) sink = await run(inputs[call % inputs.length]);
}
