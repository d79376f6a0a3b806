'use strict';

const { startByHand } = require('../../support/timers.cjs');

/** The limit: every object made with `new`, dependencies first. */
async function boot(daemons, services) {
  const instances = new Map();
  for (const declared of [...services, ...daemons]) {
    const dependencies = declared.dependencies.map((dependency) => instances.get(dependency));
    instances.set(declared, new declared.Class(...dependencies));
  }
  return startByHand(daemons.map((daemon) => instances.get(daemon)));
}

module.exports = { hook: 'startup', boot };
