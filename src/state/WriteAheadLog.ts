import { statSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';

import { toError } from '../errors/serializeError';
import { runOutsideExecution } from '../execution/ExecutionContext';
import { driverId } from './driver';

/** Bytes of the log from which on it is moved. */
const MOVED_FROM = 4 * 1_024 * 1_024;
/** Statements between two looks at the size of the log, which takes 3 µs. */
const LOOK_EVERY = 16;
/** Milliseconds that the thread waits for another program that reads the file. */
const BUSY_MS = 250;

const MOVE = 'PRAGMA wal_checkpoint(TRUNCATE)';

/**
 * The program of the thread. It is a text, so that there is no file that a bundle would lack. Whoever writes first after a
 * move waits for the disk as well, so the thread does: it gives `user_version` the value that it has.
 */
const THREAD = `
  const { parentPort, workerData } = require('node:worker_threads');
  process.removeAllListeners('warning');
  const { DatabaseSync } = require(workerData.driver);
  const connection = new DatabaseSync(workerData.file, { timeout: ${BUSY_MS} });
  connection.exec('PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0');
  const value = (sql) => Object.values(connection.prepare(sql).get())[0];
  parentPort.on('message', () => {
    try {
      if (value('${MOVE}') === 0) connection.exec('PRAGMA user_version = ' + value('PRAGMA user_version'));
      parentPort.postMessage({});
    } catch (error) {
      parentPort.postMessage({ error });
    }
  });
`;

/** The parts of a {@link WriteAheadLog}. */
export interface WriteAheadLogParts {
  /** The path of the database. */
  readonly file: string;
  /** Moves the log by the connection of this thread. */
  readonly moveHere: () => void;
  /** Calls `move` when no transaction is open, and lets all statements wait until it has settled. */
  readonly alone: (move: () => Promise<void>) => Promise<void>;
  /** Called when the thread cannot move the log, and this one does, for the 1st, 2nd, 4th, 8th … time. */
  readonly heldUp: (error: Error, times: number) => void;
}

/**
 * The log of a database, the file `-wal`, which SQLite writes before it changes the file itself. Every 4 MB it is moved into
 * the file, which waits for the disk three times: a thread with a connection of its own does so, started when it is first
 * needed, while the statements wait and the loop turns. Where no thread can be had, the loop is held up by it.
 */
export class WriteAheadLog {
  readonly #parts: WriteAheadLogParts;
  readonly #path: string;
  #worker: Worker | undefined;
  #failure: Error | undefined;
  #answered: (error?: Error) => void = () => undefined;
  #statements = 0;
  #isMoving = false;
  #moveFrom = MOVED_FROM;
  #heldUp = 0;

  constructor(parts: WriteAheadLogParts) {
    this.#parts = parts;
    this.#path = `${parts.file}-wal`;
  }

  /** Takes notice of a statement that was executed. */
  grown(): void {
    this.#statements++;
  }

  /** Begins to move the log if it has become long. Called after each statement, and each transaction. */
  look(): void {
    if (this.#statements < LOOK_EVERY || this.#isMoving) return;
    this.#statements = 0;
    if (this.#size() < this.#moveFrom) return;
    this.#isMoving = true;
    // Neither the thread nor its answers belong to the run whose statement this is.
    void runOutsideExecution(() => this.#parts.alone(() => this.#move()));
  }

  /** Ends the thread. Called when no statement waits. */
  async end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  /** Never rejects. */
  async #move(): Promise<void> {
    try {
      await this.#moveThere();
    } catch (thrown) {
      this.#moveHere(toError(thrown));
    }
    // Not all of it could be moved if another program reads, or the disk is full: then once it has grown by as much again.
    this.#moveFrom = this.#size() + MOVED_FROM;
    this.#isMoving = false;
  }

  async #moveThere(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const worker = (this.#worker ??= this.#start());
    // A statement that is waited for is no reason for the process to end.
    worker.ref();
    try {
      await new Promise<void>((resolve, reject) => {
        this.#answered = (error) => {
          if (error === undefined) resolve();
          else reject(error);
        };
        worker.postMessage('move');
      });
    } finally {
      worker.unref();
    }
  }

  #moveHere(reason: Error): void {
    this.#heldUp++;
    try {
      this.#parts.moveHere();
    } catch {
      // Whatever prevents it is told by the statements, which need the same disk.
    }
    if (Number.isInteger(Math.log2(this.#heldUp))) this.#parts.heldUp(reason, this.#heldUp);
  }

  #start(): Worker {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- takes 4 ms, which whoever writes little saves
    const threads = require('node:worker_threads') as typeof import('node:worker_threads');
    const worker = new threads.Worker(THREAD, {
      eval: true,
      name: 'daemonry-state',
      workerData: { driver: driverId(), file: this.#parts.file },
      execArgv: [],
      env: {},
    });
    worker.on('message', ({ error }: { error?: Error }) => this.#answered(error));
    worker.on('error', (error) => {
      this.#ended(worker, toError(error));
    });
    // Whatever ends a thread, it may do so without an error.
    worker.on('exit', (code) => {
      this.#ended(worker, new Error(`The thread that moves the log of the state ended with the exit code ${code}.`));
    });
    return worker;
  }

  /** A thread that has failed is not started again. */
  #ended(worker: Worker, failure: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#failure = failure;
    this.#answered(failure);
  }

  #size(): number {
    return statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
  }
}
