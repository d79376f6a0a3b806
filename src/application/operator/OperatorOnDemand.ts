import type { OperatorJournal } from '../../contracts/OperatorJournal';
import type { StateDatabase } from '../../contracts/StateDatabase';
import { holdsActs, migrateActs } from './operatorTables';
import { toError } from '../../errors/serializeError';
import { native } from '../../time/native';
import type { Operator, OperatorParts } from './Operator';

/** The operator of an application, which is loaded and made when there is something to carry out or to restore. */
export class OperatorOnDemand {
  readonly #parts: OperatorParts;
  #code: OperatorCode | undefined;
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
    this.#code ??= load();
    return (this.#made ??= new this.#code.Operator(this.#parts, this.#database));
  }

  /**
   * Has the code loaded in the next turn of the loop. Months later, an act may be asked for since no file can be opened any
   * more, or the files may be those of the next version.
   */
  loadSoon(): void {
    native.setImmediate(() => {
      try {
        this.#code ??= load();
      } catch (thrown) {
        const message = 'The code for acts of operators cannot be loaded; the first act tries again';
        this.#parts.log.warn(message, { error: toError(thrown) });
      }
    });
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

type OperatorCode = typeof import('./Operator');

function load(): OperatorCode {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a boot does not wait for it, unless it has acts to restore
  return require('./Operator') as OperatorCode;
}
