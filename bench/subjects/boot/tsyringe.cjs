'use strict';

const { decorateClass } = require('../../support/decorate.cjs');
const { peer } = require('../../support/peer.cjs');
const { startByHand } = require('../../support/timers.cjs');

peer('reflect-metadata');
const { container, singleton } = peer('tsyringe');

/** Dependencies by the types of the parameters; timers by hand. */
async function boot(daemons, services) {
  for (const declared of [...services, ...daemons]) decorateClass(declared, singleton());
  const { stop } = await startByHand(daemons.map(({ Class }) => container.resolve(Class)));
  return {
    stop: async () => {
      stop();
      await container.dispose();
    },
  };
}

module.exports = { hook: 'startup', boot };
