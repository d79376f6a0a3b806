import {
  Application,
  Clock,
  durationMs,
  ListenerLogger,
  IsDuration,
  type Duration,
  Settings,
  messageOf,
  type SqlStatements,
  StateDatabase,
} from 'daemonry';
import { injectable, multiInject } from 'inversify';
import { IsInt, Max, Min } from 'class-validator';

import { type AuditConsumer, StoredConsumer } from './AuditConsumer';
import { AuditConsumerError, AuditEventInvalidError } from './errors';
import type { AuditDetails, AuditEvent, AuditEventType } from './auditEvents';
import { AuditEventTypes } from './AuditEventTypes';
import { AuditReader, AuditTail } from './AuditReader';
import { AuditStore } from './AuditStore';
import { EventCatalog } from './EventCatalog';
import { LateEvents, type PendingEvent } from './LateEvents';

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

/** Appends an event within a transaction. @throws AuditEventInvalidError, StateError */
export type AuditAppend = <T extends AuditEventType>(
  type: T,
  details: AuditDetails[T],
  options: { readonly source: string },
) => Promise<AuditEvent<T>>;

const NAME = /^[a-z][a-z0-9_.-]{0,63}$/;

/** Settings of the audit log, under `audit_log`. */
@Settings('audit_log')
export class AuditLogSettings {
  /** Number of events kept; the oldest are removed first. */
  @IsInt()
  @Min(1_000)
  @Max(100_000_000)
  readonly keepRows: number = 1_000_000;

  /** Events that are older are removed, the oldest first; the newest one stays. */
  @IsDuration({ min: '1h', max: '3650d' })
  readonly keepFor: Duration = '180d';
}

/**
 * The append-only log of audit events, by which listeners also learn of each other: a chain of hashes in the state database.
 * Texts lose the secrets of the settings, and headers their credentials; of other secrets it knows nothing.
 */
@injectable()
export class AuditLog {
  readonly #store: AuditStore;
  readonly #reader: AuditReader;
  readonly #catalog: EventCatalog;
  readonly #late: LateEvents;
  readonly #consumers = new Map<string, StoredConsumer<AuditEventType>>();

  constructor(
    settings: AuditLogSettings,
    private readonly state: StateDatabase,
    private readonly clock: Clock,
    private readonly log: ListenerLogger,
    private readonly application: Application,
    @multiInject(AuditEventTypes) registered: readonly AuditEventTypes[],
  ) {
    this.#catalog = new EventCatalog(registered);
    this.#store = new AuditStore(state, { keepRows: settings.keepRows, keepForMs: durationMs(settings.keepFor) });
    this.#reader = new AuditReader(this.#store, this.#catalog, log);
    this.#late = new LateEvents(log);
  }

  /** The names of the event types that are registered. */
  get types(): readonly AuditEventType[] {
    return this.#catalog.types;
  }

  /**
   * Appends an event; resolves once it is stored. Concurrent appends keep their order. Texts that are too long are cut.
   *
   * @throws AuditEventInvalidError for an unknown type or field, or a value of another type; StateError
   */
  async append<T extends AuditEventType>(
    type: T,
    details: AuditDetails[T],
    { source }: { readonly source: string },
  ): Promise<AuditEvent<T>> {
    const event = this.#pending(type, details, source);
    return this.#write((statements) => this.#append<T>(statements, event));
  }

  /**
   * Like {@link append}, but never rejects. Use it where the operation has taken place whether or not it is on record. While
   * the database cannot be written, the event waits in memory, which is logged once, and is written with the next one that
   * can be; no more than 1000 wait.
   */
  async tell<T extends AuditEventType>(
    type: T,
    details: AuditDetails[T],
    options: { readonly source: string },
  ): Promise<void> {
    let event: PendingEvent;
    try {
      event = this.#pending(type, details, options.source);
    } catch (error) {
      this.log.error(`The audit log lacks an event: ${type}`, { ...options, error });
      return;
    }
    try {
      await this.#write((statements) => this.#append(statements, event));
    } catch (error) {
      this.#late.keep(event, error);
    }
  }

  /**
   * Runs `work` in a transaction of the state database in which it appends events besides statements of its own: all of it is
   * kept, or nothing if it rejects. As with `StateDatabase.transaction`, it waits for nothing else.
   *
   * @returns what `work` resolves with, once it is kept.
   * @throws StateError, and what `work` rejects with.
   */
  transaction<R>(work: (statements: SqlStatements, append: AuditAppend) => Promise<R>): Promise<R> {
    return this.#write((statements) => work(statements, this.within(statements)));
  }

  /** Appends events in a transaction that was begun elsewhere. */
  within(statements: SqlStatements): AuditAppend {
    return async (type, details, { source }) => this.#append(statements, this.#pending(type, details, source));
  }

  /** The events, oldest first, up to the end of the log at the call. Reads some at a time. @throws StateError */
  async *scan({ since, after = 0, types, signal }: AuditScanOptions = {}): AsyncIterable<AuditEvent> {
    signal?.throwIfAborted();
    const { last: until } = await this.#store.ends();
    const begin = since === undefined ? after : Math.max(after, await this.#store.before(since));
    yield* this.#reader.events({ after: begin, until, types, since }, signal);
  }

  /**
   * To read again and again what is new, at the cost of what is new. Begins with the first event that is not before `since`
   * (epoch milliseconds).
   */
  tail(since: number): AuditTail {
    return new AuditTail(this.#store, this.#reader, since);
  }

  /** The last `count` events, oldest first. Reads no more of the log than it takes. @throws StateError */
  async latest(
    count: number,
    { types, signal }: Pick<AuditScanOptions, 'types' | 'signal'> = {},
  ): Promise<readonly AuditEvent[]> {
    const found: AuditEvent[] = [];
    if (count < 1) return found;
    const range = { after: 0, until: Number.MAX_SAFE_INTEGER, types, isDescending: true };
    for await (const event of this.#reader.events(range, signal)) {
      if (found.push(event) >= count) break;
    }
    return found.reverse();
  }

  /** The consumer of that name, always the same one. @throws AuditConsumerError */
  consumer<T extends AuditEventType>(name: string, types: readonly T[]): AuditConsumer<T> {
    if (!NAME.test(name)) {
      const fix = 'name it with lower-case letters, digits, dots, dashes and underscores, 64 at most.';
      throw new AuditConsumerError(name, 'This is no name for a consumer of the audit log.', fix);
    }
    const wanted = new Set<AuditEventType>(types);
    const known = this.#consumers.get(name);
    if (known !== undefined && (known.types.size !== wanted.size || !types.every((type) => known.types.has(type)))) {
      const what = 'This consumer of the audit log is there already, for other types of events.';
      throw new AuditConsumerError(name, what, 'give each consumer a name of its own.');
    }
    const consumer = known ?? new StoredConsumer(name, wanted, this.#store, this.#reader, this.log);
    this.#consumers.set(name, consumer);
    return consumer as unknown as AuditConsumer<T>;
  }

  /** Writes the events that wait, if there are some. They wait on if that fails: it never rejects. */
  async writeLate(): Promise<void> {
    // The reason was logged when they began to wait.
    await this.#writeWaiting(() => undefined);
  }

  /** Writes the events that still wait; called when the application stops. */
  async dispose(): Promise<void> {
    await this.#writeWaiting((error) => this.#late.giveUp(error));
  }

  async #writeWaiting(failed: (error: unknown) => void): Promise<void> {
    if (this.#late.size === 0) return;
    try {
      await this.#write(() => Promise.resolve());
    } catch (error) {
      failed(error);
    }
  }

  async #write<R>(work: (statements: SqlStatements) => Promise<R>): Promise<R> {
    let late: readonly PendingEvent[] = [];
    try {
      const result = await this.state.transaction(async (statements) => {
        late = this.#late.take();
        for (const event of late) await this.#append(statements, event);
        return work(statements);
      });
      this.#late.written(late.length);
      return result;
    } catch (error) {
      this.#late.putBack(late);
      throw error;
    }
  }

  async #append<T extends AuditEventType>(
    statements: SqlStatements,
    { at, type, source, details, json }: PendingEvent,
  ): Promise<AuditEvent<T>> {
    const sequence = await this.#store.append(statements, { at, type, source, details: json });
    return { sequence, at: new Date(at).toISOString(), type, source, details } as unknown as AuditEvent<T>;
  }

  #pending(type: string, details: unknown, source: string): PendingEvent {
    try {
      const at = Math.floor(this.clock.now());
      const content = this.#catalog.readContent({ type, source, details }, (text) => this.application.redact(text));
      return { at, ...content };
    } catch (error) {
      throw new AuditEventInvalidError(String(type), messageOf(error));
    }
  }
}
