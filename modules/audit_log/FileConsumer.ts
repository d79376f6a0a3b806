import { type ListenerLogger, NonErrorThrown } from 'daemonry';

import type { LogPlace } from '../shared/log/LogItem';
import type { SegmentedLog } from '../shared/SegmentedLog';
import type { AuditConsumer, DeliverOptions, Delivery } from './AuditConsumer';
import type { AuditEvent, AuditEventType } from './AuditEvent';
import { AuditWriteError } from './AuditWriteError';
import type { CursorFile } from './CursorFile';

/** A consumer whose place is in a file, and in memory once it was read. */
export class FileConsumer<T extends AuditEventType> implements AuditConsumer<T> {
  #place: LogPlace | undefined;
  #stored: LogPlace | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly name: string,
    readonly types: ReadonlySet<AuditEventType>,
    private readonly events: SegmentedLog<AuditEvent>,
    private readonly cursor: CursorFile,
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
        await this.#store();
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
    let [delivered, missed] = [0, 0];
    for await (const item of this.events.read(this.#place!, signal)) {
      signal?.throwIfAborted();
      if (item.kind === 'missed') {
        missed += item.events;
        this.#warnOfMissed(item.events);
        continue;
      }
      if (this.types.has(item.entry.type)) {
        if (delivered >= limit) return { delivered, failed, missed, more: true };
        const error = await attempt(handle, item.entry as AuditEvent<T>, signal);
        if (error !== undefined) failed.push({ sequence: item.entry.sequence, error });
        delivered++;
        this.#place = item.end;
        await this.#store();
      }
      this.#place = item.end;
    }
    return { delivered, failed, missed, more: false };
  }

  #warnOfMissed(events: number): void {
    const message = `${this.name} came too late: events were removed before they were handed to it`;
    this.log.warn(message, { consumer: this.name, events, fix: 'raise audit_log.keepSegments or audit_log.keepFor' });
  }

  async #begin(): Promise<void> {
    if (this.#place !== undefined) return;
    const end = await this.events.end();
    const read = await this.#attempt('read', () => this.cursor.read());
    if (read !== undefined && read !== 'damaged') {
      this.#place = read;
      this.#stored = read;
      return;
    }
    // Where it was is lost: an event twice is better than none.
    this.#place = read === undefined ? end : await this.events.placeBefore({});
    if (read === 'damaged') {
      const aside = await this.#attempt('move away', () => this.cursor.moveAside());
      const message = `The cursor of ${this.name} is damaged: it is handed every event that is kept once more`;
      this.log.warn(message, { consumer: this.name, 'moved to': aside });
    }
    await this.#store();
  }

  /** The events come first: no cursor may point beyond what a power cut leaves of the log. */
  async #store(): Promise<void> {
    const place = this.#place;
    if (place === undefined || place === this.#stored) return;
    await this.events.sync();
    await this.#attempt('store', () => this.cursor.write(place));
    this.#stored = place;
  }

  async #attempt<R>(verb: string, work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } catch (error) {
      throw new AuditWriteError(`${verb} the cursor ${this.cursor.path}`, error);
    }
  }
}

/** What the handler rejected with. An event whose handler was interrupted by the signal is not dealt with: that throws. */
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
    return error instanceof Error || Object.prototype.toString.call(error) === '[object Error]'
      ? (error as Error)
      : new NonErrorThrown(error);
  }
}
