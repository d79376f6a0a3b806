import { isErrorLike, type ListenerLogger, NonErrorThrown } from 'daemonry';

import type { AuditEvent, AuditEventType } from './auditEvents';
import type { AuditReader } from './AuditReader';
import type { AuditStore } from './AuditStore';

/** The result of a delivery. */
export interface Delivery {
  /** How many events were handed over, the failed ones included. */
  readonly delivered: number;
  /** The events whose handler rejected; they are not handed over again. */
  readonly failed: readonly { readonly sequence: number; readonly error: Error }[];
  /** How many events are gone, because retention removed them before this consumer came to them. */
  readonly missed: number;
  /** There was another event for this consumer when the limit was reached. */
  readonly more: boolean;
}

/** Options of a delivery. */
export interface DeliverOptions {
  /** Number of events to hand over at most. @defaultValue all that there are */
  readonly limit?: number;
  /** Ends the delivery when it aborts; the event in progress is handed over again. */
  readonly signal?: AbortSignal;
}

/** Hands the events of some types to somebody, each once and in order. */
export interface AuditConsumer<T extends AuditEventType = AuditEventType> {
  /**
   * Hands each new event, oldest first, to `handle`: what is in the log at the call. The cursor is stored after each. The
   * first call ever of a name begins at the end of the log: history is not replayed. An event whose handler rejects counts
   * as handed over and is in `failed`; but one whose handler rejects once the signal has aborted is handed over again.
   *
   * @throws StateError when the log cannot be read or the cursor not be stored; the signal's reason, once it aborts.
   */
  deliver(handle: (event: AuditEvent<T>) => Promise<void>, options?: DeliverOptions): Promise<Delivery>;
  /** Makes the cursor begin now, at the end of the log, if it has none. @throws StateError */
  start(): Promise<void>;
}

/** A consumer whose place is in the state database, and in memory once it was read. */
export class StoredConsumer<T extends AuditEventType> implements AuditConsumer<T> {
  /** The sequence up to which everything was handed over. */
  #place: number | undefined;
  #stored: number | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly name: string,
    readonly types: ReadonlySet<AuditEventType>,
    private readonly store: AuditStore,
    private readonly reader: AuditReader,
    private readonly log: ListenerLogger,
  ) {}

  start(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#begin();
    });
  }

  deliver(handle: (event: AuditEvent<T>) => Promise<void>, options: DeliverOptions = {}): Promise<Delivery> {
    return this.#inTurn(async () => {
      await this.#begin();
      try {
        return await this.#deliver(handle, options);
      } finally {
        // Past what is not for this consumer.
        await this.#save();
      }
    });
  }

  #inTurn<R>(work: () => Promise<R>): Promise<R> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #deliver(
    handle: (event: AuditEvent<T>) => Promise<void>,
    { limit = Number.POSITIVE_INFINITY, signal }: DeliverOptions,
  ): Promise<Delivery> {
    const failed: { sequence: number; error: Error }[] = [];
    let delivered = 0;
    signal?.throwIfAborted();
    const { removed, last } = await this.store.ends();
    const missed = Math.max(0, removed - this.#place!);
    if (missed > 0) this.#warnOfMissed(missed);
    this.#place = Math.max(this.#place!, removed);
    const range = { after: this.#place, until: last, types: [...this.types] };
    for await (const event of this.reader.events(range, signal)) {
      signal?.throwIfAborted();
      if (delivered >= limit) return { delivered, failed, missed, more: true };
      const error = await attempt(handle, event as AuditEvent<T>, signal);
      if (error !== undefined) failed.push({ sequence: event.sequence, error });
      delivered++;
      this.#place = event.sequence;
      await this.#save();
    }
    this.#place = Math.max(this.#place, last);
    return { delivered, failed, missed, more: false };
  }

  #warnOfMissed(events: number): void {
    const message = `${this.name} came too late: events were removed before they were handed to it`;
    this.log.warn(message, { consumer: this.name, events, fix: 'raise audit_log.keepRows or audit_log.keepFor' });
  }

  async #begin(): Promise<void> {
    if (this.#place !== undefined) return;
    this.#stored = await this.store.place(this.name);
    this.#place = this.#stored ?? (await this.store.ends()).last;
    await this.#save();
  }

  async #save(): Promise<void> {
    const place = this.#place;
    if (place === undefined || place === this.#stored) return;
    await this.store.setPlace(this.name, place);
    this.#stored = place;
  }
}

/** Returns the error that the handler rejected with. Throws the signal's reason if the signal interrupted the handler. */
async function attempt<E>(
  handle: (event: E) => Promise<void>,
  event: E,
  signal: AbortSignal | undefined,
): Promise<Error | undefined> {
  try {
    await handle(event);
    return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    return isErrorLike(error) ? error : new NonErrorThrown(error);
  }
}
