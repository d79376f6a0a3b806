import { AWAKE_MS, executionsOf, nameOf, spansOf } from '../Execution';
import type { Storm } from '../Journal';
import { pause } from '../StormCluster';
import type { Scenario } from './Scenario';
import { AGAIN, LEADER, OPEN, STEADY } from './tasks';

/** Bodies that were in flight in two processes at a time, and not because their process was frozen. */
function heldTwice(storm: Storm): string[] {
  const bodies = executionsOf(storm, nameOf(LEADER));
  return bodies.flatMap(({ run, life, ended }, index) => {
    const next = bodies[index + 1];
    const thawed = spansOf(storm, 'freeze', 'thaw', life.name).some(({ to }) => to < ended && ended < to + AWAKE_MS);
    if (next === undefined || thawed || next.began >= ended) return [];
    return [`${run.tickId} and ${next.run.tickId} held it for ${(ended - next.began).toFixed(0)} ms at the same time`];
  });
}

/** Storms of processes: they are killed, stopped, frozen and cut off. */
export const PROCESS_STORMS: readonly Scenario[] = [
  {
    name: 'kill-2',
    title: '2 × kill -9 of the process that runs',
    short: true,
    options: { tasks: [STEADY, OPEN, AGAIN] },
    play: async (cluster) => {
      await cluster.startAll(3);
      for (let kill = 0; kill < 2; kill++) {
        await pause(5_000);
        await cluster.kill(await cluster.executor(STEADY));
        await pause(5_000);
        await cluster.startAll(1);
        await pause(5_000);
      }
    },
  },
  {
    name: 'kill-12',
    title: '12 × kill -9 of the process that runs, every 1.5 s',
    options: { tasks: [STEADY, OPEN, AGAIN] },
    play: async (cluster) => {
      await cluster.startAll(3);
      await pause(3_000);
      for (let kill = 0; kill < 12; kill++) {
        await cluster.kill(await cluster.executor(OPEN));
        await cluster.start();
        await pause(1_500);
      }
      await pause(12_000);
    },
  },
  {
    name: 'stop-all',
    title: '4 × SIGTERM of all, with replacements',
    short: true,
    options: { tasks: [STEADY, OPEN] },
    play: async (cluster) => {
      await cluster.startAll(3);
      for (let round = 0; round < 4; round++) {
        await pause(4_000);
        const old = cluster.alive;
        await cluster.startAll(3);
        await Promise.all(old.map((member) => cluster.stop(member)));
      }
      await pause(3_000);
    },
  },
  {
    name: 'freeze',
    title: 'SIGSTOP of the process that runs, for 40 s',
    options: { tasks: [STEADY, OPEN] },
    play: async (cluster) => {
      await cluster.startAll(3);
      await pause(5_000);
      await cluster.freeze(await cluster.executor(STEADY), 40_000);
      await pause(6_000);
    },
  },
  {
    name: 'partition',
    title: 'the process that runs is cut off for 20 s',
    short: true,
    options: { tasks: [STEADY, OPEN] },
    play: async (cluster) => {
      await cluster.startAll(3);
      await pause(5_000);
      await cluster.partition(await cluster.executor(STEADY), 20_000);
      await pause(5_000);
    },
  },
  {
    name: 'holder',
    title: 'the holder of a `run` body killed, cut off, frozen and stopped',
    short: true,
    options: { tasks: [LEADER] },
    play: async (cluster) => {
      await cluster.startAll(3);
      await pause(3_000);
      await cluster.kill(await cluster.executor(LEADER));
      await cluster.startAll(1);
      await pause(9_000);
      await cluster.partition(await cluster.executor(LEADER), 12_000);
      await pause(3_000);
      await cluster.freeze(await cluster.executor(LEADER), 12_000);
      await pause(3_000);
      await cluster.stop(await cluster.executor(LEADER));
      await pause(3_000);
    },
    check: heldTwice,
  },
  {
    name: 'restart-at-once',
    title: 'kill -9 of the only process, and a restart within a second',
    short: true,
    options: { tasks: [STEADY, OPEN] },
    play: async (cluster) => {
      await cluster.startAll(1);
      for (let round = 0; round < 3; round++) {
        await pause(3_000);
        await cluster.kill(await cluster.executor(STEADY));
        await cluster.startAll(1);
        // A take-over may last as long as the lease and two seconds more; the run that shows it is within a second of that.
        await pause(8_000);
      }
    },
  },
];
