import { rmSync } from 'node:fs';

import { toError } from '../errors/serializeError';
import { descriptorOf, isLocked } from './heldLock';
import { type OwnerRecord, readOwner, succeeds, worksWith, writeOwner } from './OwnerRecord';
import { fateOf, thisProcess } from './processIdentity';
import { type Connection, type Driver, fileFailure, openingErrorOf } from './sqlite';
import { fileId, makePrivate, type StateFiles } from './stateFiles';

/** Where the system does not tell whether the lock is still held, it is let go and taken again once in that many renewals. */
const RENEWALS_UNTOLD = 12;

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
  #descriptor: string | undefined;
  /** False once the system has not told of a lock that is held. */
  #isTold = true;
  #untold = 0;
  #record: OwnerRecord | undefined;

  constructor(driver: () => Driver, files: StateFiles) {
    this.#driver = driver;
    this.#files = files;
  }

  /**
   * Takes the right.
   *
   * @returns undefined when it is taken, else what is known of the process that has it.
   * @throws StateError STATE_UNREADABLE, STATE_WRITE_FAILED
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
    if (this.#record === undefined) return undefined;
    const found = readOwner(this.#files.owner);
    return found !== undefined && succeeds(found, this.#record, this.#files.database) ? found : undefined;
  }

  /**
   * Takes the lock again if it was lost, and writes the record again if it is gone or another one. Called when there is no
   * {@link successor}. Nothing is written, and the lock is not let go, as long as both are there.
   *
   * @returns the files that were gone or replaced, and are made anew.
   */
  renew(): readonly string[] {
    if (this.#record === undefined) return [];
    const { lock, owner } = this.#files;
    return [...(this.#renewLock() ? [lock] : []), ...(this.#renewRecord(this.#record) ? [owner] : [])];
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
      // Without it, each lock makes a journal beside the file.
      lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
      this.#lock = lock;
      this.#lockId = fileId(file);
      this.#isHeld = true;
      return true;
    } catch (thrown) {
      lock?.close();
      if (fileFailure(toError(thrown)) === 'busy') return false;
      throw openingErrorOf(file, thrown);
    }
  }

  #releaseLock(): void {
    // Closing it ends its transaction.
    this.#lock?.close();
    this.#lock = undefined;
    this.#lockId = undefined;
  }

  /** Returns true if the file was gone or replaced, and a new one is locked. */
  #renewLock(): boolean {
    try {
      if (this.#lock === undefined || fileId(this.#files.lock) !== this.#lockId) {
        this.#releaseLock();
        return this.#takeLock();
      }
      if (!this.#mayBeLost()) return false;
      if (this.#isHeld) this.#lock.exec('ROLLBACK');
      this.#isHeld = false;
      this.#lock.exec('BEGIN EXCLUSIVE');
      this.#isHeld = true;
      this.#isTold = this.#seen() === true;
    } catch {
      // Somebody looks at the file, or the disk is full: it is tried again the next time.
    }
    return false;
  }

  #mayBeLost(): boolean {
    if (!this.#isHeld) return true;
    const seen = this.#isTold ? this.#seen() : undefined;
    return seen === undefined ? ++this.#untold % RENEWALS_UNTOLD === 0 : !seen;
  }

  /** Whether the lock is held, as the system tells it. */
  #seen(): boolean | undefined {
    this.#descriptor = descriptorOf(this.#lockId, this.#descriptor);
    return this.#descriptor === undefined ? undefined : isLocked(this.#descriptor);
  }

  /** Returns true if the record was gone or replaced, and is written again. */
  #renewRecord(record: OwnerRecord): boolean {
    const { owner } = this.#files;
    try {
      if (readOwner(owner)?.token === record.token || this.successor !== undefined) return false;
      writeOwner(owner, record);
      return true;
    } catch {
      // As with the lock.
      return false;
    }
  }
}

/** Differs from that of every other right, of this process and of others. It protects nothing. */
const newToken = (): string =>
  `${process.pid}-${process.hrtime.bigint().toString(36)}-${Math.random().toString(36).slice(2)}`;
