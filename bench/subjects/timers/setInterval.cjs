'use strict';

/** The limit: an interval each. */
async function start({ count, seconds, onTick }) {
  const timers = Array.from({ length: count }, () => setInterval(async () => onTick(), seconds * 1_000));
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

module.exports = { start };
