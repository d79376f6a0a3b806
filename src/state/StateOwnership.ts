import { existsSync } from 'node:fs';

import { toError } from '../errors/serializeError';
import { stateUnreadable } from '../errors/stateErrors';
import { type Connection, type Driver, fileFailure } from './sqlite';
import { makePrivate } from './stateFiles';

/**
 * The right of this process to the state of an application: an open transaction on a file of its own. The operating system
 * ends it with the process, however that ends, so that nothing is left to clear away.
 */
export class StateOwnership {
  readonly #driver: () => Driver;
  readonly #file: string;
  #lock: Connection | undefined;

  /** @param file - the path of the lock, beside that of the database. */
  constructor(driver: () => Driver, file: string) {
    this.#driver = driver;
    this.#file = file;
  }

  /**
   * Takes the right.
   *
   * @returns false if another process has it.
   * @throws StateError STATE_UNREADABLE
   */
  take(): boolean {
    const { DatabaseSync } = this.#driver();
    let lock: Connection | undefined;
    try {
      makePrivate(this.#file);
      lock = new DatabaseSync(this.#file, { timeout: 0 });
      lock.exec('BEGIN EXCLUSIVE');
      this.#lock = lock;
      return true;
    } catch (thrown) {
      lock?.close();
      const error = toError(thrown);
      if (fileFailure(error) === 'busy') return false;
      throw stateUnreadable(this.#file, error);
    }
  }

  /** True while another process has the right. Looks for a moment, and takes nothing. */
  isTaken(): boolean {
    if (!existsSync(this.#file)) return false;
    const { DatabaseSync } = this.#driver();
    let lock: Connection | undefined;
    try {
      lock = new DatabaseSync(this.#file, { timeout: 0 });
      lock.prepare('SELECT count(*) FROM sqlite_schema').get();
      return false;
    } catch (thrown) {
      return fileFailure(toError(thrown)) === 'busy';
    } finally {
      lock?.close();
    }
  }

  /** Gives the right back. */
  release(): void {
    this.#lock?.exec('ROLLBACK');
    this.#lock?.close();
    this.#lock = undefined;
  }
}
