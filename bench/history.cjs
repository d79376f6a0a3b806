'use strict';

// node bench/history.cjs [seconds]: 1,000 runs a second, 100 daemons every 100 ms, with their history in a file and without
// one. Prints the longest write, the longest time for which nothing else got its turn, and the CPU a second. Needs dist/.

const { mkdtempSync, rmSync, statSync } = require('node:fs');
const { cpus, tmpdir } = require('node:os');
const { join } = require('node:path');
const { performance } = require('node:perf_hooks');

require('reflect-metadata');
const { BackgroundDaemon, createApplication, StateDatabase } = require('daemonry');

const { QUIET } = require('./support/app.cjs');

const SECONDS = Number(process.argv[2] ?? 20);
const [DAEMONS, EVERY_MS, WARM_UP_MS] = [100, 100, 3_000];

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const rounded = (ms) => Math.round(ms * 100) / 100;
const part = (values, share) => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0;

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
  if (history !== undefined) {
    const database = app.container.get(StateDatabase);
    const run = database.run.bind(database);
    database.run = (...given) => {
      const began = performance.now();
      const result = run(...given);
      writes.push(performance.now() - began);
      return result;
    };
  }
  const holds = [];
  let last = performance.now();
  const look = setInterval(() => {
    const now = performance.now();
    holds.push(Math.max(now - last - 1, 0));
    last = now;
  }, 1);
  const cpu = process.cpuUsage();
  const [before, began] = [app.status(), performance.now()];
  await wait(SECONDS * 1_000);
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(look);
  const count = ({ listeners }) => listeners.reduce((sum, { tasks }) => sum + tasks[0].counters.succeeded, 0);
  const result = {
    'runs a second': Math.round((count(app.status()) - count(before)) / seconds),
    'CPU ms a second': rounded((user + system) / 1_000 / seconds),
    'hold ms p99.9': rounded(part(holds, 0.999)),
    'hold ms longest': rounded(part(holds, 1)),
    'write ms median': rounded(part(writes, 0.5)),
    'write ms longest': rounded(part(writes, 1)),
  };
  await app.stop();
  return result;
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-history-'));
  try {
    console.log(`${cpus()[0]?.model ?? ''}, ${cpus().length} cores, Node ${process.versions.node}, ${SECONDS} s`);
    const without = await measured(undefined, folder);
    const kept = await measured({ history: { keep: '30d' } }, folder);
    console.table({ 'without history': without, 'with history': kept });
    console.log(`${Math.round(statSync(join(folder, 'bench.db')).size / 1_024)} KiB`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main().then(() => process.exit());
