'use strict';

const daemonry = require('./daemonry.cjs');
const { everyPattern } = require('../../support/cron.cjs');

/** By cron, all are due at the same instant; an interval counts from when its own task was started. */
function start(request) {
  return daemonry.start(request, { cron: everyPattern(request.seconds) });
}

module.exports = { start };
