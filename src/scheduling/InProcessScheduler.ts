import { AsyncResource } from 'node:async_hooks';

import type { EventSender } from '../contracts/ApplicationEvents';
import type { BackgroundDaemonEntry } from '../contracts/entries';
import type { ListenerLogger } from '../contracts/ListenerLogger';
import type { RunInterceptor } from '../contracts/RunInterceptor';
import type { RunRecord } from '../contracts/RunRecord';
import type {
  PauseOptions,
  ResumeOptions,
  ScheduledTaskState,
  ScheduleExplanation,
  Scheduler,
} from '../contracts/Scheduler';
import { NotRunningError, UnknownTaskError } from '../errors/taskErrors';
import { runOutsideExecution } from '../execution/ExecutionContext';
import type { CallEnvironment } from '../execution/CallContext';
import { instantMs, isoText, rememberingIsoText } from '../time/instant';
import { onStep } from '../time/SystemClock';
import type { InMemoryRunLedger } from './InMemoryRunLedger';
import { intercept } from './InterceptedCall';
import { Pause } from './Pause';
import type { RememberedMoments } from './RememberedMoments';
import { ScheduleNotices } from './ScheduleNotices';
import { TaskRunner } from './TaskRunner';
import type { RunnerParts, TickRun } from './TickRun';
import { textOf } from '../errors/serializeError';

/** The parts that an {@link InProcessScheduler} is made of. */
export interface InProcessSchedulerOptions extends EventSender {
  /** In the order in which tasks that are due at one instant run. */
  readonly daemons: readonly Pick<BackgroundDaemonEntry, 'name' | 'tasks'>[];
  readonly environment: CallEnvironment;
  readonly ledger: InMemoryRunLedger;
  /** Remembers due moments; undefined if no task has any to remember. */
  readonly moments: RememberedMoments | undefined;
  /** The id of the run with that number; runs are numbered from 1. */
  readonly runIdOf: (run: number) => string;
  /** Called when a listener is stuck, after the subscribers of that event. */
  readonly stuck: () => void;
  /** Makes the interceptors; called once, before the first listener starts. @defaultValue there is none */
  readonly interceptors?: () => readonly RunInterceptor[];
  /** The log of the application. */
  readonly log: Pick<ListenerLogger, 'warn'>;
  /** For jitter: at least 0, less than 1. @defaultValue `Math.random` */
  readonly random?: () => number;
}

/** Runs all tasks in this process. With several replicas, each one runs every task. */
export class InProcessScheduler implements Scheduler {
  readonly #options: Required<InProcessSchedulerOptions> & RunnerParts;
  readonly #listeners = new Map<string, readonly TaskRunner[]>();
  readonly #pauses = new Set<Pause>();
  readonly #notices: ScheduleNotices;
  /** The runs that have outlived their timeout and have not settled. */
  readonly #overdue = new Set<TickRun>();
  /** Pause and resume calls made before {@link open}, which replays those of listeners that have tasks. */
  #early: { readonly listener: string; readonly act: () => void }[] = [];
  #isOpen = false;
  #stopWatchingSteps: () => void = () => undefined;
  // Runs and timers must not belong to whatever request, hook or test called the scheduler.
  readonly #context = runOutsideExecution(() => new AsyncResource('DaemonryScheduler'));

  constructor(options: InProcessSchedulerOptions) {
    let runs = 0;
    this.#options = {
      random: Math.random,
      interceptors: () => [],
      interception: undefined,
      ...options,
      context: this.#context,
      overdue: this.#overdue,
      nextRun: () => ++runs,
      isoText: rememberingIsoText(),
      missed: (task, moments) => this.#notices.missed(task, moments),
    };
    this.#notices = new ScheduleNotices(options.environment.clock, options.log);
  }

  async prepare(): Promise<void> {
    this.#options.interception = intercept(this.#options.interceptors, this.#options.log);
    await this.#options.moments?.load();
  }

  open(hooksOf: (listener: string) => object | undefined): void {
    this.#outside(() => {
      const { daemons, environment, ledger } = this.#options;
      for (const { name, tasks } of daemons) {
        const hooks = tasks.length === 0 ? undefined : hooksOf(name);
        if (hooks === undefined) continue;
        const runners = tasks.map((task) => {
          ledger.declare(name, [task.name]);
          return new TaskRunner(this.#options, name, task, hooks, ledger.history(name, task.name));
        });
        this.#listeners.set(name, runners);
      }
      this.#isOpen = true;
      for (const { listener, act } of this.#early) if (this.#listeners.has(listener)) act();
      this.#early = [];
      this.#stopWatchingSteps = onStep(environment.clock, (ms) => {
        this.#outside(() => {
          for (const runner of ms > 0 ? this.#runners() : []) runner.stepBack(ms);
          this.#notices.stepped(ms);
        });
      });
      // One instant for all: with a look at the clock each, a thousand intervals would begin tens of milliseconds apart.
      const now = environment.clock.now();
      this.#catchUp(this.#runners().filter((runner) => runner.open(now)));
    });
  }

  /**
   * Makes up what was missed while the process was down, once it is proved that due moments can be saved. Otherwise the
   * same run would be made up again at every start.
   */
  #catchUp(behind: readonly TaskRunner[]): void {
    const { moments, log } = this.#options;
    if (behind.length === 0 || moments === undefined) return;
    const decide = (canBeSaved: boolean): void =>
      this.#outside(() => {
        for (const runner of behind) runner.catchUp(canBeSaved);
      });
    // All of them are unwritten now.
    void moments.flush().then(
      () => decide(true),
      () => {
        const tasks = behind.map(({ path }) => path);
        log.warn('Missed due moments are not made up, since that cannot be saved. The next start tries again.', {
          tasks,
        });
        decide(false);
      },
    );
  }

  trigger(listener: string, task: string): Promise<RunRecord> {
    const runner = runnerNamed(task, this.#select(listener, undefined), listener);
    const asker = this.#options.interception === undefined ? undefined : new AsyncResource('DaemonryTrigger');
    return this.#outside(() => runner.trigger(asker));
  }

  pause(listener: string, options: PauseOptions): void {
    const until = options.until === undefined ? undefined : instantMs(options.until);
    this.#whenOpen(listener, () => {
      const runners = this.#select(listener, options.task);
      const { clock } = this.#options.environment;
      const { task } = options;
      const [reason, by] = [textOf(options.reason), textOf(options.by)];
      const text = until === undefined ? {} : { until: isoText(until) };
      const pause = new Pause(Object.freeze({ since: isoText(clock.now()), ...text, reason, by }));
      for (const runner of runners) runner.pause(pause);
      this.#pauses.add(pause);
      this.#forgetPauses();
      this.#options.emit('operator.paused', { listener, ...(task === undefined ? {} : { task }), by, reason, ...text });
      if (until !== undefined) {
        pause.timer = clock.at(until, () => {
          this.#resume(listener, runners, { task, reason: 'the pause is over' }, pause);
        });
      }
    });
  }

  resume(listener: string, options: ResumeOptions = {}): void {
    this.#whenOpen(listener, () => {
      this.#resume(listener, this.#select(listener, options.task), options);
    });
  }

  halt(): void {
    this.#outside(() => {
      for (const runner of this.#runners()) runner.halt();
    });
  }

  drain(deadline: number, reason: Error): Promise<void> | undefined {
    return this.#outside(() => allOf(this.#runners().flatMap((runner) => runner.drain(deadline, reason))));
  }

  closeListener(listener: string, reason: Error): Promise<void> | undefined {
    const runners = this.#listeners.get(listener);
    if (runners === undefined) return undefined;
    return this.#outside(() => allOf(runners.flatMap((runner) => runner.close(reason))));
  }

  abandon(listener: string): void {
    for (const runner of this.#listeners.get(listener) ?? []) runner.abandon();
  }

  close(): void {
    this.#stopWatchingSteps();
    this.#outside(() => {
      for (const runner of this.#runners()) runner.end();
      for (const pause of this.#pauses) pause.timer?.cancel();
      this.#notices.end();
    });
  }

  isStuck(listener?: string): boolean {
    if (listener === undefined || this.#overdue.size === 0) return this.#overdue.size > 0;
    for (const runner of this.#listeners.get(listener) ?? []) if (runner.isStuck) return true;
    return false;
  }

  state(listener: string, task: string): ScheduledTaskState {
    return this.#listeners.get(listener)?.find((runner) => runner.task === task)?.state ?? {};
  }

  explain(listener: string, at: Date): readonly ScheduleExplanation[] {
    return (this.#listeners.get(listener) ?? []).map((runner) => runner.explain(at.getTime()));
  }

  /** @param pause - when given, tasks that another pause holds stay paused. */
  #resume(listener: string, runners: readonly TaskRunner[], { task, by, reason }: ResumeOptions, pause?: Pause): void {
    // Every task is asked: `some` would stop at the first.
    if (runners.filter((runner) => runner.resume(pause)).length === 0) return;
    this.#forgetPauses();
    this.#options.emit('operator.resumed', {
      listener,
      ...(task === undefined ? {} : { task }),
      ...(by === undefined ? {} : { by: textOf(by) }),
      ...(reason === undefined ? {} : { reason: textOf(reason) }),
    });
  }

  #whenOpen(listener: string, act: () => void): void {
    if (this.#isOpen) this.#outside(act);
    else this.#early.push({ listener, act });
  }

  /** Drops pauses that hold no task any more, with their timers. */
  #forgetPauses(): void {
    const inForce = new Set(this.#runners().map((runner) => runner.pausedBy));
    for (const pause of this.#pauses) {
      if (inForce.has(pause)) continue;
      pause.timer?.cancel();
      this.#pauses.delete(pause);
    }
  }

  #outside<T>(fn: () => T): T {
    return this.#context.runInAsyncScope(fn);
  }

  #runners(): TaskRunner[] {
    return [...this.#listeners.values()].flat();
  }

  /** The tasks of a listener, or one of them. @throws NotRunningError, UnknownTaskError */
  #select(listener: string, task: string | undefined): readonly TaskRunner[] {
    const runners = this.#listeners.get(listener);
    if (runners === undefined) throw new NotRunningError(listener, 'none of its tasks is scheduled');
    return task === undefined ? runners : [runnerNamed(task, runners, listener)];
  }
}

function runnerNamed(task: string, runners: readonly TaskRunner[], listener: string): TaskRunner {
  const runner = runners.find((candidate) => candidate.task === task);
  if (runner !== undefined) return runner;
  const known = runners.map((candidate) => candidate.task);
  throw new UnknownTaskError(listener, task, known);
}

/** Resolves with all of `work`; undefined when there is none. */
function allOf(work: readonly Promise<void>[]): Promise<void> | undefined {
  return work.length === 0 ? undefined : Promise.all(work).then(() => undefined);
}
