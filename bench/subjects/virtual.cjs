'use strict';

const { measure, report } = require('../support/measure.cjs');

/** The least that virtual time can do: for each instant, await the handlers that are due, and let go once. */
async function bare({ count, seconds, hours, onTick }) {
  const daemons = Array.from({ length: count }, () => ({ tick: async () => onTick() }));
  return {
    advance: async () => {
      for (let instant = 0; instant < (hours * 3_600) / seconds; instant++) {
        await Promise.all(daemons.map((daemon) => daemon.tick()));
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    stop: () => undefined,
  };
}

/** The testing kit, as a test suite uses it. */
async function daemonry({ count, seconds, hours, onTick }) {
  const { BackgroundDaemon } = require('daemonry');
  const { createTestApplication } = require('daemonry/testing');
  const listeners = Array.from({ length: count }, (_, index) => {
    class Daemon {
      async tick() {
        onTick();
      }
    }
    BackgroundDaemon({ name: `daemon_${index}`, interval: seconds * 1_000 })(Daemon);
    return Daemon;
  });
  const app = await createTestApplication({ listeners });
  await app.start();
  return { advance: () => app.clock.advance(`${hours}h`), stop: () => app.stop() };
}

/** node virtual.cjs <subject> <daemons> <seconds between ticks> <hours>: lets so much virtual time pass. */
async function main([subject, ...numbers]) {
  const [count, seconds, hours] = numbers.map(Number);
  let ticks = 0;
  const { advance, stop } = await { bare, daemonry }[subject]({ count, seconds, hours, onTick: () => void ticks++ });
  const { wall, cpu } = await measure(advance);
  const expected = (count * hours * 3_600) / seconds;
  if (ticks !== expected) throw new Error(`${ticks} ticks instead of ${expected}`);
  await stop();
  report({ wall, cpu });
}

void main(process.argv.slice(2));
