import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInLanes } from './lanes.mjs';

/** Runs suites that end in the order in which they were begun; tells what ran beside what. */
async function observe(suites, { lanes = 2, failing = [] } = {}) {
  const beside = {};
  const skipped = {};
  const running = new Set();
  const run = async (name) => {
    running.add(name);
    beside[name] = [...running].filter((other) => other !== name);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running.delete(name);
    return !failing.includes(name);
  };
  const failed = await runInLanes(suites, { lanes, run, skip: (name, need) => (skipped[name] = need) });
  return { order: Object.keys(beside), beside, skipped, failed };
}

test('no more than the lanes run at a time, in the order given', async () => {
  const { order, beside } = await observe({ one: {}, two: {}, three: {}, four: {} });
  assert.deepEqual(order, ['one', 'two', 'three', 'four']);
  assert.deepEqual(Object.values(beside).map(({ length }) => length), [0, 1, 1, 1]);
});

test('a suite waits for all that it needs', async () => {
  const { order, beside } = await observe({ last: { needs: ['first', 'second'] }, first: {}, second: {} });
  assert.deepEqual(order, ['first', 'second', 'last']);
  assert.deepEqual(beside.last, []);
});

test('a need that was not asked for is taken as there', async () => {
  assert.deepEqual((await observe({ alone: { needs: ['elsewhere'] } })).order, ['alone']);
});

test('suites that take turns go first and never side by side', async () => {
  const { order, beside } = await observe({ plain: {}, one: { turn: 'lock' }, two: { turn: 'lock' }, other: {} });
  assert.deepEqual(order.slice(0, 2), ['one', 'plain']);
  assert.ok(!beside.two.includes('one') && !beside.one.includes('two'));
});

test('a failure stops only those that need it, through others too', async () => {
  const suites = { bad: {}, above: { needs: ['bad'] }, top: { needs: ['above'] }, good: {} };
  const { order, skipped, failed } = await observe(suites, { failing: ['bad'] });
  assert.deepEqual(order, ['bad', 'good']);
  assert.deepEqual(skipped, { above: 'bad', top: 'above' });
  assert.deepEqual(failed, ['bad', 'above', 'top']);
});

test('suites that wait for each other are found out', async () => {
  await assert.rejects(observe({ one: { needs: ['two'] }, two: { needs: ['one'] } }), /each of these suites waits/);
});
