'use strict';

const { declareClasses } = require('./shapes.cjs');

/** Boots twenty listeners and says so on the standard output, with the CPU time of the process so far; then it ends. */
async function coldStart({ hook, boot }) {
  const { daemons, services } = declareClasses('services', 20, hook);
  await boot(daemons, services);
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${JSON.stringify({ cpu: (user + system) / 1_000 })}\n`, () => process.exit());
}

module.exports = { coldStart };
