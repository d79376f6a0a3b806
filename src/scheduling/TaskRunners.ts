import type { BackgroundDaemonEntry } from '../contracts/entries';
import { NotRunningError, UnknownTaskError } from '../errors/taskErrors';
import type { InMemoryRunLedger } from './InMemoryRunLedger';
import { TaskRunner } from './TaskRunner';
import type { RunnerParts } from './TickRun';

const NONE: readonly TaskRunner[] = [];

/** The scheduled tasks of all daemons that run or have run, in the order in which tasks that are due at one instant run. */
export class TaskRunners {
  readonly #parts: RunnerParts;
  readonly #ledger: InMemoryRunLedger;
  readonly #made: (runner: TaskRunner) => void;
  readonly #byListener = new Map<string, readonly TaskRunner[]>();

  /** @param made - called with each new task. */
  constructor(parts: RunnerParts, ledger: InMemoryRunLedger, made: (runner: TaskRunner) => void) {
    this.#parts = parts;
    this.#ledger = ledger;
    this.#made = made;
  }

  /** Makes the tasks of a daemon that has come up, in place of those of its last life. */
  make({ name, tasks }: Pick<BackgroundDaemonEntry, 'name' | 'tasks'>, hooks: object): readonly TaskRunner[] {
    const runners = tasks.map((task) => {
      this.#ledger.declare(name, [task.name]);
      const runner = new TaskRunner(this.#parts, name, task, hooks, this.#ledger.history(name, task.name));
      this.#made(runner);
      return runner;
    });
    this.#byListener.set(name, runners);
    return runners;
  }

  get all(): TaskRunner[] {
    return [...this.#byListener.values()].flat();
  }

  /** The tasks of a listener; none if it has not run. */
  of(listener: string): readonly TaskRunner[] {
    return this.#byListener.get(listener) ?? NONE;
  }

  /** The tasks of a listener, or one of them. @throws NotRunningError, UnknownTaskError */
  select(listener: string, task: string | undefined): readonly TaskRunner[] {
    const runners = this.#byListener.get(listener);
    if (runners === undefined) throw new NotRunningError(listener, 'none of its tasks is scheduled');
    return task === undefined ? runners : [this.named(listener, task)];
  }

  /** @throws NotRunningError, UnknownTaskError */
  named(listener: string, task: string): TaskRunner {
    const runners = this.select(listener, undefined);
    const runner = runners.find((candidate) => candidate.task === task);
    if (runner !== undefined) return runner;
    const known = runners.map((candidate) => candidate.task);
    throw new UnknownTaskError(listener, task, known);
  }
}
