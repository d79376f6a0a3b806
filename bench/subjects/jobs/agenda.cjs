'use strict';

const { peer } = require('../../support/peer.cjs');

const { Agenda } = peer('agenda');
const { RedisBackend } = peer('@agendajs/redis-backend');

async function start({ count, seconds, atOnce = false, onTick }) {
  const backend = new RedisBackend({
    connectionString: `redis://127.0.0.1:${process.env.REDIS_PORT}`,
    keyPrefix: `jobs:${process.pid}:${performance.now()}:`,
  });
  const agenda = new Agenda({ backend, processEvery: Math.min(seconds * 1_000, 1_000), defaultConcurrency: count });
  for (let index = 0; index < count; index++) agenda.define(`job ${index}`, async () => onTick());
  await agenda.start();
  for (let index = 0; index < count; index++) {
    await agenda.every(`${seconds} seconds`, `job ${index}`, undefined, { skipImmediate: !atOnce });
  }
  return async () => {
    await agenda.stop();
  };
}

module.exports = { start };
