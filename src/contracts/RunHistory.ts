import type { RunOutcome, RunRecord } from './RunRecord';

/** Selects runs of the history. */
export interface HistoryQuery {
  /** The name of a listener, of this application or of an earlier version of it. @defaultValue every listener */
  readonly listener?: string;
  /** The name of a task of that listener. @defaultValue every task */
  readonly task?: string;
  /** The outcome of the runs. @defaultValue every outcome */
  readonly outcome?: RunOutcome;
  /** The earliest time at which a run began, or was skipped. @defaultValue the beginning */
  readonly from?: Date | string | number;
  /** The time before which a run began, or was skipped. @defaultValue now */
  readonly to?: Date | string | number;
  /** The `next` of the page before. @defaultValue the first page */
  readonly before?: string;
  /** The largest number of runs, 1 to 1,000. @defaultValue 100 */
  readonly limit?: number;
}

/** A page of the history. */
export interface HistoryPage {
  /** The newest first. */
  readonly runs: readonly RunRecord[];
  /** The `before` of the next page; absent on the last one. */
  readonly next?: string;
}

/**
 * The runs of this and of earlier processes of the application, in the state database. It is kept if the section `history`
 * is configured. A query about a task of cluster scope is answered by the cluster engine instead, with the runs of all
 * processes, by due moment. Inject it by this class.
 */
export abstract class RunHistory {
  /**
   * The runs that were decided or skipped, those of a moment ago included.
   *
   * @throws {@link InvalidHistoryQueryError} with everything that is wrong with the query.
   * @throws {@link HistoryOffError} if no history is kept; {@link StateError} if it cannot be read.
   * @throws {@link UnknownListenerError}, {@link UnknownTaskError} for a name that neither the application nor the history has.
   */
  abstract query(query?: HistoryQuery): Promise<HistoryPage>;
}
