import type { RunCounters, RunRecord } from './RunRecord';

export interface RunQuery {
  /** Only this task's runs. @defaultValue every task of the listener */
  readonly task?: string;
  /** At most so many, the newest ones. @defaultValue all that are kept */
  readonly limit?: number;
}

/** The runs that are remembered: the last `ledger.runsPerTask` (100) of each task, and counters of all. */
export abstract class RunLedger {
  /**
   * Oldest first.
   * @throws UnknownListenerError, UnknownTaskError
   */
  abstract runs(listener: string, query?: RunQuery): readonly RunRecord[];

  /** @throws UnknownListenerError, UnknownTaskError */
  abstract counters(listener: string, task: string): RunCounters;
}
