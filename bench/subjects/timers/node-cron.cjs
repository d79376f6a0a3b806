'use strict';

const { everyPattern } = require('../../support/cron.cjs');
const { peer } = require('../../support/peer.cjs');

const { schedule } = peer('node-cron');

async function start({ count, seconds, onTick }) {
  const quiet = { suppressMissedWarning: true };
  const tasks = Array.from({ length: count }, () => schedule(everyPattern(seconds), async () => onTick(), quiet));
  return async () => {
    for (const task of tasks) await task.destroy();
  };
}

module.exports = { start };
