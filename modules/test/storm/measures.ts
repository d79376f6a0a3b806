import { delayIn, type Execution, executionsOf, nameOf, openSpan } from './Execution';
import type { Storm } from './Journal';

/** A time that is promised to be short. */
export interface Interval {
  readonly text: string;
  /** `Infinity` when it did not end. */
  readonly ms: number;
  /** The longest time for which an event loop stood still in it. */
  readonly delay: number;
}

const TAKEN = new Set(['kill', 'freeze', 'partition']);

/**
 * How long it took until another process went on with a task whose run was in flight in a process that was killed, frozen
 * or cut off.
 */
export function takeOvers(storm: Storm): Interval[] {
  return storm.deeds.flatMap(({ what, to, at }) =>
    to === undefined || !TAKEN.has(what)
      ? []
      : storm.tasks.flatMap((task) => {
          if (task.overlap === 'allow') return [];
          const executions = executionsOf(storm, nameOf(task));
          const held = executions.find(({ life, began, ended }) => life.name === to && began <= at && at <= ended);
          if (held === undefined) return [];
          const next = executions.find(({ life, began }) => life.name !== to && began > at);
          return [interval(storm, `${nameOf(task)} after ${what} of ${to}`, at, next)];
        }),
  );
}

/**
 * How long it took until another process went on with a body, or with the ticks of a task, after its process was asked to
 * stop: from the end of the run in flight, the next due moment, or the moment at which another process was there.
 */
export function handOvers(storm: Storm): Interval[] {
  return storm.deeds.flatMap(({ what, to, at }) =>
    what !== 'stop' || to === undefined
      ? []
      : storm.tasks.flatMap((task) => {
          const executions = executionsOf(storm, nameOf(task));
          const last = executions.filter(({ life, began }) => life.name === to && began <= at).at(-1);
          const next = executions.find(({ life, began }) => life.name !== to && began > at);
          // Nothing is handed over by a process that was not the last to work.
          if (
            last === undefined ||
            executions.some(({ began, life }) => life.name !== to && began > last.began && began <= at)
          )
            return [];
          const heirs = storm.lives.flatMap((life) => {
            const span = life.name === to ? undefined : openSpan(life);
            return span !== undefined && span.to > at ? [span.from] : [];
          });
          const due = next === undefined ? 0 : next.run.scheduledAt - storm.epoch;
          const from = Math.max(at, last.ended, Math.min(...heirs), task.task === 'run' ? 0 : due);
          if (from === Infinity) return [];
          return [interval(storm, `${nameOf(task)} after the stop of ${to}`, from, next)];
        }),
  );
}

function interval(storm: Storm, text: string, from: number, next: Execution | undefined): Interval {
  const to = next?.began ?? Infinity;
  return { text, ms: to - from, delay: delayIn(storm, { from, to }) };
}

/** The figures of a storm that its table shows. */
export interface Figures {
  readonly started: number;
  readonly records: Readonly<Record<string, number>>;
  /** The longest time between two starts of a task that is due each second or more often. */
  readonly gapMs: number;
  readonly lateMedianMs: number;
  readonly lateMaxMs: number;
  readonly takeOverMs: number | undefined;
  readonly handOverMs: number | undefined;
  readonly delayMs: number;
}

export function figuresOf(storm: Storm): Figures {
  const all = storm.tasks.map((task) => ({ task, executions: executionsOf(storm, nameOf(task)) }));
  const late = all
    .flatMap(({ executions }) => executions)
    .filter(({ run }) => run.trigger === 'schedule')
    .map(({ run, began }) => began - (run.scheduledAt - storm.epoch))
    .sort((a, b) => a - b);
  const gaps = all.flatMap(({ task, executions }) =>
    task.every === undefined || task.every > 1_000
      ? []
      : executions.slice(1).map(({ began }, index) => began - (executions[index]?.began ?? began)),
  );
  const delays = storm.lives.flatMap(({ facts }) => facts.flatMap((fact) => (fact.fact === 'delay' ? [fact.ms] : [])));
  const records: Record<string, number> = {};
  for (const { facts } of storm.lives) {
    for (const fact of facts) {
      if (fact.fact !== 'record') continue;
      const { outcome = 'none', reason } = fact.record;
      const word = reason ?? outcome;
      records[word] = (records[word] ?? 0) + 1;
    }
  }
  const most = (intervals: readonly Interval[]): number | undefined =>
    intervals.length === 0 ? undefined : Math.max(...intervals.map(({ ms }) => ms));
  return {
    started: all.reduce((sum, { executions }) => sum + executions.length, 0),
    records,
    gapMs: Math.max(0, ...gaps),
    lateMedianMs: late[Math.floor(late.length / 2)] ?? 0,
    lateMaxMs: late.at(-1) ?? 0,
    takeOverMs: most(takeOvers(storm)),
    handOverMs: most(handOvers(storm)),
    delayMs: Math.max(0, ...delays),
  };
}
