import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { executionsOf, nameOf } from '../Execution';
import type { Storm, StormTask } from '../Journal';
import { pause } from '../StormCluster';
import type { Scenario } from './Scenario';
import { OPEN, STEADY } from './tasks';

/** After the return of the store: the connection, and the next due moment. */
const RESUME_MS = 2_000 + 1_000;

function resumes(storm: Storm): string[] {
  return storm.deeds.flatMap(({ what, at }) =>
    what !== 'store-up'
      ? []
      : storm.tasks.flatMap((task) => {
          const next = executionsOf(storm, nameOf(task)).find(({ began }) => began > at);
          const ms = (next?.began ?? Infinity) - at;
          // A run that is lost with the store holds its slot until its lease is over.
          const limit = task.overlap === 'allow' ? RESUME_MS : RESUME_MS + storm.leaseMs;
          return ms > limit ? [`${nameOf(task)} resumed ${ms.toFixed(0)} ms after the store returned`] : [];
        }),
  );
}

/** The library that shows a process another time; installed with Debian's package `faketime`. */
function fakeTime(time: Readonly<Record<string, string>>): Record<string, string> {
  const folder = readdirSync('/usr/lib').find((name) => existsSync(join('/usr/lib', name, 'faketime')));
  if (folder === undefined) throw new Error('libfaketime is not installed: apt-get install faketime');
  return {
    LD_PRELOAD: join('/usr/lib', folder, 'faketime/libfaketimeMT.so.1'),
    // Timers, and the time of the journals, stay as they are.
    DONT_FAKE_MONOTONIC: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    ...time,
  };
}

const REPORT: StormTask = {
  listener: 'report',
  task: 'tick',
  cron: '0 17 * * 1-5',
  misfire: 'run-once',
  works: 200,
};
/** A Friday and the Monday after it, ten seconds before the report. */
const FRIDAY = Date.UTC(2026, 10, 27, 16, 59, 50);
const MONDAY = Date.UTC(2026, 10, 30, 16, 59, 50);

function weekendStorm(): Scenario {
  const folder = mkdtempSync(join(tmpdir(), 'daemonry-weekend-'));
  const file = join(folder, 'time');
  const setTime = (to: number): void => {
    const seconds = (to - Date.now()) / 1_000;
    writeFileSync(file, `${seconds < 0 ? '' : '+'}${seconds.toFixed(1)}s`);
  };
  return {
    name: 'weekend',
    title: 'a weekday report over a weekend, with its kept jobs expired',
    options: {
      tasks: [REPORT],
      jumps: true,
      env: () => fakeTime({ FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1' }),
      before: () => {
        setTime(FRIDAY);
      },
    },
    play: async (cluster) => {
      await cluster.startAll(2);
      await pause(14_000);
      // Retention has removed every job of the task: its hash alone remembers that Friday's moment was started.
      const keys = redisCli(cluster.redis.port, 'KEYS', 'storm*');
      const jobs = keys.filter((key) => /:(completed|failed|events|report[^:]*@?[^:]*\d{10,}.*)$/.test(key));
      if (jobs.length > 0) redisCli(cluster.redis.port, 'DEL', ...jobs);
      await Promise.all(cluster.alive.map((member) => cluster.stop(member)));
      setTime(MONDAY);
      await cluster.startAll(2);
      await pause(14_000);
      rmSync(folder, { recursive: true, force: true });
    },
    check: (storm) => {
      const ran = executionsOf(storm, nameOf(REPORT)).map(({ run }) => new Date(run.scheduledAt).toISOString());
      const due = ['2026-11-27T17:00:00.000Z', '2026-11-30T17:00:00.000Z'];
      return String(ran) === String(due) ? [] : [`the report ran for ${String(ran)}, and was due at ${String(due)}`];
    },
  };
}

function redisCli(port: number, ...command: readonly string[]): string[] {
  return execFileSync('redis-cli', ['-p', String(port), ...command], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

/** Storms of the store and of clocks. */
export const STORE_STORMS: readonly Scenario[] = [
  {
    name: 'redis-restart',
    title: 'Redis killed for 4 s',
    short: true,
    options: { tasks: [STEADY, OPEN] },
    play: async (cluster) => {
      await cluster.startAll(3);
      await pause(5_000);
      await cluster.storeDown();
      await pause(4_000);
      await cluster.storeUp();
      await pause(15_000);
    },
    check: resumes,
  },
  {
    name: 'redis-away',
    title: 'Redis not there at the boot, and later for a minute',
    options: { tasks: [STEADY, OPEN], store: false },
    play: async (cluster) => {
      await cluster.startAll(3);
      await pause(8_000);
      await cluster.storeUp();
      await pause(12_000);
      await cluster.storeDown();
      await pause(60_000);
      await cluster.storeUp();
      await pause(12_000);
    },
    check: resumes,
  },
  {
    name: 'skew',
    title: 'clocks three seconds fast and three seconds slow',
    options: { tasks: [STEADY, OPEN] },
    play: async (cluster) => {
      await Promise.all([
        cluster.startAll(1),
        cluster.startAll(1, { env: fakeTime({ FAKETIME: '+3s' }) }),
        cluster.startAll(1, { env: fakeTime({ FAKETIME: '-3s' }) }),
      ]);
      await pause(25_000);
    },
  },
  weekendStorm(),
];
