'use strict';

const { start } = require('../timers/daemonry.cjs');

module.exports = {
  start: ({ seconds, atOnce = false, ...given }) =>
    start({ ...given, seconds }, { interval: seconds * 1_000, initialDelay: atOnce ? 0 : seconds * 1_000 }),
};
