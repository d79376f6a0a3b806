import type { OperationEvent } from './ApplicationEvents';
import type { OperatorIntent } from './Operation';
import type { SqlStatements } from './StateDatabase';

/** A change of what operators have set. */
export interface IntentsChange {
  /**
   * The act, as `operator.acted` announces it once it is kept: the same object. Absent when something was over by itself, also
   * while the process was down, or had been set before the start.
   */
  readonly act?: OperationEvent;
  /** Everything that was in force before, oldest first. */
  readonly before: readonly OperatorIntent[];
  /** Everything that is in force afterwards, oldest first. */
  readonly after: readonly OperatorIntent[];
}

/**
 * Records what operators set and lift, in the transaction of the state database that keeps the change: both are kept, or
 * neither is. Bind a class of yours, and this token to it: `bind(Ledger).toSelf(); bind(OperatorJournal).toService(Ledger)`.
 * Journals are constructed when the database is opened, before the first listener starts; without a database, none is.
 */
export abstract class OperatorJournal {
  /**
   * Writes the record. When it rejects, nothing is changed, and the act is refused with its error.
   *
   * @param statements - those of the transaction: nothing else may be waited for.
   */
  abstract record(change: IntentsChange, statements: SqlStatements): Promise<void>;
}
