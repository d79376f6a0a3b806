'use strict';

/** Options of an application that reads nothing and logs nothing: a line a listener is not what is compared. */
const QUIET = {
  name: 'bench',
  config: { directory: false, env: false, values: { logging: { level: 'error' } } },
  logger: { log: () => undefined },
};

module.exports = { QUIET };
