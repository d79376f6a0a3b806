'use strict';

const { everyPattern } = require('../../support/cron.cjs');
const { peer } = require('../../support/peer.cjs');

const { schedule } = peer('node-cron');

async function start({ count, seconds, onTick }) {
  const tasks = Array.from({ length: count }, () => schedule(everyPattern(seconds), async () => onTick()));
  return async () => {
    for (const task of tasks) await task.destroy();
  };
}

module.exports = { start };
