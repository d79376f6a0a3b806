import { Clock, DaemonryError, ListenerLogger, StateDatabase } from 'daemonry';
import { injectable } from 'inversify';

import { type AlertSource, type RaisedAlert, type Acknowledgement, ALERT_SOURCES } from './Alert';
import { isObject } from '../shared/fields';
import { StateDocument } from '../shared/StateDocument';

/** Remembers since when alerts stand and who has taken notice of them, in the state database. */
@injectable()
export class AlertBook {
  readonly #document: StateDocument<BookEntries>;
  #latest: BookEntries = {};
  #isKept = true;

  constructor(
    private readonly clock: Clock,
    private readonly log: ListenerLogger,
    state: StateDatabase,
  ) {
    this.#document = new StateDocument<BookEntries>(state, {
      owner: 'alerts',
      parse: parseBookEntries,
      initial: () => ({}),
    });
  }

  /**
   * Enters the alerts that are new, and strikes those that stand no more, unless their source is `silent`. A database that
   * cannot be used is logged once, and does not keep alerts back: then they are remembered as long as the process lives.
   */
  async update(raised: readonly RaisedAlert[], silent: ReadonlySet<AlertSource>): Promise<BookEntries> {
    try {
      // What was seen while nothing could be stored counts once it can.
      this.#latest = await this.#document.update((entries) =>
        this.#enter(this.#isKept ? entries : { ...this.#latest, ...entries }, raised, silent),
      );
      if (!this.#isKept) this.log.info('Since when alerts stand is kept again');
      this.#isKept = true;
    } catch (error) {
      if (this.#isKept) this.log.error('Since when alerts stand cannot be kept', { error });
      this.#isKept = false;
      this.#latest = this.#enter(this.#latest, raised, silent);
    }
    return this.#latest;
  }

  /** @throws AlertUnknownError, StateError, StateDocumentError */
  async acknowledge(id: string, by: string): Promise<BookEntry> {
    const entries = await this.#document.update((known) => {
      const entry = known[id];
      if (entry === undefined) throw new AlertUnknownError(id);
      return { ...known, [id]: { ...entry, acknowledged: { by, at: this.#now() } } };
    });
    return entries[id] as BookEntry;
  }

  #enter(known: BookEntries, raised: readonly RaisedAlert[], silent: ReadonlySet<AlertSource>): BookEntries {
    const ids = new Set(raised.map(({ id }) => id));
    const kept = Object.entries(known).filter(([id, { source }]) => ids.has(id) || silent.has(source));
    const keptIds = new Set(kept.map(([id]) => id));
    const added = raised
      .filter(({ id }) => !keptIds.has(id))
      .map(({ id, source }) => [id, { source, firstSeenAt: this.#now() }] as const);
    if (added.length === 0 && kept.length === Object.keys(known).length) return known;
    return Object.fromEntries([...kept, ...added]);
  }

  #now(): string {
    return new Date(this.clock.now()).toISOString();
  }
}

/** An alert as the book remembers it while it is active. */
export interface BookEntry {
  readonly source: AlertSource;
  readonly firstSeenAt: string;
  readonly acknowledged?: Acknowledgement;
}

/** By the alert's id. */
export type BookEntries = Readonly<Record<string, BookEntry>>;

const isInstant = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value));

/** Parses the stored alert book. @throws Error that names the entry that is invalid */
function parseBookEntries(value: unknown): BookEntries {
  if (!isObject(value)) throw new Error('it is not a JSON object');
  const wrong = Object.entries(value).find(([, entry]) => !isEntry(entry));
  if (wrong !== undefined) throw new Error(`"${wrong[0]}" is not an entry`);
  return value as BookEntries;
}

function isEntry(entry: unknown): boolean {
  if (!isObject(entry)) return false;
  const { source, firstSeenAt, acknowledged } = entry;
  return (
    ALERT_SOURCES.some((known) => known === source) &&
    isInstant(firstSeenAt) &&
    (acknowledged === undefined ||
      (isObject(acknowledged) && typeof acknowledged['by'] === 'string' && isInstant(acknowledged['at'])))
  );
}

/** An id names no alert that stands at present. */
export class AlertUnknownError extends DaemonryError<'ALERT_UNKNOWN'> {
  constructor(
    /** The id that was asked for. */
    readonly id: string,
  ) {
    super('ALERT_UNKNOWN', {
      what: 'There is no such alert at present.',
      facts: { id: id.slice(0, 200) },
      fix: 'take the id from GET /api/alerts; an alert that stands no more need not be acknowledged.',
    });
  }
}
