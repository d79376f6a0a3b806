import type { ApplicationStatus, ListenerState } from 'daemonry';

import { BUCKETS, type Distribution, type RunTallies, type TaskTally } from './RunTallies';

/** One number of a family, as a registry of prom-client writes it. */
export interface Sample {
  /** Differs from that of the family for the parts of a histogram. */
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly exemplar?: Exemplar;
}

interface Exemplar {
  readonly labelSet: { readonly trace_id: string };
  readonly value: number;
  /** Seconds since the epoch. */
  readonly timestamp: number;
}

/** The application that samples are read from. */
export interface Scraped {
  readonly status: ApplicationStatus;
  readonly tallies: RunTallies;
  /** By result; undefined without a cluster engine that counts. */
  readonly claims?: ReadonlyMap<string, number> | undefined;
}

/** A metric with all its label values. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  /** Called at each scrape. */
  readonly read: (scraped: Scraped) => Iterable<Sample>;
}

// The compiler asks for a state that is added.
const STATES = Object.keys({
  registered: true,
  disabled: true,
  starting: true,
  running: true,
  startup_failed: true,
  backing_off: true,
  blocked: true,
  died: true,
  stopping: true,
  stopped: true,
  shutdown_failed: true,
} satisfies Record<ListenerState, true>);

const TASK = ['listener', 'task'] as const;

/** The metrics of daemonry, in the order in which they are written. */
export const FAMILIES: readonly Family[] = [
  {
    name: 'daemonry_runs_total',
    help: 'Runs of a task by outcome; a skipped due moment counts once, with its reason.',
    type: 'counter',
    labels: [...TASK, 'outcome', 'reason'],
    read: ({ tallies }) => fromTasks(tallies, runs),
  },
  {
    name: 'daemonry_run_duration_seconds',
    help: 'Time from the start of a run to its outcome.',
    type: 'histogram',
    labels: [...TASK, 'outcome'],
    read: ({ tallies }) =>
      fromTasks(tallies, function* (tally) {
        for (const [outcome, durations] of tally.durations)
          yield* histogram('daemonry_run_duration_seconds', { ...namesOf(tally), outcome }, durations);
      }),
  },
  {
    name: 'daemonry_run_lateness_seconds',
    help: 'Time from a due moment to the start of its run, jitter and waiting for an earlier run included.',
    type: 'histogram',
    labels: TASK,
    read: ({ tallies }) =>
      fromTasks(tallies, (tally) => histogram('daemonry_run_lateness_seconds', namesOf(tally), tally.lateness)),
  },
  {
    name: 'daemonry_runs_in_flight',
    help: 'Runs whose handlers have not returned, also after their timeout.',
    type: 'gauge',
    labels: TASK,
    read: ({ status }) => fromStatus(status, ({ inFlight = 0 }) => inFlight),
  },
  {
    name: 'daemonry_missed_due_moments_total',
    help: 'Due moments that passed while the process was down, blocked or asleep, and that no run stands for.',
    type: 'counter',
    labels: TASK,
    read: ({ tallies }) => fromTasks(tallies, (tally) => [{ labels: namesOf(tally), value: tally.missed }]),
  },
  {
    name: 'daemonry_last_success_timestamp_seconds',
    help: 'When the last successful run of this process was over; absent before the first one.',
    type: 'gauge',
    labels: TASK,
    read: ({ tallies }) =>
      fromTasks(tallies, (tally) =>
        tally.lastSuccess === undefined ? [] : [{ labels: namesOf(tally), value: tally.lastSuccess }],
      ),
  },
  {
    name: 'daemonry_next_due_timestamp_seconds',
    help: 'The next due moment that will be kept; absent while there is none.',
    type: 'gauge',
    labels: TASK,
    read: ({ status }) =>
      fromStatus(status, ({ nextRunAt }) => (nextRunAt === undefined ? undefined : Date.parse(nextRunAt) / 1000)),
  },
  {
    name: 'daemonry_fresh',
    help: '1 while a task has succeeded within its mustSucceedWithin, 0 once it is stale; absent for a task without one.',
    type: 'gauge',
    labels: TASK,
    read: ({ status }) => fromStatus(status, ({ stale }) => (stale === undefined ? undefined : stale ? 0 : 1)),
  },
  {
    name: 'daemonry_listener_state',
    help: '1 for the state that a listener is in, 0 for the others.',
    type: 'gauge',
    labels: ['listener', 'state'],
    *read({ status }) {
      for (const { name, state: current } of status.listeners) {
        for (const state of STATES) yield { labels: { listener: name, state }, value: state === current ? 1 : 0 };
      }
    },
  },
  {
    name: 'daemonry_listener_restarts_total',
    help: 'How often a listener that failed was started again by its restart policy.',
    type: 'counter',
    labels: ['listener'],
    *read({ status, tallies }) {
      for (const { name } of status.listeners)
        yield { labels: { listener: name }, value: tallies.restarts.get(name) ?? 0 };
    },
  },
  {
    name: 'daemonry_loop_blocked_seconds_total',
    help: 'How long the event loop stood still, by the listener that held it; empty where that is not known. Needs the watchdog.',
    type: 'counter',
    labels: ['listener'],
    *read({ tallies }) {
      for (const [listener, value] of tallies.blockedSeconds) yield { labels: { listener }, value };
    },
  },
  {
    name: 'daemonry_state_write_errors_total',
    help: 'Writes to the state database that failed; absent in an application without one.',
    type: 'counter',
    labels: [],
    read: ({ status: { stateWriteErrors } }) =>
      stateWriteErrors === undefined ? [] : [{ labels: {}, value: stateWriteErrors }],
  },
  {
    name: 'daemonry_cluster_claims_total',
    help: 'Moments of tasks of cluster scope whose turn it was in this process, by result; and offers that did not reach the store.',
    type: 'counter',
    labels: ['result'],
    read: ({ claims }) => [...(claims ?? [])].map(([result, value]) => ({ labels: { result }, value })),
  },
];

const namesOf = ({ listener, task }: TaskTally): { readonly listener: string; readonly task: string } => ({
  listener,
  task,
});

function* fromTasks(tallies: RunTallies, read: (tally: TaskTally) => Iterable<Sample>): Iterable<Sample> {
  for (const tally of tallies.all()) yield* read(tally);
}

type ScrapedTask = ApplicationStatus['listeners'][number]['tasks'][number];

function* fromStatus(status: ApplicationStatus, valueOf: (task: ScrapedTask) => number | undefined): Iterable<Sample> {
  for (const { name: listener, tasks } of status.listeners) {
    for (const task of tasks) {
      const value = valueOf(task);
      if (value !== undefined) yield { labels: { listener, task: task.name }, value };
    }
  }
}

function* runs(tally: TaskTally): Iterable<Sample> {
  const names = namesOf(tally);
  for (const [outcome, value] of tally.runs) yield { labels: { ...names, outcome, reason: '' }, value };
  for (const [reason, value] of tally.skipped) yield { labels: { ...names, outcome: 'skipped', reason }, value };
}

function* histogram(
  name: string,
  labels: Sample['labels'],
  { counts, examples, sum, count }: Distribution,
): Iterable<Sample> {
  let below = 0;
  for (const [bucket, counted] of counts.entries()) {
    below += counted;
    const example = examples[bucket];
    yield {
      metricName: `${name}_bucket`,
      labels: { ...labels, le: BUCKETS[bucket] ?? '+Inf' },
      value: below,
      ...(example === undefined
        ? {}
        : {
            exemplar: { labelSet: { trace_id: example.traceId }, value: example.value, timestamp: example.at },
          }),
    };
  }
  yield { metricName: `${name}_sum`, labels, value: sum };
  yield { metricName: `${name}_count`, labels, value: count };
}
