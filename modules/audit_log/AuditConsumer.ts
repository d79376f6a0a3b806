import { readdir, readFile, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { type ListenerLogger, NonErrorThrown, isErrorLike, codeOf } from 'daemonry';

import type { AuditEvent, AuditEventType } from './auditEvents';
import type { EventCatalog } from './EventCatalog';
import type { LogPlace } from '../shared/logs/readSegments';
import type { SegmentedLog } from '../shared/logs/SegmentedLog';
import { AuditWriteError } from './errors';
import { AtomicFile } from '../shared/files';
import { isObject } from '../shared/fields';

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
   * @throws AuditWriteError when the cursor cannot be stored; the signal's reason, once it aborts.
   */
  deliver(handle: (event: AuditEvent<T>) => Promise<void>, options?: DeliverOptions): Promise<Delivery>;
  /** Makes the cursor begin now, at the end of the log, if it has none. @throws AuditWriteError */
  start(): Promise<void>;
}

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
    private readonly catalog: EventCatalog,
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
      const { type } = item.entry;
      if (this.types.has(type) && this.catalog.has(type)) {
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

const WRITER = 'new';

/** Where a consumer has come to, in a file of its own. */
export class CursorFile {
  readonly path: string;
  readonly #file: AtomicFile;

  constructor(directory: string, name: string) {
    this.path = join(directory, `${name}.json`);
    this.#file = new AtomicFile(this.path);
  }

  /** The largest sequence in any of them; 0 without one. Those that are damaged know none. */
  static async largest(directory: string): Promise<number> {
    const names = (await listFolder(directory)).filter((name) => name.endsWith('.json'));
    const places = await Promise.all(names.map((name) => new CursorFile(directory, basename(name, '.json')).read()));
    return Math.max(0, ...places.map((place) => (place === undefined || place === 'damaged' ? 0 : place.sequence)));
  }

  /** `undefined` when there is none. Rejects when it is there and cannot be read. */
  async read(): Promise<LogPlace | 'damaged' | undefined> {
    const text = await readIfThere(this.path);
    return text === undefined ? undefined : (parsePlace(text) ?? 'damaged');
  }

  /** In one step: after a crash it is the old place or this one. */
  async write({ sequence, segment, offset }: LogPlace): Promise<void> {
    await this.#file.write(`${JSON.stringify({ sequence, segment, offset })}\n`, { writer: WRITER });
  }

  /** Returns where it is then. */
  async moveAside(): Promise<string> {
    const taken = new Set(await listFolder(dirname(this.path)));
    const nameOf = (count: number): string => `${basename(this.path)}.${count}.damaged`;
    let count = 1;
    while (taken.has(nameOf(count))) count++;
    const aside = join(dirname(this.path), nameOf(count));
    await rename(this.path, aside);
    return aside;
  }
}

function parsePlace(text: string): LogPlace | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { sequence, segment, offset } = value;
  const isCount = (count: unknown, least: number): count is number =>
    Number.isSafeInteger(count) && (count as number) >= least;
  if (!isCount(sequence, 0) || !isCount(segment, 1) || !isCount(offset, 0)) return undefined;
  return { sequence, segment, offset };
}

const readIfThere = (path: string): Promise<string | undefined> =>
  unlessMissing(() => readFile(path, 'utf8'), undefined);

const listFolder = (path: string): Promise<string[]> => unlessMissing(() => readdir(path), []);

async function unlessMissing<T>(read: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return otherwise;
    throw error;
  }
}
