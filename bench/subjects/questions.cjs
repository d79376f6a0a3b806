'use strict';

const { boot } = require('./boot/daemonry.cjs');
const { measure, report } = require('../support/measure.cjs');
const { declareClasses } = require('../support/shapes.cjs');

const AGAIN = 5;

/** Milliseconds of the first call, and of a later one on average. */
async function ask(question) {
  const first = await measure(question);
  const later = await measure(async () => {
    for (let call = 0; call < AGAIN; call++) await question();
  });
  return { first: first.wall, later: later.wall / AGAIN };
}

/** node questions.cjs daemonry <size>: what a large application costs when it is asked about itself. */
async function main([, size]) {
  const { daemons, services } = declareClasses('daemons', Number(size), 'startup');
  const { app, stop } = await boot(daemons, services);
  const plan = await ask(() => app.plan.listeners);
  const status = await ask(() => app.status());
  const health = await ask(() => app.health());
  await stop();
  report({
    plan: plan.first,
    planLater: plan.later,
    status: status.first,
    statusLater: status.later,
    health: health.first,
    healthLater: health.later,
  });
}

void main(process.argv.slice(2));
