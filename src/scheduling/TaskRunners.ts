import type { BackgroundDaemonEntry, PeriodicTaskSpec } from '../contracts/entries';
import { NotRunningError, UnknownTaskError } from '../errors/taskErrors';
import type { InMemoryRunLedger, TaskHistory } from './InMemoryRunLedger';
import type { ScheduledTask } from './ScheduledTask';
import { TaskRunner } from './TaskRunner';
import type { RunnerParts } from './TickRun';

const NONE: readonly ScheduledTask[] = [];

type MakeShared = (listener: string, task: PeriodicTaskSpec, hooks: object, history: TaskHistory) => ScheduledTask;

/** The scheduled tasks of all daemons that run or have run, in the order in which tasks that are due at one instant run. */
export class TaskRunners {
  readonly #parts: RunnerParts;
  readonly #ledger: InMemoryRunLedger;
  readonly #made: (runner: ScheduledTask) => void;
  readonly #shared: MakeShared;
  readonly #byListener = new Map<string, readonly ScheduledTask[]>();

  /**
   * @param made - called with each new task.
   * @param shared - makes a task of cluster scope.
   */
  constructor(
    parts: RunnerParts,
    ledger: InMemoryRunLedger,
    made: (runner: ScheduledTask) => void,
    shared: MakeShared,
  ) {
    this.#parts = parts;
    this.#ledger = ledger;
    this.#made = made;
    this.#shared = shared;
  }

  /** Makes the tasks of a daemon that has come up, in place of those of its last life. */
  make({ name, tasks }: Pick<BackgroundDaemonEntry, 'name' | 'tasks'>, hooks: object): readonly ScheduledTask[] {
    const runners = tasks.map((task) => {
      this.#ledger.declare(name, [task.name]);
      const history = this.#ledger.history(name, task.name);
      const runner =
        task.cluster === undefined
          ? new TaskRunner(this.#parts, name, task, hooks, history)
          : this.#shared(name, task, hooks, history);
      this.#made(runner);
      return runner;
    });
    this.#byListener.set(name, runners);
    return runners;
  }

  get all(): ScheduledTask[] {
    return [...this.#byListener.values()].flat();
  }

  /** The tasks of a listener; none if it has not run. */
  of(listener: string): readonly ScheduledTask[] {
    return this.#byListener.get(listener) ?? NONE;
  }

  /** A task of a listener; undefined if that has not run. */
  find(listener: string, task: string): ScheduledTask | undefined {
    return this.#byListener.get(listener)?.find((runner) => runner.task === task);
  }

  /** The tasks of a listener, or one of them. @throws NotRunningError, UnknownTaskError */
  select(listener: string, task: string | undefined): readonly ScheduledTask[] {
    const runners = this.#byListener.get(listener);
    if (runners === undefined) throw new NotRunningError(listener, 'none of its tasks is scheduled');
    return task === undefined ? runners : [this.named(listener, task)];
  }

  /** @throws NotRunningError, UnknownTaskError */
  named(listener: string, task: string): ScheduledTask {
    const runners = this.select(listener, undefined);
    const runner = runners.find((candidate) => candidate.task === task);
    if (runner !== undefined) return runner;
    const known = runners.map((candidate) => candidate.task);
    throw new UnknownTaskError(listener, task, known);
  }
}
