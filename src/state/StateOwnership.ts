import { rmSync } from 'node:fs';

import { toError } from '../errors/serializeError';
import { stateUnreadable } from '../errors/stateErrors';
import { type OwnerRecord, readOwner, worksWith, writeOwner } from './OwnerRecord';
import { fateOf, thisProcess } from './processIdentity';
import { type Connection, type Driver, fileFailure } from './sqlite';
import { fileId, makePrivate, type StateFiles } from './stateFiles';

/**
 * The right of this process to the state of an application: an open transaction on a file of its own, and a record of the
 * process beside it. The operating system ends the lock with the process, however that ends, so that nothing is left to
 * clear away. It also ends it when the process closes the file after having read it, as a copy of the folder does: then the
 * record keeps others out, and the lock is taken again at the next {@link renew}.
 */
export class StateOwnership {
  readonly #driver: () => Driver;
  readonly #files: StateFiles;
  #lock: Connection | undefined;
  #lockId: string | undefined;
  /** False while the lock could not be taken again. */
  #isHeld = false;
  #record: OwnerRecord | undefined;

  constructor(driver: () => Driver, files: StateFiles) {
    this.#driver = driver;
    this.#files = files;
  }

  /**
   * Takes the right.
   *
   * @returns undefined when it is taken, else what is known of the process that has it.
   * @throws StateError STATE_UNREADABLE
   */
  take(): Partial<OwnerRecord> | undefined {
    const isLocked = this.#takeLock();
    const record = readOwner(this.#files.owner);
    // What holds the lock may be another program, which has written no record.
    if (!isLocked) return record === undefined || fateOf(record) === 'ended' ? {} : record;
    // An application of this process would still have the lock.
    if (record === undefined || record.pid === process.pid || !worksWith(record, this.#files.database))
      return undefined;
    this.#releaseLock();
    return record;
  }

  /** Writes that this process has the right. Called when the database is there. @throws StateError STATE_WRITE_FAILED */
  sign(since: string): void {
    const database = fileId(this.#files.database) ?? '';
    this.#record = { ...thisProcess(), since, token: newToken(), database };
    writeOwner(this.#files.owner, this.#record);
  }

  /** Writes the address where the application answers, or that it answers nowhere. @throws StateError STATE_WRITE_FAILED */
  publish(url: string | undefined): void {
    if (this.#record === undefined) return;
    const { url: _, ...record } = this.#record;
    this.#record = url === undefined ? record : { ...record, url };
    writeOwner(this.#files.owner, this.#record);
  }

  /** The record of whoever has taken the right away meanwhile; undefined if nobody has. */
  get successor(): OwnerRecord | undefined {
    const found = readOwner(this.#files.owner);
    return this.#record === undefined || found?.token === this.#record.token ? undefined : found;
  }

  /**
   * Takes the lock again, which may have been lost, and writes the record again if it is gone.
   *
   * @returns true if the file of the lock was gone, or another one, and is a new one now.
   */
  renew(): boolean {
    if (this.#record === undefined) return false;
    const isGone = fileId(this.#files.lock) !== this.#lockId;
    try {
      if (isGone) {
        this.#releaseLock();
        this.#takeLock();
      } else {
        if (this.#isHeld) this.#lock?.exec('ROLLBACK');
        this.#isHeld = false;
        this.#lock?.exec('BEGIN EXCLUSIVE');
        this.#isHeld = true;
      }
      if (readOwner(this.#files.owner) === undefined) writeOwner(this.#files.owner, this.#record);
    } catch {
      // Somebody looks at the file, or the disk is full: it is tried again the next time.
    }
    return isGone;
  }

  /** Gives the right back. */
  release(): void {
    if (this.#record !== undefined && this.successor === undefined) {
      try {
        rmSync(this.#files.owner, { force: true });
      } catch {
        // The end of this process makes it void.
      }
    }
    this.#record = undefined;
    this.#releaseLock();
  }

  #takeLock(): boolean {
    const { lock: file } = this.#files;
    const { DatabaseSync } = this.#driver();
    let lock: Connection | undefined;
    try {
      makePrivate(file);
      lock = new DatabaseSync(file, { timeout: 0 });
      lock.exec('BEGIN EXCLUSIVE');
      this.#lock = lock;
      this.#lockId = fileId(file);
      this.#isHeld = true;
      return true;
    } catch (thrown) {
      lock?.close();
      const error = toError(thrown);
      if (fileFailure(error) === 'busy') return false;
      throw stateUnreadable(file, error);
    }
  }

  #releaseLock(): void {
    // Closing it ends its transaction.
    this.#lock?.close();
    this.#lock = undefined;
  }
}

/** Differs from that of every other right, of this process and of others. It protects nothing. */
const newToken = (): string =>
  `${process.pid}-${process.hrtime.bigint().toString(36)}-${Math.random().toString(36).slice(2)}`;
