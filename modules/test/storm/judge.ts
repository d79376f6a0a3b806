import { accountOf } from './account';
import { delayIn, type Execution, executionsOf, nameOf } from './Execution';
import type { Storm, StormTask, Violation } from './Journal';
import { handOvers, type Interval, takeOvers } from './measures';

/** The most by which a run may begin before its moment, by the clock of the store: how exactly that clock is known. */
const EARLY_MS = 50;
/** A take-over after the lease: the check for stalled work each second, and the next due moment. */
const TAKE_OVER_MS = 2_000;
const HAND_OVER_MS = 1_000;

/** The promises that the journals of all processes of a storm break; empty when all of them hold. */
export function judge(storm: Storm): Violation[] {
  return [
    ...storm.tasks.flatMap((task) => {
      const executions = executionsOf(storm, nameOf(task));
      return [
        ...startedTwice(task, executions),
        ...twoAtOnce(task, executions),
        ...tokens(task, executions),
        ...early(storm, executions),
        ...notShared(task, executions),
        ...bursts(storm, task, executions),
        ...accountOf(storm, task, executions),
      ];
    }),
    ...tooLong('take-over', takeOvers(storm), storm.leaseMs + TAKE_OVER_MS),
    ...tooLong('hand-over', handOvers(storm), HAND_OVER_MS),
    ...exitCodes(storm),
  ];
}

const place = ({ life, began }: Execution): string => `in ${life.name} at ${began.toFixed(0)}`;

function startedTwice({ delivery, maxStarts = 3 }: StormTask, executions: readonly Execution[]): Violation[] {
  const allowed = delivery === 'at-least-once' ? maxStarts : 1;
  const starts = new Map<string, Execution[]>();
  for (const execution of executions) {
    starts.set(execution.run.tickId, [...(starts.get(execution.run.tickId) ?? []), execution]);
  }
  return [...starts].flatMap(([tickId, all]) =>
    all.length > allowed ? [{ rule: 'started twice', text: `${tickId} was started ${all.map(place).join(', ')}` }] : [],
  );
}

/** Two runs of a task in the same time, both of which had an effect after the second had begun. */
function twoAtOnce({ overlap }: StormTask, executions: readonly Execution[]): Violation[] {
  if (overlap === 'allow') return [];
  return executions.flatMap((first, index) =>
    executions.slice(index + 1).flatMap((second) => {
      if (second.began >= first.ended || second.effects.length === 0) return [];
      if (!first.effects.some((at) => at > second.began)) return [];
      return [{ rule: 'two at once' as const, text: `${first.run.tickId} and ${second.run.tickId} ${place(second)}` }];
    }),
  );
}

/** Each start has a token of its own, later runs have greater ones, and no effect comes after one with a greater token. */
function tokens({ overlap }: StormTask, executions: readonly Execution[]): Violation[] {
  const violations: Violation[] = [];
  const seen = new Set<string>();
  for (const { run, life } of executions) {
    if (seen.has(run.token)) violations.push({ rule: 'fencing token', text: `${run.token} twice, in ${life.name}` });
    seen.add(run.token);
  }
  if (overlap === 'allow') return violations;
  const effects = executions.flatMap(({ run, effects: times }) => times.map((at) => ({ at, run })));
  effects.sort((a, b) => a.at - b.at);
  let greatest = 0n;
  for (const { run } of effects) {
    const token = BigInt(run.token);
    if (token < greatest) {
      violations.push({ rule: 'fencing token', text: `${run.tickId} had an effect with ${token} after ${greatest}` });
    } else greatest = token;
  }
  return violations;
}

function early({ epoch }: Storm, executions: readonly Execution[]): Violation[] {
  return executions.flatMap(({ run, began }) => {
    const ms = run.scheduledAt - epoch - began;
    return run.trigger === 'schedule' && ms > EARLY_MS
      ? [{ rule: 'early' as const, text: `${run.tickId} began ${ms.toFixed(0)} ms before it was due` }]
      : [];
  });
}

/** All processes compute the same moments: they have one distance from each other. */
function notShared({ every }: StormTask, executions: readonly Execution[]): Violation[] {
  if (every === undefined) return [];
  const phases = new Set(
    executions.flatMap(({ run }) => (run.trigger === 'schedule' ? [run.scheduledAt % every] : [])),
  );
  return phases.size > 1
    ? [{ rule: 'not shared', text: `moments ${[...phases].join(', ')} ms after their anchor` }]
    : [];
}

/**
 * More starts of one task within an interval than the one that is due, and one that waited or makes up. Starts that a busy loop
 * has held up by its own account, or that were due before it was open, come together without one.
 */
function bursts(storm: Storm, { every }: StormTask, executions: readonly Execution[]): Violation[] {
  if (every === undefined) return [];
  const due = executions.filter(({ run }) => run.trigger !== 'manual');
  return due.flatMap((first, index) => {
    const third = due[index + 2];
    // A little less than an interval: three moments in a row, the first of them late, are no burst.
    if (third === undefined || third.began - first.began >= every * 0.9) return [];
    const from = first.run.scheduledAt - storm.epoch;
    if (delayIn(storm, { from, to: third.began }) > first.began - from - every) return [];
    const ms = (third.began - first.began).toFixed(0);
    return [{ rule: 'burst' as const, text: `3 starts in ${ms} ms, from ${first.run.tickId}` }];
  });
}

function tooLong(rule: 'take-over' | 'hand-over', intervals: readonly Interval[], limit: number): Violation[] {
  return intervals.flatMap(({ text, ms, delay }) =>
    ms > limit + delay
      ? [{ rule, text: `${text}: ${ms.toFixed(0)} ms, allowed are ${limit}, and ${delay.toFixed(0)} of a busy loop` }]
      : [],
  );
}

function exitCodes({ lives }: Storm): Violation[] {
  return lives.flatMap(({ name, killed, code }) =>
    killed || code === 0 ? [] : [{ rule: 'exit code' as const, text: `${name} ended with ${String(code)}` }],
  );
}
