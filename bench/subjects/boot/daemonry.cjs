'use strict';

const { BackgroundDaemon, createApplication } = require('daemonry');

const { QUIET } = require('../../support/app.cjs');
const { decorateClass } = require('../../support/decorate.cjs');

/** Create, which plans and validates, and start. */
async function boot(daemons, services) {
  for (const daemon of daemons) decorateClass(daemon, BackgroundDaemon({ name: daemon.name, interval: '5m' }));
  const app = await createApplication({
    ...QUIET,
    listeners: daemons.map(({ Class }) => Class),
    services: services.map(({ Class }) => Class),
  });
  await app.start();
  return { app, stop: () => app.stop() };
}

module.exports = { hook: 'startup', boot };
