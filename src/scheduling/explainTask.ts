import type { PeriodicTaskSpec, TaskSchedule } from '../contracts/entries';
import type { RunRecord } from '../contracts/RunRecord';
import type { ExplanationVerdict, ScheduleExplanation } from '../contracts/Scheduler';
import { isoText } from '../time/instant';
import type { DueTimer } from './DueTimer';
import type { TaskHistory } from './InMemoryRunLedger';
import type { TaskLabel } from './runs';
import type { HeldMoment, TaskHolds } from './TaskHolds';
import { describeSchedule, nextDue, previousDue } from './when';

/** The facts about a task that an instant is explained from. Instants are epoch milliseconds. */
interface TaskFacts {
  readonly label: TaskLabel;
  readonly schedule: TaskSchedule;
  readonly at: number;
  readonly now: number;
  /** True when `at` is a due moment of the schedule. */
  readonly isDue: boolean;
  /** The last due moment before `at`. */
  readonly previous: number | undefined;
  /** The first due moment after `at`. */
  readonly next: number | undefined;
  /** The next due moment that will be kept; `Infinity` when there is none. */
  readonly upcoming: number;
  /** Oldest first. */
  readonly records: readonly RunRecord[];
  /** The hold on the instant, as things are, if it is a due moment to come. */
  readonly hold: HeldMoment | undefined;
}

/** Explains what happened, or will happen, to a task at an instant. */
function explainTask(facts: TaskFacts): ScheduleExplanation {
  const { label, schedule, at, previous, next } = facts;
  const record = facts.records.findLast((candidate) => standsFor(candidate, facts));
  const verdict = judge(facts, record);
  return {
    listener: label.listener,
    task: label.task,
    at: isoText(at),
    verdict,
    text: `${label.path} (${describeSchedule(schedule)}) ${TEXTS[verdict](facts, record)}.`,
    ...(record === undefined ? {} : { record }),
    ...(previous === undefined ? {} : { previousDueAt: isoText(previous) }),
    ...(next === undefined ? {} : { nextDueAt: isoText(next) }),
  };
}

/** {@link explainTask} for a task whose due moments are kept. */
export function explainScheduled(
  facts: Pick<TaskFacts, 'label' | 'schedule' | 'now'> & {
    readonly holds: TaskHolds | undefined;
    readonly timer: Pick<DueTimer, 'around' | 'next'>;
    readonly isOpen: boolean;
    readonly history: Pick<TaskHistory, 'runs'>;
  },
  at: number,
): ScheduleExplanation {
  const { timer, isOpen, history, holds } = facts;
  const { previous, next } = timer.around(at - 1);
  const isDue = next === at;
  return explainTask({
    ...facts,
    at,
    isDue,
    previous,
    next: isDue ? timer.around(at).next : next,
    upcoming: isOpen ? timer.next : Infinity,
    hold: isDue ? holds?.holdOf(at, (from) => timer.around(from - 1).next) : undefined,
    records: history.runs.map((run) => run.record),
  });
}

/** {@link explainTask} for a task that is not scheduled: its intervals are taken to begin now. */
export function explainIdleTask(
  listener: string,
  spec: PeriodicTaskSpec,
  at: number,
  now: number,
): ScheduleExplanation {
  const { schedule, name: task } = spec;
  const next = nextDue(schedule, now, at - 1);
  const isDue = next === at;
  const following = isDue ? nextDue(schedule, now, at) : next;
  return explainTask({
    label: { listener, task, path: `${listener}.${task}` },
    schedule,
    at,
    now,
    isDue,
    previous: previousDue(schedule, now, at - 1),
    next: following === Infinity ? undefined : following,
    upcoming: Infinity,
    records: [],
    hold: undefined,
  });
}

/** The explanation of one of some tasks at an instant for which a record was found elsewhere, if there was one. */
export function withRecord(
  explanation: ScheduleExplanation,
  tasks: readonly PeriodicTaskSpec[] | undefined,
  record: RunRecord | undefined,
): ScheduleExplanation {
  if (record === undefined) return explanation;
  return { ...withText(explanation, tasks, describeRecord(record)), verdict: 'recorded', record };
}

/** The explanation of a past due moment of which only the cluster engine, which is away, can have a record. */
export const unknownAt = (
  explanation: ScheduleExplanation,
  tasks: readonly PeriodicTaskSpec[] | undefined,
): ScheduleExplanation =>
  withText(explanation, tasks, 'was due then; whether it ran is not known here while the cluster engine is away');

function withText(
  explanation: ScheduleExplanation,
  tasks: readonly PeriodicTaskSpec[] | undefined,
  text: string,
): ScheduleExplanation {
  const schedule = tasks?.find(({ name }) => name === explanation.task)?.schedule;
  if (schedule === undefined) return explanation;
  const path = `${explanation.listener}.${explanation.task}`;
  return { ...explanation, text: `${path} (${describeSchedule(schedule)}) ${text}.` };
}

function standsFor(record: RunRecord, { at, isDue }: TaskFacts): boolean {
  if (record.missed === undefined) return Date.parse(record.scheduledAt) === at;
  return isDue && Date.parse(record.missed.from) <= at && at <= Date.parse(record.missed.to);
}

function judge(
  { schedule, at, now, isDue, upcoming, hold }: TaskFacts,
  record: RunRecord | undefined,
): ExplanationVerdict {
  if (record !== undefined) return 'recorded';
  if (schedule.kind === 'manual') return 'manual';
  if (!isDue) return 'not-due';
  if (at < upcoming && (at <= now || upcoming === Infinity)) return 'not-recorded';
  return hold === undefined ? 'will-run' : 'will-be-skipped';
}

const TEXTS: Readonly<Record<ExplanationVerdict, (facts: TaskFacts, record: RunRecord | undefined) => string>> = {
  recorded: (_facts, record) => describeRecord(record),
  'will-run': () => 'is due then',
  'will-be-skipped': ({ hold }) => `is due then, and will be skipped, as things are: ${hold?.reason} (${hold?.detail})`,
  'not-recorded': ({ at, now }) =>
    at > now
      ? 'would be due then, but keeps no due moments'
      : 'was due then, but no record is kept: ticks were not open, or it was too many runs ago',
  'not-due': () => 'is not due then',
  manual: () => 'runs only when it is triggered',
};

function describeRecord(record: RunRecord | undefined): string {
  if (record?.outcome === undefined) return 'is running since then';
  if (record.outcome !== 'skipped') {
    return `ran: ${record.outcome}${record.error === undefined ? '' : ` (${record.error.message})`}`;
  }
  return `was skipped: ${record.reason}${record.detail === undefined ? '' : ` (${record.detail})`}`;
}
