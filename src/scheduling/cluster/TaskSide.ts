import type { ClusterEngine, ClusterIntents, ClusterTaskHandle, ClusterWorker } from '../../contracts/ClusterEngine';
import type { Clock } from '../../contracts/Clock';
import type { PeriodicTaskSpec } from '../../contracts/entries';
import type { RunProcess } from '../../contracts/RunRecord';
import type { ScheduledTask } from '../ScheduledTask';
import type { RunnerParts } from '../TickRun';

/** The application of a task of cluster scope, as the task sees it. */
export interface TaskSide {
  /** The name of the application. */
  readonly application: string;
  readonly engine: ClusterEngine;
  /** The clock of the store. */
  readonly clock: Clock;
  /** This process, for records. */
  readonly process: RunProcess;
  readonly runners: RunnerParts;
  /** Joins a task. */
  join(listener: string, spec: PeriodicTaskSpec, worker: ClusterWorker): ClusterTaskHandle;
  /** Called when operators have set or lifted something, in any process. */
  intentsChanged(task: ScheduledTask, intents: ClusterIntents): void;
  /** Says once that another process has the newer schedule, or no longer has. */
  tellSuperseded(path: string, isSuperseded: boolean): void;
  /** The task has ended. */
  forget(task: ScheduledTask): void;
}
