'use strict';

const { BackgroundDaemon, createApplication } = require('daemonry');

const { QUIET } = require('../../support/app.cjs');

async function start({ count, seconds, onTick }, schedule = { interval: seconds * 1_000 }) {
  const listeners = Array.from({ length: count }, (_, index) => {
    class Daemon {
      async tick({ scheduledAt }) {
        onTick(scheduledAt);
      }
    }
    BackgroundDaemon({ name: `daemon_${index}`, ...schedule })(Daemon);
    return Daemon;
  });
  const app = await createApplication({ ...QUIET, listeners });
  await app.start();
  return () => app.stop();
}

module.exports = { start };
