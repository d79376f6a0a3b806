import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { delayIn, executionsOf, nameOf } from '../Execution';
import type { Storm, StormTask } from '../Journal';
import { pause } from '../StormCluster';
import type { Scenario } from './Scenario';
import { OPEN, STEADY } from './tasks';

/** After the return of the store: the connection, and the next due moment. */
const RESUME_MS = 2_000 + 1_000;
/** A store that was never there: the engine is started again with pauses that double. */
const BACK_OFF_MS = 16_000;

function resumes(storm: Storm): string[] {
  return storm.deeds.flatMap(({ what, at }, index) =>
    what !== 'store-up'
      ? []
      : storm.tasks.flatMap((task) => {
          const next = executionsOf(storm, nameOf(task)).find(({ began }) => began > at);
          const ms = (next?.began ?? Infinity) - at;
          // A run that is lost with the store holds its slot until its lease is over.
          const held = task.overlap === 'allow' ? 0 : storm.leaseMs;
          const wasThere = storm.deeds.slice(0, index).some((deed) => deed.what === 'store-down');
          const limit = wasThere ? RESUME_MS + held + delayIn(storm, { from: at, to: at + ms }) : BACK_OFF_MS;
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

/** The keys that an engine keeps for good; all others are jobs, and lists of them. */
const KEPT_FOR_GOOD = /:(daemonry|meta|changes|revision|processes|running)$/;

/** A report twice a minute, soon and half a minute later, whose jobs expire in between: the hash of the task alone is left. */
function expiredStorm(): Scenario {
  const second = (new Date().getSeconds() + 20) % 30;
  const report: StormTask = {
    listener: 'report',
    task: 'tick',
    every: 30_000,
    cron: `${second},${second + 30} * * * * *`,
    misfire: 'run-once',
    works: 200,
  };
  return {
    name: 'expired',
    title: 'a restart after the kept jobs of a report have expired',
    options: { tasks: [{ ...report, every: undefined }] },
    play: async (cluster) => {
      await cluster.startAll(2, { tasks: [report] });
      await cluster.executor(report, 40_000);
      await pause(2_000);
      await Promise.all(cluster.alive.map((member) => cluster.stop(member)));
      const keys = redisCli(cluster.redis.port, 'KEYS', 'storm*').filter((key) => !KEPT_FOR_GOOD.test(key));
      redisCli(cluster.redis.port, 'DEL', ...keys);
      await cluster.startAll(2, { tasks: [report] });
      await pause(33_000);
    },
    check: (storm) => {
      const ran = executionsOf(storm, nameOf(report)).map(({ run }) => run.scheduledAt);
      const distances = ran.slice(1).map((at, index) => at - (ran[index] ?? at));
      return ran.length >= 2 && distances.every((ms) => ms === 30_000)
        ? []
        : [`the report ran ${ran.length} times, ${distances.join(' and ')} ms apart`];
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
      // Before any process is started: without the library none is left behind.
      const clocks = [{}, fakeTime({ FAKETIME: '+3s' }), fakeTime({ FAKETIME: '-3s' })];
      await Promise.all(clocks.map((env) => cluster.startAll(1, { env })));
      await pause(25_000);
    },
  },
  expiredStorm(),
];
