import type { ClusterEngine, ClusterIntents, ClusterTaskHandle, ClusterWorker } from '../../contracts/ClusterEngine';
import type { PeriodicTaskSpec } from '../../contracts/entries';
import type { ListenerLogger } from '../../contracts/ListenerLogger';
import type { RunProcess } from '../../contracts/RunRecord';
import { isoText } from '../../time/instant';
import type { TaskHistory } from '../InMemoryRunLedger';
import type { ScheduledTask } from '../ScheduledTask';
import type { RunnerParts } from '../TickRun';
import { scheduleKey } from '../when';
import { SharedTask } from './SharedTask';
import { StoreClock } from './StoreClock';
import type { TaskSide } from './TaskSide';

/** The parts of an application that its tasks of cluster scope need. */
export interface ClusterParts {
  /** The name of the application. */
  readonly application: string;
  /** The engine; called when the first task of cluster scope is opened. */
  readonly engine: () => ClusterEngine;
  /** This process, for records. */
  readonly process: RunProcess;
  /** Called when operators have set or lifted something for a task, in any process. */
  readonly intentsChanged: (listener: string, task: string, intents: ClusterIntents) => void;
  /** The log of the application. */
  readonly log: Pick<ListenerLogger, 'warn'>;
  /** Called when {@link ClusterSide.complaint} has changed. */
  readonly complaintChanged: () => void;
}

/** The side of one application towards its cluster engine: the engine, the clock of its store, and the tasks that are shared. */
export class ClusterSide implements TaskSide {
  readonly engine: ClusterEngine;
  readonly clock: StoreClock;
  readonly #parts: ClusterParts;
  readonly #runners: RunnerParts;
  readonly #tasks = new Set<SharedTask>();
  readonly #stopWatching: () => void;
  #isConnected: boolean;
  #awaySince: number | undefined;
  #hasEnded = false;

  constructor(parts: ClusterParts, runners: RunnerParts) {
    this.#parts = parts;
    this.#runners = runners;
    this.engine = parts.engine();
    const { clock } = runners.environment;
    this.clock = new StoreClock(clock, this.engine);
    this.#isConnected = this.engine.isConnected;
    if (!this.#isConnected) this.#away();
    this.#stopWatching = this.engine.watch(() => {
      runners.context.runInAsyncScope(() => this.#changed());
    });
  }

  get application(): string {
    return this.#parts.application;
  }

  get process(): RunProcess {
    return this.#parts.process;
  }

  get runners(): RunnerParts {
    return this.#runners;
  }

  /** Why the tasks of cluster scope do not run; undefined while they do. */
  get complaint(): string | undefined {
    if (this.#awaySince === undefined || this.#hasEnded) return undefined;
    return `the cluster engine (${this.engine.kind}) is away since ${isoText(this.#awaySince)}: this process neither offers nor takes due moments of cluster scope`;
  }

  intentsChanged(task: ScheduledTask, intents: ClusterIntents): void {
    this.#parts.intentsChanged(task.listener, task.task, intents);
  }

  join(listener: string, spec: PeriodicTaskSpec, worker: ClusterWorker): ClusterTaskHandle {
    const { name: task, overlap, misfire, schedule, jitter, cluster } = spec;
    const { delivery, maxStarts } = cluster ?? { delivery: 'at-most-once', maxStarts: 1 };
    const key = `${scheduleKey(schedule)} ${JSON.stringify(jitter)}`;
    const policy = { overlap, misfire, delivery, maxStarts };
    return this.engine.join({ application: this.application, listener, task, ...policy, scheduleKey: key }, worker);
  }

  /** Makes a task of a listener that has come up. */
  make(listener: string, spec: PeriodicTaskSpec, hooks: object, history: TaskHistory): SharedTask {
    const task = new SharedTask(this, listener, spec, hooks, history);
    this.#tasks.add(task);
    return task;
  }

  tellSuperseded(path: string, isSuperseded: boolean): void {
    const message = isSuperseded
      ? `A process that has started later keeps another schedule of "${path}": this one leaves the task to it.`
      : `No process with a newer schedule of "${path}" is left: this one goes on with the task.`;
    this.#parts.log.warn(message, { task: path });
  }

  forget(task: ScheduledTask): void {
    this.#tasks.delete(task as SharedTask);
  }

  /** The clock of this process was set back. */
  stepBack(ms: number): void {
    this.clock.stepBack(ms);
    for (const task of this.#tasks) task.clockChanged();
  }

  end(): void {
    this.#hasEnded = true;
    this.#stopWatching();
  }

  #changed(): void {
    const { isConnected } = this.engine;
    const isBack = isConnected && !this.#isConnected;
    const isGone = !isConnected && this.#isConnected;
    this.#isConnected = isConnected;
    for (const task of this.#tasks) {
      task.clockChanged();
      if (isBack) task.connected();
      if (isGone) task.disconnected();
    }
    if (isBack) this.#awaySince = undefined;
    if (isGone) this.#away();
    if (isBack || isGone) this.#parts.complaintChanged();
  }

  #away(): void {
    this.#awaySince = this.#runners.environment.clock.now();
  }
}
