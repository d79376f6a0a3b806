import type { EmitEvent } from '../contracts/ApplicationEvents';
import type { ExecutionHost } from '../execution/ExecutionHost';
import type { StateStore } from './StateStore';

/** What a task's runner needs of its scheduler. */
export interface RunnerHost {
  readonly host: ExecutionHost;
  readonly emit: EmitEvent;
  readonly store: StateStore;
  readonly nextRunId: () => string;
  /** At least 0, less than 1. */
  readonly random: () => number;
}
