import type { RunRecord } from './RunRecord';

/** A due moment of a task of cluster scope that has used up its starts, and that nobody has dismissed. */
export interface DeadLetter {
  /** The name of the listener. */
  readonly listener: string;
  /** The name of the task. */
  readonly task: string;
  /** The id of the due moment, or of the manual run. */
  readonly tickId: string;
  /** Since when it is one, as ISO text on the clock of the cluster's store. */
  readonly since: string;
  /** The record of its last run, in whichever process that was; absent when it is kept no longer. */
  readonly record?: RunRecord;
}

/** Selects dead letters of a listener. */
export interface DeadLetterQuery {
  /** The name of the task. @defaultValue every task of the listener */
  readonly task?: string;
  /** The `tickId` of the one that is wanted. @defaultValue all of them */
  readonly tickId?: string;
  /** The largest number, 1 to 1,000; another number is taken as the nearest of these. @defaultValue 100 */
  readonly limit?: number;
}
