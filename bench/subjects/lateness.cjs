'use strict';

const daemonry = require('./timers/daemonry.cjs');
const daemonryCron = require('./timers/daemonry-cron.cjs');
const { report } = require('../support/measure.cjs');

const SECOND = 1_000;
/** Bursts. */
const [WARM_UP, COUNTED] = [8, 5];

/** Timers that are armed for the next full second again and again, as a schedule without drift needs it. */
async function bare({ count, onTick }) {
  const next = Math.ceil(Date.now() / SECOND) * SECOND;
  const arm = (due) => {
    setTimeout(async () => {
      arm(due + SECOND);
      onTick(due);
    }, due - Date.now());
  };
  for (let index = 0; index < count; index++) arm(next);
  return () => undefined;
}

const SUBJECTS = { bare, daemonry: daemonry.start, 'daemonry-cron': daemonryCron.start };

/** Half of the loop's time is taken, five milliseconds at once. */
function loadTheLoop() {
  setInterval(() => {
    const until = performance.now() + 5;
    while (performance.now() < until);
  }, 10);
}

/** node lateness.cjs <subject> <count>: how late the ticks of a burst begin on a loaded loop, in milliseconds, once warm. */
async function main([subject, size]) {
  const count = Number(size);
  const late = [];
  let enough;
  const done = new Promise((resolve) => {
    enough = resolve;
  });
  let ticks = 0;
  const onTick = (due) => {
    if (++ticks > WARM_UP * count) late.push(Date.now() - Number(due));
    if (late.length === COUNTED * count) enough();
  };
  loadTheLoop();
  const stop = await SUBJECTS[subject]({ count, seconds: 1, onTick });
  await done;
  await stop();
  late.sort((a, b) => a - b);
  report({ p50: late[Math.floor(late.length * 0.5)], p99: late[Math.floor(late.length * 0.99)] });
}

void main(process.argv.slice(2)).then(() => process.exit());
