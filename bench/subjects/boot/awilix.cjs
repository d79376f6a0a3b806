'use strict';

const { peer } = require('../../support/peer.cjs');
const { startByHand } = require('../../support/timers.cjs');

const { asClass, createContainer } = peer('awilix');

/** Dependencies by the names of the parameters; timers by hand. */
async function boot(daemons, services) {
  const container = createContainer({ injectionMode: 'CLASSIC' });
  for (const { name, Class } of [...services, ...daemons]) container.register(name, asClass(Class).singleton());
  const { stop } = await startByHand(daemons.map(({ name }) => container.resolve(name)));
  return {
    stop: async () => {
      stop();
      await container.dispose();
    },
  };
}

module.exports = { hook: 'startup', boot };
