'use strict';

const { everyPattern } = require('../../support/cron.cjs');
const { peer } = require('../../support/peer.cjs');

const { Cron } = peer('croner');

async function start({ count, seconds, onTick }) {
  const jobs = Array.from({ length: count }, () => new Cron(everyPattern(seconds), async () => onTick()));
  return () => {
    for (const job of jobs) job.stop();
  };
}

module.exports = { start };
