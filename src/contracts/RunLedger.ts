import type { RunCounters, RunRecord } from './RunRecord';

/** Selects runs of a listener. */
export interface RunQuery {
  /** The task whose runs are wanted. @defaultValue every task of the listener */
  readonly task?: string;
  /** The largest number of runs; the newest are taken. @defaultValue all that are kept */
  readonly limit?: number;
}

/**
 * The runs of an application: the last `ledger.runsPerTask` (100) of each task, and counters of all. Inject it by this
 * class.
 */
export abstract class RunLedger {
  /**
   * The kept runs of a listener, oldest first.
   * @throws UnknownListenerError, UnknownTaskError
   */
  abstract runs(listener: string, query?: RunQuery): readonly RunRecord[];

  /**
   * The number of runs of a task by outcome, since the boot.
   * @throws UnknownListenerError, UnknownTaskError
   */
  abstract counters(listener: string, task: string): RunCounters;
}
