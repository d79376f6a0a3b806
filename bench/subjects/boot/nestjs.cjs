'use strict';

const { decorateClass, decorateMethod } = require('../../support/decorate.cjs');
const { peer } = require('../../support/peer.cjs');
const { INTERVAL_MS } = require('../../support/timers.cjs');

peer('reflect-metadata');
const { Injectable, Module } = peer('@nestjs/common');
const { NestFactory } = peer('@nestjs/core');
const { Interval, ScheduleModule } = peer('@nestjs/schedule');

/** One provider a daemon, in one module, with `onModuleInit` and an `@Interval`. */
async function boot(daemons, services) {
  for (const service of services) decorateClass(service, Injectable());
  for (const daemon of daemons) {
    decorateMethod(daemon, 'tick', Interval(INTERVAL_MS));
    decorateClass(daemon, Injectable());
  }
  class Root {}
  const providers = [...services, ...daemons].map(({ Class }) => Class);
  Module({ imports: [ScheduleModule.forRoot()], providers })(Root);
  const app = await NestFactory.createApplicationContext(Root, { logger: false });
  return { stop: () => app.close() };
}

module.exports = { hook: 'onModuleInit', boot };
