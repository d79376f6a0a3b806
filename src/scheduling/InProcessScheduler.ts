import type { EventSender } from '../contracts/ApplicationEvents';
import type { ClusterTaskHandle } from '../contracts/ClusterEngine';
import type { BackgroundDaemonEntry, PeriodicTaskSpec } from '../contracts/entries';
import type { ListenerLogger } from '../contracts/ListenerLogger';
import type { RunInterceptor } from '../contracts/RunInterceptor';
import type { RunRecord } from '../contracts/RunRecord';
import type {
  EndedHold,
  ScheduledTaskState,
  ScheduleExplanation,
  Scheduler,
  SkippedMoment,
} from '../contracts/Scheduler';
import type { PauseInfo } from '../contracts/status';
import { runOutsideExecution } from '../execution/ExecutionContext';
import type { CallEnvironment } from '../execution/CallContext';
import { EngineContext } from '../time/EngineContext';
import { rememberingIsoText } from '../time/instant';
import { onStep } from '../time/SystemClock';
import { catchUp } from './catchUp';
import type { ClusterParts, ClusterSide } from './cluster/ClusterSide';
import { EndedHolds } from './EndedHolds';
import type { InMemoryRunLedger } from './InMemoryRunLedger';
import { intercept } from './InterceptedCall';
import type { RememberedMoments } from './RememberedMoments';
import { ScheduleNotices } from './ScheduleNotices';
import { type ScheduledTask, stateBeforeTicks } from './ScheduledTask';
import { TaskRunners } from './TaskRunners';
import type { RunnerParts, TickRun } from './TickRun';

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
  /** Called with a task whose due moment was skipped because of {@link Scheduler.skipNext}. */
  readonly skippedNext?: (listener: string, task: string) => void;
  /** For jitter: at least 0, less than 1. @defaultValue `Math.random` */
  readonly random?: () => number;
  /** The side of the application towards its cluster engine. @defaultValue there is no task of cluster scope */
  readonly cluster?: ClusterParts;
}

/** Runs all tasks in this process. With several replicas, each one runs every task. */
export class InProcessScheduler implements Scheduler {
  readonly #options: Required<Omit<InProcessSchedulerOptions, 'cluster'>> & RunnerParts;
  readonly #clusterParts: ClusterParts | undefined;
  /** Made with the first task of cluster scope. */
  #cluster: ClusterSide | undefined;
  readonly #runners: TaskRunners;
  /** The wishes of operators, by the path of a task, also of one that is not scheduled yet. */
  readonly #pauses = new Map<string, PauseInfo>();
  readonly #replaced = new Map<string, PeriodicTaskSpec>();
  readonly #skipping = new Map<string, SkippedMoment>();
  readonly #notices: ScheduleNotices;
  /** The runs that have outlived their timeout and have not settled. */
  readonly #overdue = new Set<TickRun>();
  #stopWatchingSteps: () => void = () => undefined;
  // Runs and timers must not belong to whatever request, hook or test called the scheduler.
  readonly #context = runOutsideExecution(() => new EngineContext('DaemonryScheduler'));

  constructor(options: InProcessSchedulerOptions) {
    let runs = 0;
    this.#clusterParts = options.cluster;
    this.#options = {
      random: Math.random,
      interceptors: () => [],
      interception: undefined,
      unstuck: () => undefined,
      ...options,
      context: this.#context,
      overdue: this.#overdue,
      nextRun: () => ++runs,
      ended: new EndedHolds(),
      isoText: rememberingIsoText(),
      missed: (task, moments) => this.#notices.missed(task, moments),
      skippedNext: (listener, task) => {
        this.#skipping.delete(pathOf(listener, task));
        options.skippedNext?.(listener, task);
      },
    };
    this.#runners = new TaskRunners(
      this.#options,
      options.ledger,
      (runner) => this.#applyActs(runner),
      (...given) => this.#clusterSide().make(...given),
    );
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
      this.#stopWatchingSteps = onStep(environment.clock, (ms) => {
        this.#outside(() => {
          for (const runner of ms > 0 ? this.#runners.all : []) runner.stepBack(ms);
          if (ms > 0) this.#cluster?.stepBack(ms);
          this.#notices.stepped(ms);
        });
      });
      // One instant for all: with a look at the clock each, a thousand intervals would begin tens of milliseconds apart.
      const now = environment.clock.now();
      this.#catchUp(this.#runners.all.filter((runner) => runner.open(now)));
    });
  }

  openListener(listener: string, hooks: object): void {
    const daemon = this.#options.daemons.find(({ name }) => name === listener);
    if (daemon === undefined || daemon.tasks.length === 0) return;
    this.#outside(() => {
      const runners = this.#runners.make(daemon, hooks);
      const now = this.#options.environment.clock.now();
      this.#catchUp(runners.filter((runner) => runner.open(now)));
    });
  }

  withhold(listener: string, need: string): void {
    for (const runner of this.#runners.of(listener)) this.#outside(() => runner.withhold(need));
  }

  release(listener: string): void {
    for (const runner of this.#runners.of(listener)) runner.withhold(undefined);
  }

  #catchUp(behind: readonly ScheduledTask[]): void {
    const { moments, log } = this.#options;
    catchUp(behind, moments, log, (runner, canBeSaved) => this.#outside(() => runner.catchUp(canBeSaved)));
  }

  trigger(listener: string, task: string): Promise<RunRecord> {
    const runner = this.#runners.named(listener, task);
    const asker = this.#options.interception === undefined ? undefined : new EngineContext('DaemonryTrigger');
    return this.#outside(() => runner.trigger(asker));
  }

  pause(listener: string, task: string, pause: PauseInfo): Promise<void> {
    this.#pauses.set(pathOf(listener, task), pause);
    const now = this.#options.environment.clock.now();
    this.#options.ledger.history(listener, task).mark?.paused(Math.min(Date.parse(pause.since), now));
    return this.#withRunner(listener, task, (runner) => runner.pause(pause));
  }

  resume(listener: string, task: string): Promise<void> {
    this.#pauses.delete(pathOf(listener, task));
    this.#options.ledger.history(listener, task).mark?.resumed(this.#options.environment.clock.now());
    return this.#withRunner(listener, task, (runner) => runner.pause(undefined));
  }

  replace(listener: string, spec: PeriodicTaskSpec, since?: number): Promise<void> {
    const { daemons, ledger, environment } = this.#options;
    const isDeclared = daemons.find(({ name }) => name === listener)?.tasks.includes(spec) === true;
    if (isDeclared) this.#replaced.delete(pathOf(listener, spec.name));
    else this.#replaced.set(pathOf(listener, spec.name), spec);
    const isOff = !isDeclared && spec.schedule.kind === 'manual';
    ledger.history(listener, spec.name).mark?.switchedOff(isOff, since ?? environment.clock.now());
    return this.#withRunner(listener, spec.name, (runner) => runner.replace(spec));
  }

  skipNext(listener: string, task: string, skip: SkippedMoment | undefined): Promise<void> {
    if (skip === undefined) this.#skipping.delete(pathOf(listener, task));
    else this.#skipping.set(pathOf(listener, task), skip);
    return this.#withRunner(listener, task, (runner) => runner.skipNext?.(skip));
  }

  held(listener: string, task: string, hold: EndedHold): void {
    this.#options.ended.add(pathOf(listener, task), hold);
  }

  holdsAgain(listener: string, spec: PeriodicTaskSpec, since: number): void {
    this.#options.moments?.holdsAgain(pathOf(listener, spec.name), spec, since);
  }

  dueMoments(listener: string, task: string, most: number): readonly number[] | undefined {
    return this.#runners.find(listener, task)?.dueMoments?.(most);
  }

  readonly share: Scheduler['share'] = async (listener, task, ...given) =>
    (await this.#runners.named(listener, task).share?.(...given)) ?? {};

  shared(listener: string, task: string): ClusterTaskHandle | undefined {
    return this.#runners.find(listener, task)?.handle;
  }

  get storeNow(): number | undefined {
    return this.#cluster?.clock.now();
  }

  get clusterComplaint(): string | undefined {
    return this.#cluster?.complaint;
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
      this.#cluster?.end();
      this.#notices.end();
    });
  }

  isStuck(listener?: string): boolean {
    if (listener === undefined || this.#overdue.size === 0) return this.#overdue.size > 0;
    for (const runner of this.#runners.of(listener)) if (runner.isStuck) return true;
    return false;
  }

  state(listener: string, task: string): ScheduledTaskState {
    const runner = this.#runners.find(listener, task);
    const state = runner === undefined ? stateBeforeTicks(this.#pauses.get(pathOf(listener, task))) : runner.state;
    // Spares making thousands of paths.
    const replaced = this.#replaced.size === 0 ? undefined : this.#replaced.get(pathOf(listener, task));
    return replaced === undefined ? state : { ...state, schedule: replaced.schedule };
  }

  explain(listener: string, at: Date): readonly ScheduleExplanation[] {
    return this.#runners.of(listener).map((runner) => runner.explain(at.getTime()));
  }

  /** Does with a new task what operators have asked for. */
  #applyActs(runner: ScheduledTask): void {
    const { path } = runner;
    // A new task learns of what is over as it learns of a pause.
    if (this.#options.ended.of(path).length > 0) runner.pause(undefined);
    if (this.#pauses.size + this.#replaced.size + this.#skipping.size === 0) return;
    const spec = this.#replaced.get(path);
    if (spec !== undefined) runner.replace(spec);
    const pause = this.#pauses.get(path);
    if (pause !== undefined) runner.pause(pause);
    const skip = this.#skipping.get(path);
    if (skip !== undefined) runner.skipNext?.(skip);
  }

  #clusterSide(): ClusterSide {
    if (this.#cluster === undefined) {
      if (this.#clusterParts === undefined) throw new Error('a task of cluster scope needs the parts of a cluster');
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded by applications that share tasks only
      const { ClusterSide: Side } = require('./cluster/ClusterSide') as typeof import('./cluster/ClusterSide');
      this.#cluster = new Side(this.#clusterParts, this.#options);
    }
    return this.#cluster;
  }

  #withRunner(listener: string, task: string, act: (runner: ScheduledTask) => void): Promise<void> {
    const runner = this.#runners.find(listener, task);
    if (runner !== undefined) this.#outside(() => act(runner));
    return Promise.resolve();
  }

  #outside<T>(fn: () => T): T {
    return this.#context.runInAsyncScope(fn);
  }
}

const pathOf = (listener: string, task: string): string => `${listener}.${task}`;

/** Resolves with all of `work`; undefined when there is none. */
function allOf(work: readonly Promise<void>[]): Promise<void> | undefined {
  return work.length === 0 ? undefined : Promise.all(work).then(() => undefined);
}
