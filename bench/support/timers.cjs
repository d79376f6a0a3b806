'use strict';

const INTERVAL_MS = 300_000;

/** Starts the instances one after the other and gives each one an interval; returns what stops them. */
async function startByHand(instances) {
  const timers = [];
  for (const instance of instances) {
    await instance.startup();
    timers.push(
      setInterval(() => {
        instance.tick();
      }, INTERVAL_MS),
    );
  }
  return {
    stop: () => {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

module.exports = { INTERVAL_MS, startByHand };
