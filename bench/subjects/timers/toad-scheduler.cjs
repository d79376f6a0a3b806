'use strict';

const { peer } = require('../../support/peer.cjs');

const { AsyncTask, SimpleIntervalJob, ToadScheduler } = peer('toad-scheduler');

async function start({ count, seconds, onTick }) {
  const scheduler = new ToadScheduler();
  for (let index = 0; index < count; index++) {
    const task = new AsyncTask(`task ${index}`, async () => onTick());
    scheduler.addSimpleIntervalJob(new SimpleIntervalJob({ seconds }, task, { id: `job ${index}` }));
  }
  return () => scheduler.stop();
}

module.exports = { start };
