import type { ApplicationEventMap, ApplicationEventName } from '../../src/contracts/ApplicationEvents';
import type { Clock } from '../../src/contracts/Clock';
import type { TickContext } from '../../src/contracts/contexts';
import type { BackgroundDaemonEntry, PeriodicTaskSpec, TaskSchedule } from '../../src/contracts/entries';
import type { RunQuery } from '../../src/contracts/RunLedger';
import type { RunRecord } from '../../src/contracts/RunRecord';
import type { CallEnvironment } from '../../src/execution/CallContext';
import { InMemoryRunLedger } from '../../src/scheduling/InMemoryRunLedger';
import { InProcessScheduler } from '../../src/scheduling/InProcessScheduler';
import { RememberedMoments } from '../../src/scheduling/RememberedMoments';
import type { ApplicationState } from '../../src/state/ApplicationState';
import { VirtualClock } from '../../src/testing/clock/VirtualClock';

export const BOOT = Date.parse('2026-01-01T00:00:00Z');

type IntervalSchedule = Extract<TaskSchedule, { kind: 'interval' }>;

export const everySecond: IntervalSchedule = {
  kind: 'interval',
  everyMs: 1_000,
  initialDelayMs: 1_000,
  mode: 'fixed-rate',
};
export const fixedDelay: IntervalSchedule = { ...everySecond, mode: 'fixed-delay' };

const silent = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };

export interface RigOptions<C extends Clock> {
  readonly clock?: C;
  /** Where due moments are remembered. @defaultValue they are not */
  readonly state?: ApplicationState;
  readonly runsPerTask?: number;
  readonly random?: () => number;
}

/** A task to open, and the call of its method. */
interface RigTask {
  readonly listener: string;
  readonly spec: PeriodicTaskSpec;
  readonly call: (context: TickContext) => unknown;
}

/** A scheduler with everything it needs, and what it did. */
export class SchedulerRig<C extends Clock = VirtualClock> {
  readonly clock: C;
  readonly ledger: InMemoryRunLedger;
  readonly scheduler: InProcessScheduler;
  /** Every event, in order. */
  readonly events: {
    readonly name: ApplicationEventName;
    readonly event: ApplicationEventMap[ApplicationEventName];
  }[] = [];
  readonly warnings: string[] = [];
  /** The daemons of the scheduler, which reads them when it is opened. */
  readonly #daemons: Pick<BackgroundDaemonEntry, 'name' | 'tasks'>[] = [];

  constructor({ clock, state, runsPerTask, random = () => 0 }: RigOptions<C> = {}) {
    this.clock = clock ?? (new VirtualClock({ now: BOOT, settleMs: 20 }) as unknown as C);
    this.ledger = new InMemoryRunLedger(runsPerTask === undefined ? {} : { runsPerTask });
    const environment: CallEnvironment = {
      sessionId: 'test',
      clock: this.clock,
      logger: () => silent,
      requestShutdown: () => undefined,
      redact: String,
    };
    const log = { warn: (message: string) => void this.warnings.push(message) };
    this.scheduler = new InProcessScheduler({
      daemons: this.#daemons,
      environment,
      hears: () => true,
      emit: (name, event) => void this.events.push({ name, event }),
      ledger: this.ledger,
      moments: state === undefined ? undefined : new RememberedMoments(state, log),
      runIdOf: (run) => `r${run}`,
      stuck: () => undefined,
      log,
      random,
    });
  }

  /** Pauses `sync`, or one of its tasks. */
  pause(pause: { readonly reason: string; readonly by: string; readonly until?: string }, tasks = ['tick']): void {
    const since = new Date(this.clock.now()).toISOString();
    this.ledger.declare('sync', tasks);
    for (const name of tasks) void this.scheduler.pause('sync', name, { since, ...pause });
  }

  resume(tasks = ['tick']): void {
    for (const name of tasks) void this.scheduler.resume('sync', name);
  }

  /** Opens one task, `sync.tick`. */
  open(spec: Partial<PeriodicTaskSpec>, call: (context: TickContext) => unknown = () => undefined): this {
    return this.openTasks([task(spec, call)]);
  }

  /** Opens several tasks. */
  openTasks(opened: readonly RigTask[]): this {
    if (this.#daemons.length === 0) this.declare(opened);
    const tasksOf = (name: string): RigTask[] => opened.filter(({ listener }) => listener === name);
    this.scheduler.open((name) => Object.fromEntries(tasksOf(name).map(({ spec, call }) => [spec.method, call])));
    return this;
  }

  /** Plans several tasks, before the scheduler is prepared. */
  declare(planned: readonly RigTask[]): this {
    for (const name of new Set(planned.map(({ listener }) => listener))) {
      const tasks = planned.filter(({ listener }) => listener === name).map(({ spec }) => spec);
      this.#daemons.push({ name, tasks });
    }
    return this;
  }

  /** The records of `sync`, shortened to what most tests look at. */
  outcomes(): string[] {
    return this.runs().map(({ scheduledAt, outcome, reason, trigger, missed }) =>
      [
        seconds(scheduledAt),
        trigger === 'schedule' ? undefined : trigger,
        outcome ?? 'running',
        reason,
        missed && `${seconds(missed.from)}..${seconds(missed.to)} x${missed.count}`,
      ]
        .filter(Boolean)
        .join(' '),
    );
  }

  runs(query?: RunQuery): readonly RunRecord[] {
    return this.ledger.runs('sync', query);
  }

  names(): string[] {
    return this.events.map(({ name }) => name);
  }
}

export function task(
  spec: Partial<PeriodicTaskSpec>,
  call: (context: TickContext) => unknown = () => undefined,
  listener = 'sync',
): RigTask {
  return {
    listener,
    spec: {
      name: 'tick',
      method: spec.name ?? 'tick',
      schedule: everySecond,
      jitter: { kind: 'none' },
      overlap: 'skip',
      misfire: 'skip',
      tickTimeout: 300_000,
      drainTimeout: 0,
      ...spec,
    },
    call,
  };
}

/** An instant as seconds since the boot. */
export const seconds = (iso: string): string => `+${(Date.parse(iso) - BOOT) / 1_000}`;

/** A promise, and what settles it. */
export function deferred(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((res, rej) => {
    resolve = res;
    reject = rej;
  });
  return { promise, resolve, reject };
}
