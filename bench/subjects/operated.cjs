'use strict';

const { execFileSync } = require('node:child_process');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const { BackgroundDaemon, createApplication } = require('daemonry');

const { QUIET } = require('../support/app.cjs');
const { measure, report } = require('../support/measure.cjs');
const { declareClasses } = require('../support/shapes.cjs');
const { decorateClass } = require('../support/decorate.cjs');
const { SteppedClock } = require('../support/SteppedClock.cjs');

const WARM_UP = 20_000;
const SECONDS = 5;

const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

/** The options of an application that has metrics, history and watchdog, or that has none of them. */
function optionsOf(subject, directory) {
  // Loaded by both: what a package costs by being in memory is told by the cold start.
  const { metricsModule } = require('@daemonry/modules/metrics');
  if (subject === 'plain') return QUIET;
  const values = {
    ...QUIET.config.values,
    state: { directory },
    history: { keep: '30d', flush: '2500ms' },
    watchdog: { after: '2s' },
  };
  return { ...QUIET, modules: [metricsModule()], config: { ...QUIET.config, values } };
}

/** Starts an application of so many daemons, which it declares before. */
async function boot(options, size) {
  const { daemons } = declareClasses('daemons', size, 'startup');
  for (const daemon of daemons) decorateClass(daemon, BackgroundDaemon({ name: daemon.name, interval: '5m' }));
  const { result, wall, cpu } = await measure(async () => {
    const app = await createApplication({ ...options, listeners: daemons.map(({ Class }) => Class) });
    await app.start();
    return app;
  });
  return { app: result, wall, cpu };
}

const PARTS = {
  /** Microseconds a tick, on a clock that is stepped by hand: of all threads, with the writes of the history. */
  async tick(options, size) {
    let count = 0;
    class Subject {
      async tick() {
        count++;
      }
    }
    BackgroundDaemon({ name: 'subject', interval: 10, overlap: 'allow' })(Subject);
    const clock = new SteppedClock();
    const app = await createApplication({ ...options, listeners: [Subject], clock });
    await app.start();
    const run = async (ticks) => {
      const target = count + ticks;
      while (count < target) {
        clock.step();
        // The writes of the history take turns of the loop; a second of runs has a few.
        if (count % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
        else await Promise.resolve();
      }
    };
    await run(WARM_UP);
    const { wall, cpu } = await measure(() => run(size));
    await app.stop();
    return { wall: (wall / size) * 1_000, cpu: (cpu / size) * 1_000 };
  },

  /** Leaves behind what the first start of an application makes: the tables of its state. */
  async first(options) {
    const app = await createApplication({ ...options, listeners: [] });
    await app.start();
    await app.stop();
  },

  /**
   * Milliseconds from the declared classes of so many daemons to their start, which is not the first one of the application:
   * in a process that has started nothing before, which loads and compiles what a boot needs, and again in the same process;
   * and the CPU of the first 5 s, with the first of them.
   */
  async boot(options, size, before) {
    before('first');
    const first = await boot(options, size);
    const after = await measure(() => wait(SECONDS));
    await first.app.stop();
    const again = await boot(options, size);
    await again.app.stop();
    const { wall, cpu } = first;
    return { wall, cpu, first: cpu + after.cpu, wallAgain: again.wall, cpuAgain: again.cpu };
  },

  /** Milliseconds of CPU a second while so many daemons wait for their next five minutes. */
  async idle(options, size) {
    const { daemons } = declareClasses('none', size, 'startup');
    for (const daemon of daemons) decorateClass(daemon, BackgroundDaemon({ name: daemon.name, interval: '5m' }));
    const app = await createApplication({ ...options, listeners: daemons.map(({ Class }) => Class) });
    await app.start();
    await wait(2);
    const { cpu } = await measure(() => wait(SECONDS));
    await app.stop();
    return { cpu: cpu / SECONDS };
  },
};

/** node operated.cjs <plain | daemonry> <tick | boot | idle> <size>: `daemonry` has metrics, history and watchdog. */
async function main([subject, part, size, given]) {
  const directory = given ?? mkdtempSync(join(tmpdir(), 'bench-operated-'));
  // In a process of its own, so that this one does everything for the first time.
  const before = (other) => execFileSync(process.execPath, [__filename, subject, other, size, directory]);
  try {
    const figures = await PARTS[part](optionsOf(subject, directory), Number(size), before);
    if (given === undefined) report(figures);
  } finally {
    if (given === undefined) rmSync(directory, { recursive: true, force: true });
  }
}

void main(process.argv.slice(2)).then(() => process.exit());
