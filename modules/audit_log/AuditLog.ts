import { join } from 'node:path';

import { Clock, durationMs, ListenerLogger, IsDuration, type Duration, Settings, messageOf } from 'daemonry';
import { injectable, multiInject } from 'inversify';
import { IsInt, Max, Min } from 'class-validator';

import { DataSettings } from '../shared/settings';
import type { LogDamage, LogPlace } from '../shared/logs/readSegments';
import { SegmentedLog } from '../shared/logs/SegmentedLog';
import { type AuditConsumer, CursorFile, FileConsumer } from './AuditConsumer';
import { AuditConsumerError, AuditEventInvalidError, AuditWriteError } from './errors';
import type { AuditDetails, AuditEvent, AuditEventType } from './auditEvents';
import { AuditEventTypes } from './AuditEventTypes';
import { EventCatalog } from './EventCatalog';

/** The events that a scan gives; a field left out does not restrict them. */
export interface AuditScanOptions {
  /** Only events of this instant or later: epoch milliseconds. */
  readonly since?: number | undefined;
  /** Only events of a larger sequence. */
  readonly after?: number | undefined;
  /** Only events of these types. @defaultValue every type */
  readonly types?: readonly AuditEventType[] | undefined;
  /** Ends the scan with its reason when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

const FOLDER = 'audit';
const NAME = /^[a-z][a-z0-9_.-]{0,63}$/;

/** Settings of the audit log, under `audit_log`. Its folder is `audit` in `data.directory`. */
@Settings('audit_log')
export class AuditLogSettings {
  /** Size in bytes at which a segment is closed and a new one begun. */
  @IsInt()
  @Min(4_096)
  @Max(1_073_741_824)
  readonly segmentBytes: number = 16_777_216;

  /** Number of segments kept, including the one being written; the oldest are removed first. */
  @IsInt()
  @Min(2)
  @Max(10_000)
  readonly keepSegments: number = 32;

  /** Segments whose events are all older are removed. */
  @IsDuration({ min: '1h', max: '3650d' })
  readonly keepFor: Duration = '180d';
}

/**
 * The append-only log of audit events, by which listeners also learn of each other. Remove secrets from texts before you
 * append them: the log only redacts headers.
 */
@injectable()
export class AuditLog {
  readonly #events: SegmentedLog<AuditEvent>;
  readonly #cursors: string;
  readonly #catalog: EventCatalog;
  readonly #consumers = new Map<string, FileConsumer<AuditEventType>>();

  constructor(
    settings: AuditLogSettings,
    data: DataSettings,
    clock: Clock,
    private readonly log: ListenerLogger,
    @multiInject(AuditEventTypes) registered: readonly AuditEventTypes[],
  ) {
    this.#catalog = new EventCatalog(registered);
    const directory = join(data.directory, FOLDER);
    this.#cursors = join(directory, 'cursors');
    this.#events = new SegmentedLog<AuditEvent>({
      directory,
      segmentBytes: settings.segmentBytes,
      keepSegments: settings.keepSegments,
      keepForMs: durationMs(settings.keepFor),
      parse: (value) => this.#catalog.readEvent(value),
      tellDamage: (damage) => this.tellDamage(FOLDER, damage),
      lastKnown: () => CursorFile.largest(this.#cursors),
      WriteError: AuditWriteError,
      clock,
      log,
    });
  }

  /** The names of the event types that are registered. */
  get types(): readonly AuditEventType[] {
    return this.#catalog.types;
  }

  /**
   * Appends an event; resolves once it is written. Concurrent appends keep their order. Texts that are too long are cut.
   *
   * @throws AuditEventInvalidError for an unknown type or field, or a value of another type; AuditWriteError
   */
  async append<T extends AuditEventType>(
    type: T,
    details: AuditDetails[T],
    { source }: { readonly source: string },
  ): Promise<AuditEvent<T>> {
    const content = this.#checked({ type, source, details });
    return (await this.#events.append((stamp) => ({ ...stamp, ...content }) as AuditEvent)) as AuditEvent<T>;
  }

  /**
   * Like {@link append}, but never rejects: an event that cannot be written is logged as an error. Use it where the
   * operation has taken place whether or not it is on record.
   */
  async tell<T extends AuditEventType>(
    type: T,
    details: AuditDetails[T],
    options: { readonly source: string },
  ): Promise<void> {
    try {
      await this.append(type, details, options);
    } catch (error) {
      this.log.error(`The audit log lacks an event: ${type}`, { ...options, error });
    }
  }

  /** The events, oldest first, up to the end of the log at the call. Reads in pieces, from where they may begin. */
  async *scan({ since, after, types, signal }: AuditScanOptions = {}): AsyncIterable<AuditEvent> {
    signal?.throwIfAborted();
    const place = await this.#events.placeBefore({ sequence: after, at: since });
    for await (const item of this.#events.read(place, signal)) {
      if (item.kind !== 'entry') continue;
      const { entry } = item;
      if (!this.#wanted(entry, types)) continue;
      if (since === undefined || Date.parse(entry.at) >= since) yield entry;
    }
  }

  /**
   * To read again and again what is new, at the cost of what is new. Begins with the segment that may hold what is not before
   * `since` (epoch milliseconds).
   */
  tail(since: number): AuditTail {
    return new AuditTail(this.#events, since, this.#catalog);
  }

  /** The last `count` events, oldest first. Reads no more of the log than it takes. */
  latest(
    count: number,
    { types, signal }: Pick<AuditScanOptions, 'types' | 'signal'> = {},
  ): Promise<readonly AuditEvent[]> {
    return this.#events.latest(count, (event) => this.#wanted(event, types), signal);
  }

  /** The consumer of that name, always the same one. @throws AuditConsumerError */
  consumer<T extends AuditEventType>(name: string, types: readonly T[]): AuditConsumer<T> {
    if (!NAME.test(name)) {
      const fix = 'name it with lower-case letters, digits, dots, dashes and underscores, 64 at most.';
      throw new AuditConsumerError(name, 'This is no name for a consumer of the audit log: it names a file.', fix);
    }
    const wanted = new Set<AuditEventType>(types);
    const known = this.#consumers.get(name);
    if (known !== undefined && (known.types.size !== wanted.size || !types.every((type) => known.types.has(type)))) {
      const what = 'This consumer of the audit log is there already, for other types of events.';
      throw new AuditConsumerError(name, what, 'give each consumer a name of its own.');
    }
    const cursor = new CursorFile(this.#cursors, name);
    const consumer = known ?? new FileConsumer(name, wanted, this.#events, cursor, this.#catalog, this.log);
    this.#consumers.set(name, consumer);
    return consumer as unknown as AuditConsumer<T>;
  }

  /** Tells of damage in the log in a folder of `data.directory`, by a warning and an event. @throws AuditWriteError */
  async tellDamage(folder: string, { segment, offset, bytes, reason, movedTo }: LogDamage): Promise<void> {
    const details = {
      segment: `${folder}/${segment}`,
      offset,
      bytes,
      reason: movedTo === undefined ? reason : `${reason}; moved to ${movedTo}`,
    };
    this.log.warn('A log is damaged; what is whole in it is read on', details);
    await this.append('audit.damaged', details, { source: 'audit_log' });
  }

  /** Closes the log; called when the application stops. */
  async dispose(): Promise<void> {
    await this.#events.close();
  }

  #checked(content: Readonly<Record<'type' | 'source' | 'details', unknown>>) {
    try {
      return this.#catalog.readContent(content);
    } catch (error) {
      throw new AuditEventInvalidError(String(content.type), messageOf(error));
    }
  }

  /** True for events of a registered type, if `types` is given of one of these. */
  #wanted({ type }: AuditEvent, types: readonly AuditEventType[] | undefined): boolean {
    return this.#catalog.has(type) && (types === undefined || types.includes(type));
  }
}

/** Reads on where it stopped reading. It remembers its place only as long as it lives: see `AuditConsumer` for more. */
export class AuditTail {
  #place: LogPlace | undefined;

  constructor(
    private readonly events: SegmentedLog<AuditEvent>,
    private readonly since: number,
    private readonly catalog: EventCatalog,
  ) {}

  /**
   * The events that follow those that were read, oldest first, up to the end of the log at the call. The first ones may be
   * older than the tail's `since`. Reads must not overlap.
   */
  async *read(signal?: AbortSignal): AsyncGenerator<AuditEvent, void> {
    this.#place ??= await this.events.placeBefore({ at: this.since });
    for await (const item of this.events.read(this.#place, signal)) {
      if (item.kind !== 'entry') continue;
      this.#place = item.end;
      if (this.catalog.has(item.entry.type)) yield item.entry;
    }
  }
}
