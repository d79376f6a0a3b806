'use strict';

require('reflect-metadata');
const { Container, injectable } = require('inversify');

const { decorateClass } = require('../../support/decorate.cjs');
const { startByHand } = require('../../support/timers.cjs');

/** The container alone: the same classes as singletons, resolved, and timers by hand. */
async function boot(daemons, services) {
  for (const declared of [...services, ...daemons]) decorateClass(declared, injectable());
  const container = new Container();
  for (const { Class } of [...services, ...daemons]) container.bind(Class).toSelf().inSingletonScope();
  const { stop } = await startByHand(daemons.map(({ Class }) => container.get(Class)));
  return {
    stop: async () => {
      stop();
      await container.unbindAll();
    },
  };
}

module.exports = { hook: 'startup', boot };
