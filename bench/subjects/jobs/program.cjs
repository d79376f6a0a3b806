'use strict';

const { measure, report, usedHeap } = require('../../support/measure.cjs');

const [DUE, WARM_UP, TIMED] = [20, 60, 100];

/** See jobs.cjs. */
async function main([subject, size]) {
  const { start } = require(`./${subject}.cjs`);
  const count = Number(size);
  let [seen, target, reached] = [0, 1, undefined];
  const onTick = () => {
    if (++seen === target) reached();
  };
  const ticks = (number) =>
    new Promise((resolve) => {
      [seen, target, reached] = [0, number, resolve];
    });

  const first = ticks(1);
  const stopFirst = await start({ count: 1, seconds: 300, atOnce: true, onTick });
  await first;
  report({ first: true });
  await stopFirst();

  const before = usedHeap();
  const stopWaiting = await start({ count, seconds: 300, onTick });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const heap = (usedHeap() - before) / 1_024;
  await stopWaiting();

  const warm = ticks(WARM_UP);
  const stopDue = await start({ count: DUE, seconds: 1, onTick });
  await warm;
  const { cpu } = await measure(() => ticks(TIMED));
  await stopDue();
  report({ heap, cpu: (cpu / TIMED) * 1_000 });
}

void main(process.argv.slice(2)).then(() => process.exit());
