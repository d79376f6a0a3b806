import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { Clock, ListenerLogger } from 'daemonry';

import { LogFile, listSegments, type Segment, segmentAt, segmentName } from './segmentFiles';
import { LogLock, type LogWriteError } from './LogLock';
import {
  type LogDamage,
  type LogPlace,
  LONGEST_LINE,
  readSegment,
  type ReadOptions,
  type Stamped,
} from './readSegments';
import { recover } from './recover';

export interface LogWriterOptions<T extends Stamped> extends ReadOptions<T> {
  /** Size in bytes at which a segment is full; the next entry begins a new one. */
  readonly segmentBytes: number;
  readonly keepSegments: number;
  readonly keepForMs: number;
  /** The largest sequence that somebody remembers; the log never gives it again. @defaultValue 0 */
  readonly lastKnown?: () => Promise<number>;
  readonly WriteError: new (attempt: string, cause: unknown) => LogWriteError;
  readonly clock: Clock;
  readonly log: ListenerLogger;
}

interface Waiting<T> {
  readonly make: (stamp: Stamped) => T;
  readonly resolve: (entry: T) => void;
  readonly reject: (error: unknown) => void;
}

interface Line<T> extends Pick<Waiting<T>, 'resolve' | 'reject'> {
  readonly entry: T;
  readonly bytes: Buffer;
}

const BATCH_BYTES = 1_048_576;

/** The one writer of a log: what it does comes one after the other. */
export class LogWriter<T extends Stamped> {
  readonly #options: LogWriterOptions<T>;
  readonly #onDamage: (damage: LogDamage) => void;
  readonly #lock: LogLock;
  readonly #waiting: Waiting<T>[] = [];
  #file: LogFile | undefined;
  #next = 1;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: LogWriterOptions<T>, onDamage: (damage: LogDamage) => void) {
    this.#options = options;
    this.#onDamage = onDamage;
    this.#lock = new LogLock(join(options.directory, 'lock'));
  }

  append(make: (stamp: Stamped) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ make, resolve, reject });
      if (this.#waiting.length === 1) void this.#inTurn(() => this.#writeWaiting());
    });
  }

  end(): Promise<LogPlace> {
    return this.#inTurn(() =>
      this.#attempt('open', async () => {
        const { segment, size } = await this.#opened();
        return { sequence: this.#next - 1, segment: segment.first, offset: size };
      }),
    );
  }

  sync(): Promise<void> {
    return this.#inTurn(() => this.#attempt('write to the disk', async () => this.#file?.sync()));
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      this.#closed = true;
      await this.#letGo();
    });
  }

  #inTurn<R>(work: () => Promise<R>): Promise<R> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #attempt<R>(verb: string, work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } catch (error) {
      throw new this.#options.WriteError(`${verb} the log in ${this.#options.directory}`, error);
    }
  }

  /** Never rejects: who waits is told. */
  async #writeWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines: Line<T>[] = [];
      try {
        await this.#attempt('append to', async () => {
          const file = await this.#takeLines(await this.#opened(), lines);
          await file.append(Buffer.concat(lines.map(({ bytes }) => bytes)));
        });
        this.#next += lines.length;
        for (const { resolve, entry } of lines) resolve(entry);
      } catch (error) {
        // What could not even begin fails for the one that waits longest; for the next it is tried again.
        for (const { reject } of lines.length > 0 ? lines : this.#waiting.splice(0, 1)) reject(error);
      }
    }
  }

  /** Moves into `lines` what waits and has room in one segment; returns the file that it is for. */
  async #takeLines(opened: LogFile, lines: Line<T>[]): Promise<LogFile> {
    let file = opened;
    let room = this.#options.segmentBytes - file.size;
    let total = 0;
    for (let waiting = this.#waiting[0]; waiting !== undefined; waiting = this.#waiting[0]) {
      const line = this.#lineOf(waiting, this.#next + lines.length);
      if (line !== undefined) {
        if (lines.length > 0 && total + line.bytes.length > Math.min(room, BATCH_BYTES)) break;
        if (lines.length === 0 && file.size > 0 && line.bytes.length > room) {
          file = await this.#rotate(file);
          room = this.#options.segmentBytes;
        }
        lines.push(line);
        total += line.bytes.length;
      }
      this.#waiting.shift();
    }
    return file;
  }

  #lineOf({ make, resolve, reject }: Waiting<T>, sequence: number): Line<T> | undefined {
    try {
      const entry = make({ sequence, at: new Date(this.#options.clock.now()).toISOString() });
      const bytes = Buffer.from(`${JSON.stringify(entry)}\n`);
      if (bytes.length > LONGEST_LINE) throw new RangeError(`The entry takes more than ${LONGEST_LINE} bytes.`);
      return { entry, bytes, resolve, reject };
    } catch (error) {
      reject(error);
      return undefined;
    }
  }

  async #opened(): Promise<LogFile> {
    if (this.#closed) throw new Error('it is closed, because the application stops');
    if (this.#file !== undefined && (await this.#file.isOurs())) return this.#file;
    const opened = this.#file !== undefined;
    await this.#letGo();
    await mkdir(this.#options.directory, { recursive: true, mode: 0o700 });
    await this.#lock.acquire();
    const given = Math.max((await this.#options.lastKnown?.()) ?? 0, this.#next - 1);
    const { segment, next, damages } = await recover(this.#options, given);
    this.#file = await LogFile.open(segment);
    this.#next = next;
    if (opened) this.#options.log.warn(`Somebody else has changed the log in ${this.#options.directory}`);
    for (const damage of damages) this.#onDamage(damage);
    await this.#retain();
    return this.#file;
  }

  async #rotate(full: LogFile): Promise<LogFile> {
    await full.sync();
    this.#file = undefined;
    await full.close();
    this.#file = await LogFile.open(segmentAt(this.#options.directory, this.#next));
    await this.#retain();
    return this.#file;
  }

  async #retain(): Promise<void> {
    const { keepSegments, keepForMs, clock, log, directory } = this.#options;
    try {
      await retain(this.#options, { keepSegments, keepSince: clock.now() - keepForMs });
    } catch (error) {
      log.warn(`Old segments of the log in ${directory} could not be removed`, { error });
    }
  }

  async #letGo(): Promise<void> {
    const { directory } = this.#options;
    const file = this.#file;
    this.#file = undefined;
    try {
      await file?.sync();
    } catch (error) {
      this.#options.log.warn('The last entries of a log may not survive a power cut', { log: directory, error });
    } finally {
      await file?.close();
      await this.#lock.release();
    }
  }
}

interface Retention {
  /** The one being written included. */
  readonly keepSegments: number;
  /** Entries before this instant (epoch milliseconds) need not be kept. */
  readonly keepSince: number;
}

/** Removes the segments that need not be kept, with what was moved aside of them; the last one always stays. */
async function retain<T extends Stamped>(
  options: ReadOptions<T>,
  { keepSegments, keepSince }: Retention,
): Promise<void> {
  const segments = await listSegments(options.directory);
  for (const [index, segment] of segments.entries()) {
    const following = segments[index + 1];
    if (following === undefined) return;
    const tooMany = segments.length - index > keepSegments;
    if (!tooMany && !(await endedBefore(options, { segment, following, instant: keepSince }))) return;
    await remove(segment);
  }
}

/**
 * Whether every entry of a segment is older than an instant (epoch milliseconds), by when it and the one after it began. A
 * clock that was set back in between makes that unknown, which is false.
 */
export async function endedBefore<T extends Stamped>(
  options: ReadOptions<T>,
  { segment, following, instant }: { segment: Segment; following: Segment; instant: number },
): Promise<boolean> {
  const ended = await beganAt(options, following);
  return ended < instant && (await beganAt(options, segment)) <= ended;
}

/** When the first entry of a segment was written; NaN when it has none. */
async function beganAt<T extends Stamped>(options: ReadOptions<T>, segment: Segment): Promise<number> {
  const file = await open(segment.path, 'r');
  try {
    const { size: until } = await file.stat();
    for await (const item of readSegment(options, file, { segment, from: 0, until, last: segment.first - 1 })) {
      if (item.kind === 'entry') return Date.parse(item.entry.at);
    }
    return Number.NaN;
  } finally {
    await file.close();
  }
}

async function remove({ path, first }: Segment): Promise<void> {
  const folder = dirname(path);
  const name = segmentName(first);
  await rm(path, { force: true });
  for (const beside of await readdir(folder)) {
    if (beside.startsWith(`${name}.`) && beside.endsWith('.damaged')) await rm(join(folder, beside), { force: true });
  }
}
