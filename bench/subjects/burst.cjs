'use strict';

const { measure, report } = require('../support/measure.cjs');

/**
 * Bursts. The first ones cost ten times as much, until the code is warm; and eight to nine seconds after a boot V8 collects, once and
 * on all threads, and drops code that it then compiles again.
 */
const [WARM_UP, TIMED, HELD] = [13, 5, 3];

/** What is further apart belongs to two bursts. */
const PAUSE_MS = 300;

/** The longest time between two turns of the loop until `done` resolves, in milliseconds. */
async function longestHold(done) {
  let [longest, isOver] = [0, false];
  let last = performance.now();
  const turn = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await done;
  isOver = true;
  return longest;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Microseconds a tick from the first to the last of each burst. */
function spansOf(instants) {
  const starts = instants.flatMap((instant, index) =>
    index > 0 && instant - instants[index - 1] < PAUSE_MS ? [] : [index],
  );
  return starts.map((from, burst) => {
    const to = (starts[burst + 1] ?? instants.length) - 1;
    return ((instants[to] - instants[from]) / (to - from + 1)) * 1_000;
  });
}

/**
 * node burst.cjs <subject> <count>: so many tasks that are due every second on real timers, all at about the same instant.
 * First the CPU time a tick, all that happens between two bursts included, and the time from the first to the last tick of a
 * burst; then how long a burst holds the loop.
 */
async function main([subject, size]) {
  const count = Number(size);
  let [target, reached, instants] = [Infinity, undefined, []];
  const onTick = () => {
    if (instants.push(performance.now()) === target) reached();
  };
  const bursts = (number) =>
    new Promise((resolve) => {
      [target, reached, instants] = [number * count, resolve, []];
    });
  const stop = await require(`./timers/${subject}.cjs`).start({ count, seconds: 1, onTick });
  await bursts(WARM_UP);
  const costs = [];
  const spans = [];
  for (let burst = 0; burst < TIMED; burst++) {
    costs.push((await measure(() => bursts(1))).cpu);
    spans.push(...spansOf(instants));
  }
  const holds = [];
  for (let burst = 0; burst < HELD; burst++) holds.push(await longestHold(bursts(1)));
  await stop();
  report({ cpu: (median(costs) / count) * 1_000, span: median(spans), hold: median(holds) });
}

void main(process.argv.slice(2)).then(() => process.exit());
