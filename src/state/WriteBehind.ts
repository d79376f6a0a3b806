import type { Clock, ClockTimer } from '../contracts/Clock';
import type { ListenerLogger } from '../contracts/ListenerLogger';
import { messageOf, toError } from '../errors/serializeError';
import { StateError } from '../errors/stateErrors';
import { runOutsideExecution } from '../execution/ExecutionContext';
import { trackCallback } from '../execution/PendingCallback';
import { EngineContext } from '../time/EngineContext';
import { nextTurn } from '../time/native';

/** Rows that wait in memory until they are written to the state database. */
export interface Backlog {
  /** Their name, for messages: `due moments`. */
  readonly what: string;
  /** The effect on the application while they cannot be written, one sentence. */
  readonly consequence: string;
  /** The number of rows that are not written. */
  readonly size: number;
  /** The number of rows that were given up. @defaultValue 0 */
  readonly dropped?: number;
  /** Why they were; undefined if there was no room for them. */
  readonly whyDropped?: string | undefined;
  /** Makes the tables, and reads from them, before anything else. */
  load(): Promise<void>;
  /** Writes the next rows, no more than take a few milliseconds. Rows that could not be written wait on. */
  write(): Promise<void>;
}

/** The parts that a {@link WriteBehind} works with. */
export interface WriteBehindParts {
  readonly clock: Clock;
  readonly log: Pick<ListenerLogger, 'info' | 'warn' | 'error'>;
  /** Called when rows cannot be written any more, and when they can be again. */
  readonly changed: () => void;
}

/** The time before a failed write is tried again, doubled with each failure. */
const SHORTEST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Writes a backlog soon after it has grown, in batches between which the loop turns. A write that fails is tried again,
 * after 1 s, 2 s, 4 s … up to a minute; it is logged once for the same error in a row. A timer is armed only while
 * something is unwritten.
 */
export class WriteBehind {
  readonly #parts: WriteBehindParts;
  readonly #backlog: Backlog;
  readonly #delayMs: number;
  // Writes and timers must not belong to the hook, the run or the transaction that has grown the backlog.
  readonly #context = runOutsideExecution(() => new EngineContext('DaemonryWriteBehind'));
  #writing: Promise<void> | undefined;
  #timer: ClockTimer | undefined;
  #failure: Error | undefined;
  #failures = 0;
  #isClosed = false;

  /** @param delayMs - the time from the first new row to the write. With 0 that is the end of the turn. */
  constructor(parts: WriteBehindParts, backlog: Backlog, delayMs: number) {
    this.#parts = parts;
    this.#backlog = backlog;
    this.#delayMs = delayMs;
  }

  /** Why the newest rows are not written, one sentence; undefined while they are. */
  get complaint(): string | undefined {
    return this.#failure === undefined
      ? undefined
      : `the ${this.#backlog.what} cannot be saved: ${reasonOf(this.#failure)}`;
  }

  /** Takes notice of new rows. */
  grown(): void {
    if (this.#writing !== undefined || this.#timer !== undefined || this.#isClosed) return;
    if (this.#delayMs === 0) void this.#begin();
    else this.#wait(this.#delayMs);
  }

  /**
   * Writes everything now.
   *
   * @throws the error that prevents it.
   */
  async flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    while (this.#writing !== undefined || this.#backlog.size > 0) {
      await (this.#writing ?? this.#begin());
      if (this.#failure !== undefined) throw this.#failure;
    }
  }

  /** Writes everything for the last time. Resolves with a sentence that says what could not be written. */
  async close(): Promise<string | undefined> {
    this.#isClosed = true;
    const { what, whyDropped } = this.#backlog;
    let reason = whyDropped ?? 'there were too many while nothing could be saved';
    try {
      await this.flush();
    } catch (error) {
      reason = reasonOf(toError(error));
    }
    const lost = this.#backlog.size + (this.#backlog.dropped ?? 0);
    return lost === 0 ? undefined : `${lost} ${what} were not saved: ${reason}`;
  }

  #begin(): Promise<void> {
    return (this.#writing = this.#context.runInAsyncScope(() => this.#write()));
  }

  #wait(ms: number): void {
    const { clock } = this.#parts;
    this.#timer = this.#context.runInAsyncScope(() =>
      clock.at(
        clock.now() + ms,
        () => {
          this.#timer = undefined;
          void this.#begin();
        },
        { elapsed: true },
      ),
    );
  }

  /** Never rejects: a failure is kept, and waited for. */
  async #write(): Promise<void> {
    // A virtual clock waits for it.
    const pending = trackCallback(this.#parts.clock, 'state', this.#backlog.what);
    try {
      // Rows of the same turn are written together.
      await Promise.resolve();
      while (this.#backlog.size > 0) {
        await this.#backlog.write();
        this.#succeeded();
        if (this.#backlog.size > 0) await nextTurn();
      }
      this.#writing = undefined;
    } catch (error) {
      this.#writing = undefined;
      this.#failed(toError(error));
    } finally {
      pending.settled();
    }
  }

  #succeeded(): void {
    if (this.#failure === undefined) return;
    this.#failure = undefined;
    this.#failures = 0;
    this.#parts.log.info(`The ${this.#backlog.what} can be saved again.`);
    this.#parts.changed();
  }

  #failed(error: Error): void {
    if (!this.#isClosed) this.#wait(Math.min(SHORTEST_PAUSE_MS * 2 ** this.#failures++, LONGEST_PAUSE_MS));
    this.complain(error);
  }

  /** Tells why rows cannot be saved, once for the same error in a row. It is taken back when some have been written. */
  complain(error: Error): void {
    const isNew = this.#failure === undefined || messageOf(this.#failure) !== messageOf(error);
    this.#failure = error;
    if (!isNew) return;
    const { what, consequence } = this.#backlog;
    this.#parts.log.error(`The ${what} cannot be saved, which is tried again. ${consequence}`, { error });
    this.#parts.changed();
  }
}

const reasonOf = (error: Error): string => (error instanceof StateError ? error.what : messageOf(error));
