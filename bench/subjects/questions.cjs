'use strict';

const { boot } = require('./boot/daemonry.cjs');
const { measure, report } = require('../support/measure.cjs');
const { declareClasses } = require('../support/shapes.cjs');

const AGAIN = 5;

/** node questions.cjs daemonry <size>: what a large application costs when it is asked about itself for the first time. */
async function main([, size]) {
  const { daemons, services } = declareClasses('daemons', Number(size), 'startup');
  const { app, stop } = await boot(daemons, services);
  const plan = await measure(() => app.plan.listeners);
  const status = await measure(() => app.status());
  const statusAgain = await measure(() => {
    for (let call = 0; call < AGAIN; call++) app.status();
  });
  const health = await measure(() => app.health());
  await stop();
  report({
    plan: plan.wall,
    planCpu: plan.cpu,
    status: status.wall,
    statusCpu: status.cpu,
    statusAgain: statusAgain.wall / AGAIN,
    health: health.wall,
    healthCpu: health.cpu,
  });
}

void main(process.argv.slice(2));
