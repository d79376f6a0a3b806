'use strict';

// node bench/history.cjs [seconds] [rounds]: 1,000 runs a second, 100 daemons every 100 ms, with their history in a file and
// without one, by turns. Prints the longest write, the longest hold of the loop, and the CPU a second, each as the least and the
// most of all rounds. A hold is the time for which nothing else got its turn; "own" is without the time for which the thread was
// ready and other programs had its core, as Linux counts it; "of a write" are the holds in which one was. Needs dist/.

const { mkdtempSync, readFileSync, rmSync, statSync } = require('node:fs');
const { cpus, tmpdir } = require('node:os');
const { join } = require('node:path');
const { performance, PerformanceObserver } = require('node:perf_hooks');

require('reflect-metadata');
const { BackgroundDaemon, createApplication, StateDatabase } = require('daemonry');

const { QUIET } = require('./support/app.cjs');

const [SECONDS, ROUNDS] = [Number(process.argv[2] ?? 20), Number(process.argv[3] ?? 3)];
const [DAEMONS, EVERY_MS, WARM_UP_MS] = [100, 100, 3_000];

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const rounded = (ms) => Math.round(ms * 100) / 100;
const part = (values, share) => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0;

/** Milliseconds for which this thread was ready to run, and had no core; 0 where that is not counted. */
function withoutCore() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ', 2)[1]) / 1e6;
  } catch {
    return 0;
  }
}

function daemonOf(index) {
  const { [`Daemon${index}`]: daemon } = {
    [`Daemon${index}`]: class {
      tick() {}
    },
  };
  // One run each millisecond.
  BackgroundDaemon({ interval: EVERY_MS, initialDelay: index })(daemon);
  return daemon;
}

async function measured(history, directory) {
  const app = await createApplication({
    ...QUIET,
    listeners: Array.from({ length: DAEMONS }, (_none, index) => daemonOf(index)),
    config: { ...QUIET.config, values: { ...QUIET.config.values, state: { directory }, ...history } },
  });
  await app.start();
  await wait(WARM_UP_MS);
  const writes = [];
  let hasWritten = false;
  if (history !== undefined) {
    const database = app.container.get(StateDatabase);
    const write = database.atOnce.bind(database);
    database.atOnce = (...given) => {
      const [began, lacked] = [performance.now(), withoutCore()];
      const result = write(...given);
      writes.push(performance.now() - began - (withoutCore() - lacked));
      hasWritten = true;
      return result;
    };
  }
  const holds = [];
  const ownHolds = [];
  const writeHolds = [];
  let [last, lackedLast] = [performance.now(), withoutCore()];
  const look = setInterval(() => {
    const [now, lacked] = [performance.now(), withoutCore()];
    const hold = Math.max(now - last - 1, 0);
    holds.push(hold);
    ownHolds.push(Math.max(hold - (lacked - lackedLast), 0));
    if (hasWritten) writeHolds.push(ownHolds.at(-1));
    hasWritten = false;
    [last, lackedLast] = [now, lacked];
  }, 1);
  const collections = [];
  const collected = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) collections.push(duration);
  });
  collected.observe({ entryTypes: ['gc'] });
  const cpu = process.cpuUsage();
  const [before, began] = [app.status(), performance.now()];
  await wait(SECONDS * 1_000);
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(look);
  collected.disconnect();
  const count = ({ listeners }) => listeners.reduce((sum, { tasks }) => sum + tasks[0].counters.succeeded, 0);
  const result = {
    'runs a second': Math.round((count(app.status()) - count(before)) / seconds),
    'CPU ms a second': rounded((user + system) / 1_000 / seconds),
    'hold ms longest': rounded(part(holds, 1)),
    'own hold ms p99.9': rounded(part(ownHolds, 0.999)),
    'own hold ms longest': rounded(part(ownHolds, 1)),
    'collection ms longest': rounded(part(collections, 1)),
    'of a write, own ms longest': rounded(part(writeHolds, 1)),
    'of a write, own ms p99': rounded(part(writeHolds, 0.99)),
    'write ms median': rounded(part(writes, 0.5)),
    'write ms longest': rounded(part(writes, 1)),
  };
  await app.stop();
  return result;
}

/** Each figure as the least and the most of all rounds. */
const ranges = (results) =>
  Object.fromEntries(
    Object.keys(results[0]).map((name) => {
      const values = results.map((result) => result[name]).toSorted((a, b) => a - b);
      return [name, `${values[0]}–${values.at(-1)}`];
    }),
  );

async function main() {
  const [without, kept] = [[], []];
  console.log(
    `${cpus()[0]?.model ?? ''}, ${cpus().length} cores, Node ${process.versions.node}, ${ROUNDS} × ${SECONDS} s`,
  );
  for (let round = 0; round < ROUNDS; round++) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-history-'));
    try {
      without.push(await measured(undefined, folder));
      kept.push(await measured({ history: { keep: '30d' } }, folder));
      console.log(`${Math.round(statSync(join(folder, 'bench.db')).size / 1_024)} KiB`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  console.table({ 'without history': ranges(without), 'with history': ranges(kept) });
}

void main().then(() => process.exit());
