'use strict';

const { join } = require('node:path');

const { peer } = require('../../support/peer.cjs');

const Bree = peer('bree');

async function start({ count, seconds, atOnce = false, onTick }) {
  const jobs = Array.from({ length: count }, (_, index) => ({
    name: `job ${index}`,
    path: join(__dirname, 'breeWorker.cjs'),
    interval: seconds * 1_000,
    timeout: atOnce ? 0 : seconds * 1_000,
  }));
  const bree = new Bree({ root: false, logger: false, jobs, workerMessageHandler: () => onTick() });
  await bree.start();
  return () => bree.stop();
}

module.exports = { start };
