'use strict';

const { measure, report } = require('../support/measure.cjs');

const SECONDS = 3;

const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

/** node idle.cjs <subject> <count>: milliseconds of CPU a second while so many tasks wait for their next five minutes. */
async function main([subject, size]) {
  const stop = await require(`./timers/${subject}.cjs`).start({ count: Number(size), seconds: 300, onTick: () => {} });
  await wait(2);
  const { cpu } = await measure(() => wait(SECONDS));
  await stop();
  report({ cpu: cpu / SECONDS });
}

void main(process.argv.slice(2)).then(() => process.exit());
