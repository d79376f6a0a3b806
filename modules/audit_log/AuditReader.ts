import { type ListenerLogger, messageOf } from 'daemonry';

import type { AuditEvent, AuditEventType } from './auditEvents';
import type { AuditRow } from './chain';
import type { AuditStore, RowRange } from './AuditStore';
import type { EventCatalog } from './EventCatalog';

/** Rows that are no events of which a warning was logged; further ones are passed over without. */
const MOST_WARNED = 100;

/** Reads events of registered types. Rows that were made no events from outside are passed over, each with a warning. */
export class AuditReader {
  readonly #warned = new Set<number>();

  constructor(
    private readonly store: AuditStore,
    private readonly catalog: EventCatalog,
    private readonly log: ListenerLogger,
  ) {}

  /** The events of a range, in order. @throws StateError; the reason of the signal */
  async *events(
    { types, ...range }: Omit<RowRange, 'types'> & { readonly types?: readonly AuditEventType[] | undefined },
    signal?: AbortSignal,
  ): AsyncGenerator<AuditEvent, void> {
    const wanted = types && new Set(types.filter((type) => this.catalog.has(type)));
    if (wanted?.size === 0) return;
    for await (const row of this.store.rows({ ...range, types: wanted && [...wanted] }, signal)) {
      const event = this.#read(row);
      if (event !== undefined && wanted?.has(event.type) !== false) yield event;
    }
  }

  #read(row: AuditRow): AuditEvent | undefined {
    try {
      return this.catalog.readEvent(row);
    } catch (error) {
      const { sequence, type } = row;
      if (!this.#warned.has(sequence) && this.#warned.size < MOST_WARNED) {
        this.#warned.add(sequence);
        this.log.warn('A row of the audit log is no event, and is passed over', {
          sequence,
          type,
          why: messageOf(error),
          fix: 'see with "daemonry audit verify" whether it was changed.',
        });
      }
      return undefined;
    }
  }
}

/** Reads on where it stopped reading. It remembers its place only as long as it lives: see `AuditConsumer` for more. */
export class AuditTail {
  /** The sequence up to which everything was read. */
  #place: number | undefined;

  constructor(
    private readonly store: AuditStore,
    private readonly reader: AuditReader,
    private readonly since: number,
  ) {}

  /**
   * The events that follow those that were read, oldest first, up to the end of the log at the call. The first ones may be
   * older than the tail's `since`. Reads must not overlap.
   */
  async *read(signal?: AbortSignal): AsyncGenerator<AuditEvent, void> {
    this.#place ??= await this.store.before(this.since);
    const { last } = await this.store.ends();
    for await (const event of this.reader.events({ after: this.#place, until: last }, signal)) {
      this.#place = event.sequence;
      yield event;
    }
    this.#place = Math.max(this.#place, last);
  }
}
