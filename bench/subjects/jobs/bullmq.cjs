'use strict';

const { peer } = require('../../support/peer.cjs');

const { Queue, Worker } = peer('bullmq');

async function start({ count, seconds, atOnce = false, onTick }) {
  const connection = { host: '127.0.0.1', port: Number(process.env.REDIS_PORT) };
  const name = `jobs-${process.pid}-${performance.now()}`;
  const queue = new Queue(name, { connection });
  const worker = new Worker(name, async () => onTick(), { connection, concurrency: count });
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  for (let index = 0; index < count; index++) {
    const startDate = Date.now() + (atOnce ? 0 : seconds * 1_000);
    await queue.upsertJobScheduler(`job ${index}`, { every: seconds * 1_000, startDate });
  }
  return async () => {
    await worker.close(true);
    await queue.obliterate({ force: true });
    await queue.close();
  };
}

module.exports = { start };
