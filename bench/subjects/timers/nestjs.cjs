'use strict';

const { decorateMethod } = require('../../support/decorate.cjs');
const { peer } = require('../../support/peer.cjs');

peer('reflect-metadata');
const { Injectable, Module } = peer('@nestjs/common');
const { NestFactory } = peer('@nestjs/core');
const { Interval, ScheduleModule } = peer('@nestjs/schedule');

async function start({ count, seconds, onTick }) {
  const providers = Array.from({ length: count }, () => {
    class Daemon {
      async tick() {
        onTick();
      }
    }
    decorateMethod({ Class: Daemon }, 'tick', Interval(seconds * 1_000));
    Injectable()(Daemon);
    return Daemon;
  });
  class Root {}
  Module({ imports: [ScheduleModule.forRoot()], providers })(Root);
  const app = await NestFactory.createApplicationContext(Root, { logger: false });
  return () => app.close();
}

module.exports = { start };
