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
import { runOutsideExecution } from '../execution/ExecutionContext';
import type { CallEnvironment } from '../execution/CallContext';
import { instantMs, isoText, rememberingIsoText } from '../time/instant';
import { onStep } from '../time/SystemClock';
import type { InMemoryRunLedger } from './InMemoryRunLedger';
import { intercept } from './InterceptedCall';
import { Pause } from './Pause';
import type { RememberedMoments } from './RememberedMoments';
import { ScheduleNotices } from './ScheduleNotices';
import type { TaskRunner } from './TaskRunner';
import { TaskRunners } from './TaskRunners';
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
  /** Called when a run that was stuck has settled. @defaultValue nothing */
  readonly unstuck?: () => void;
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
  readonly #runners: TaskRunners;
  readonly #pauses = new Set<Pause>();
  readonly #notices: ScheduleNotices;
  /** The runs that have outlived their timeout and have not settled. */
  readonly #overdue = new Set<TickRun>();
  /** Pause and resume calls made before {@link open}: done as soon as the ticks of their listener are open. */
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
      unstuck: () => undefined,
      ...options,
      context: this.#context,
      overdue: this.#overdue,
      nextRun: () => ++runs,
      isoText: rememberingIsoText(),
      missed: (task, moments) => this.#notices.missed(task, moments),
    };
    this.#runners = new TaskRunners(this.#options, options.ledger);
    this.#notices = new ScheduleNotices(options.environment.clock, options.log);
  }

  async prepare(): Promise<void> {
    this.#options.interception = intercept(this.#options.interceptors, this.#options.log);
  }

  open(hooksOf: (listener: string) => object | undefined): void {
    this.#outside(() => {
      const { daemons, environment } = this.#options;
      for (const daemon of daemons) {
        const hooks = daemon.tasks.length === 0 ? undefined : hooksOf(daemon.name);
        if (hooks !== undefined) this.#runners.make(daemon, hooks);
      }
      this.#isOpen = true;
      this.#replayEarly();
      this.#stopWatchingSteps = onStep(environment.clock, (ms) => {
        this.#outside(() => {
          for (const runner of ms > 0 ? this.#runners.all : []) runner.stepBack(ms);
          this.#notices.stepped(ms);
        });
      });
      // One instant for all: with a look at the clock each, a thousand intervals would begin tens of milliseconds apart.
      const now = environment.clock.now();
      this.#catchUp(this.#runners.all.filter((runner) => runner.open(now)));
    });
  }

  openListener(listener: string, hooks: object): void {
    const { daemons, environment } = this.#options;
    const daemon = daemons.find(({ name }) => name === listener);
    if (daemon === undefined || daemon.tasks.length === 0) return;
    this.#outside(() => {
      const runners = this.#runners.make(daemon, hooks);
      this.#replayEarly();
      const now = environment.clock.now();
      this.#catchUp(runners.filter((runner) => runner.open(now)));
    });
  }

  withhold(listener: string): void {
    for (const runner of this.#runners.of(listener)) this.#outside(() => runner.withhold(true));
  }

  release(listener: string): void {
    for (const runner of this.#runners.of(listener)) runner.withhold(false);
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
        const message = 'Missed due moments are not made up, since that cannot be saved. The next start tries again.';
        log.warn(message, { tasks: behind.map(({ path }) => path) });
        decide(false);
      },
    );
  }

  trigger(listener: string, task: string): Promise<RunRecord> {
    const runner = this.#runners.named(listener, task);
    const asker = this.#options.interception === undefined ? undefined : new AsyncResource('DaemonryTrigger');
    return this.#outside(() => runner.trigger(asker));
  }

  pause(listener: string, options: PauseOptions): void {
    const until = options.until === undefined ? undefined : instantMs(options.until);
    this.#whenOpen(listener, () => {
      const runners = this.#runners.select(listener, options.task);
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
          // The listener may have been started again by then.
          this.#resume(listener, this.#runners.select(listener, task), { task, reason: 'the pause is over' }, pause);
        });
      }
    });
  }

  resume(listener: string, options: ResumeOptions = {}): void {
    this.#whenOpen(listener, () => {
      this.#resume(listener, this.#runners.select(listener, options.task), options);
    });
  }

  halt(): void {
    this.#outside(() => {
      for (const runner of this.#runners.all) runner.halt();
    });
  }

  drain(deadline: number, reason: Error): Promise<void> | undefined {
    return this.#outside(() => allOf(this.#runners.all.flatMap((runner) => runner.drain(deadline, reason))));
  }

  closeListener(listener: string, reason: Error): Promise<void> | undefined {
    const runners = this.#runners.of(listener);
    if (runners.length === 0) return undefined;
    return this.#outside(() => allOf(runners.flatMap((runner) => runner.close(reason))));
  }

  abandon(listener: string): void {
    for (const runner of this.#runners.of(listener)) runner.abandon();
  }

  close(): void {
    this.#stopWatchingSteps();
    this.#outside(() => {
      for (const runner of this.#runners.all) runner.end();
      for (const pause of this.#pauses) pause.timer?.cancel();
      this.#notices.end();
    });
  }

  isStuck(listener?: string): boolean {
    if (listener === undefined || this.#overdue.size === 0) return this.#overdue.size > 0;
    for (const runner of this.#runners.of(listener)) if (runner.isStuck) return true;
    return false;
  }

  state(listener: string, task: string): ScheduledTaskState {
    return this.#runners.of(listener).find((runner) => runner.task === task)?.state ?? {};
  }

  explain(listener: string, at: Date): readonly ScheduleExplanation[] {
    return this.#runners.of(listener).map((runner) => runner.explain(at.getTime()));
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

  /** Does what was asked for before ticks were open, for the listeners whose ticks are. */
  #replayEarly(): void {
    const ripe = this.#early.filter(({ listener }) => this.#runners.has(listener));
    this.#early = this.#early.filter((call) => !ripe.includes(call));
    for (const { act } of ripe) act();
  }

  /** Drops pauses that hold no task any more, with their timers. */
  #forgetPauses(): void {
    const inForce = new Set(this.#runners.all.map((runner) => runner.pausedBy));
    for (const pause of this.#pauses) {
      if (inForce.has(pause)) continue;
      pause.timer?.cancel();
      this.#pauses.delete(pause);
    }
  }

  #outside<T>(fn: () => T): T {
    return this.#context.runInAsyncScope(fn);
  }
}

/** Resolves with all of `work`; undefined when there is none. */
function allOf(work: readonly Promise<void>[]): Promise<void> | undefined {
  return work.length === 0 ? undefined : Promise.all(work).then(() => undefined);
}
