'use strict';

/** A pattern with seconds that is due as often as an interval of so many seconds or minutes. */
function everyPattern(seconds) {
  return seconds < 60 ? `*/${seconds} * * * * *` : `0 */${seconds / 60} * * * *`;
}

module.exports = { everyPattern };
