import type { OperatorJournal } from '../../contracts/OperatorJournal';
import type { StateDatabase } from '../../contracts/StateDatabase';
import { holdsActs, migrateActs } from './operatorTables';
import type { Operator, OperatorParts } from './Operator';

/** The operator of an application, which is loaded and made when there is something to carry out or to restore. */
export class OperatorOnDemand {
  readonly #parts: OperatorParts;
  #made: Operator | undefined;
  /** Holds nothing as long as the operator is not made. */
  #database: StateDatabase | undefined;

  constructor(parts: OperatorParts) {
    this.#parts = parts;
  }

  /** Undefined while nobody has asked for anything, so that nothing is set. */
  get made(): Operator | undefined {
    return this.#made;
  }

  get(): Operator {
    return (this.#made ??= make(this.#parts, this.#database));
  }

  /**
   * Has everything that is set kept in the database, and what earlier sessions have set take effect, before the first listener
   * starts.
   *
   * @param journals - record each change.
   * @throws StateError
   */
  async restore(database: StateDatabase, journals: readonly OperatorJournal[]): Promise<void> {
    await migrateActs(database);
    const isNeeded = (await holdsActs(database)) || journals.length > 0;
    if (isNeeded || this.#made !== undefined) await this.get().restore(database, journals);
    else this.#database = database;
  }
}

function make(...given: ConstructorParameters<typeof Operator>): Operator {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded by applications that are operated, or share tasks
  const loaded = require('./Operator') as typeof import('./Operator');
  return new loaded.Operator(...given);
}
