import { delayIn, executionsOf, nameOf, openSpan } from '../Execution';
import { monotonicMs, type Storm, type StormTask } from '../Journal';
import { pause, type StormCluster } from '../StormCluster';
import type { Scenario } from './Scenario';
import { STEADY } from './tasks';

const LONG: StormTask = { listener: 'pair', task: 'tick', every: 10_000, works: 8_000 };
const SHORT: StormTask = { listener: 'pair', task: 'short', every: 1_000, works: 50 };

const CROWD = Array.from({ length: 50 }, (_none, index): StormTask => {
  return { listener: `crowd_${index}`, task: 'tick', every: 5_000, cron: '*/5 * * * * *', works: 20 };
});

const BUSY: readonly StormTask[] = [
  { listener: 'skips', task: 'tick', every: 1_000, works: 8_500 },
  { listener: 'waits', task: 'tick', every: 1_000, works: 3_500, overlap: 'queue-one' },
  { listener: 'deaf', task: 'tick', every: 1_000, works: 4_500, deaf: true },
];

/** Without `every`: the schedule changes, and is looked at by the scenario itself. */
const CHANGED: StormTask = { listener: 'changed', task: 'tick', works: 100 };
const REMOVED: StormTask = { listener: 'removed', task: 'tick', every: 1_000, works: 100 };
const OLD = [{ ...CHANGED, every: 1_000 }, REMOVED];
const NEW = [{ ...CHANGED, every: 4_000 }];

async function roll(cluster: StormCluster, tasks: readonly StormTask[]): Promise<number> {
  const began = monotonicMs();
  for (const old of cluster.alive) {
    await cluster.startAll(1, { tasks });
    await pause(2_000);
    await cluster.stop(old);
  }
  return began;
}

function deployStorm(): Scenario {
  const turns: number[] = [];
  return {
    name: 'deploy',
    title: 'a rolling deployment with another schedule and a removed task, and its roll back',
    options: { tasks: [CHANGED, { ...REMOVED, every: undefined }] },
    play: async (cluster) => {
      await cluster.startAll(3, { tasks: OLD });
      await pause(5_000);
      turns.push(await roll(cluster, NEW), monotonicMs());
      await pause(12_000);
      turns.push(await roll(cluster, OLD));
      await pause(8_000);
    },
    check: (storm) => {
      const [toNew = 0, isNew = 0, toOld = 0] = turns;
      const ends = Math.max(...storm.lives.map(({ ended }) => ended)) - 1_000;
      return [
        ...distances(storm, decidesAfter(storm, toNew), toOld, 4_000, 'after the deployment'),
        ...distances(storm, decidesAfter(storm, toOld), ends, 1_000, 'after the roll back'),
        ...executionsOf(storm, nameOf(REMOVED))
          .filter(({ began }) => began > isNew && began < toOld)
          .map(({ run }) => `${run.tickId} ran although no process has the task`),
      ];
    },
  };
}

/** When the first process that was started after an instant decides: it is open, and the others have heard of it. */
function decidesAfter({ lives }: Storm, turn: number): number {
  const opened = lives.flatMap((life) => openSpan(life)?.from ?? []).filter((at) => at > turn);
  return Math.min(...opened) + 3_000;
}

/** The starts of the changed task that are not at the distance of the schedule that decides. */
function distances(storm: Storm, from: number, to: number, every: number, when: string): string[] {
  const moments = executionsOf(storm, nameOf(CHANGED))
    .filter(({ began }) => began > from && began < to)
    .map(({ run }) => run.scheduledAt);
  if (moments.length < 2) return [`${moments.length} starts ${when}`];
  return moments.slice(1).flatMap((at, index) => {
    const distance = at - (moments[index] ?? at);
    return distance === every ? [] : [`moments ${distance} ms apart ${when}, instead of ${every}`];
  });
}

/** Schedules, and what operators and deployments do with them. */
export const SCHEDULE_STORMS: readonly Scenario[] = [
  deployStorm(),
  {
    name: 'crowd',
    title: '50 tasks due at one instant, in 3 processes',
    short: true,
    options: { tasks: CROWD },
    play: async (cluster) => {
      await cluster.startAll(3);
      await pause(21_000);
    },
  },
  {
    name: 'siblings',
    title: 'a long and a short task of one listener',
    options: { tasks: [LONG, SHORT] },
    play: async (cluster) => {
      await cluster.startAll(3);
      await pause(30_000);
    },
    check: (storm) =>
      executionsOf(storm, nameOf(SHORT)).flatMap(({ run, began }) => {
        const due = run.scheduledAt - storm.epoch;
        const late = began - due;
        return late > 900 + delayIn(storm, { from: due, to: began })
          ? [`${run.tickId} waited ${late.toFixed(0)} ms`]
          : [];
      }),
  },
  {
    name: 'long-run',
    title: 'runs that are longer than their interval',
    short: true,
    options: { tasks: BUSY },
    play: async (cluster) => {
      await cluster.startAll(3);
      await pause(28_000);
    },
  },
  {
    name: 'trigger-paused',
    title: 'paused by one process, triggered by another, resumed by a third',
    short: true,
    options: { tasks: [{ ...STEADY, works: 100 }] },
    play: async (cluster) => {
      const [first, second, third] = await cluster.startAll(3);
      await pause(3_000);
      cluster.note('pause');
      first?.order('pause', STEADY.listener, STEADY.task);
      await pause(5_000);
      second?.order('trigger', STEADY.listener, STEADY.task);
      await pause(3_000);
      cluster.note('resume');
      third?.order('resume', STEADY.listener, STEADY.task);
      await pause(5_000);
    },
    check: (storm) => {
      const at = (deed: string): number => storm.deeds.find(({ what }) => what === deed)?.at ?? 0;
      const ran = executionsOf(storm, nameOf(STEADY));
      const inPause = ran.filter(({ began }) => began > at('pause') + 1_000 && began < at('resume'));
      const manual = inPause.filter(({ run }) => run.trigger === 'manual').length;
      const answers = storm.lives.flatMap(({ facts }) =>
        facts.flatMap((fact) => (fact.fact === 'answer' ? [fact.text] : [])),
      );
      return [
        ...(manual === 1 ? [] : [`${manual} manual runs in the pause`]),
        ...(inPause.length === manual ? [] : [`${inPause.length - manual} other runs in the pause`]),
        ...(ran.some(({ began }) => began > at('resume')) ? [] : ['nothing ran after the pause']),
        ...answers.filter((text) => /failed:|"outcome":"(?!succeeded)/.test(text)),
      ];
    },
  },
];
