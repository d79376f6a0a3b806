'use strict';

const { measure, report } = require('../support/measure.cjs');

const WARM_UP = 20_000;

/** A loop that awaits an empty handler. */
async function bare() {
  let count = 0;
  const daemon = { tick: async () => void count++ };
  return {
    run: async (ticks) => {
      const target = count + ticks;
      while (count < target) await daemon.tick();
    },
    stop: () => undefined,
  };
}

/** All that a tick brings: due moment, run, async context, timeout, ledger, events. */
async function daemonry() {
  const { BackgroundDaemon, createApplication } = require('daemonry');
  const { QUIET } = require('../support/app.cjs');
  const { SteppedClock } = require('../support/SteppedClock.cjs');
  let count = 0;
  class Subject {
    async tick() {
      count++;
    }
  }
  // One run may begin before the one before has been recorded: the loop yields once, as the bare one does.
  BackgroundDaemon({ name: 'subject', interval: '1s', overlap: 'allow' })(Subject);
  const clock = new SteppedClock();
  const app = await createApplication({ ...QUIET, listeners: [Subject], clock });
  await app.start();
  return {
    run: async (ticks) => {
      const target = count + ticks;
      while (count < target) {
        clock.step();
        await Promise.resolve();
      }
    },
    stop: async () => {
      const [last] = app.runs('subject', { limit: 1 });
      if (last?.outcome !== 'succeeded') throw new Error(`the last run has not settled: ${last?.outcome}`);
      await app.stop();
    },
  };
}

/** node tick.cjs <subject> <ticks>: microseconds a tick on a clock that is stepped by hand, once warm. */
async function main([subject, size]) {
  const ticks = Number(size);
  const { run, stop } = await { bare, daemonry }[subject]();
  await run(WARM_UP);
  const { wall, cpu } = await measure(() => run(ticks));
  await new Promise((resolve) => setImmediate(resolve));
  await stop();
  report({ wall: (wall / ticks) * 1_000, cpu: (cpu / ticks) * 1_000 });
}

void main(process.argv.slice(2));
