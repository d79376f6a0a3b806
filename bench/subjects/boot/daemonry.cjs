'use strict';

const { BackgroundDaemon, createApplication } = require('daemonry');

const { decorateClass } = require('../../support/decorate.cjs');

/** Quiet, as the others are: a line a listener is not what is compared. */
async function boot(daemons, services) {
  for (const daemon of daemons) decorateClass(daemon, BackgroundDaemon({ name: daemon.name, interval: '5m' }));
  const app = await createApplication({
    name: 'bench',
    listeners: daemons.map(({ Class }) => Class),
    services: services.map(({ Class }) => Class),
    config: { directory: false, env: false, values: { logging: { level: 'error' } } },
    logger: { log: () => undefined },
  });
  await app.start();
  return () => app.stop();
}

module.exports = { hook: 'startup', boot };
