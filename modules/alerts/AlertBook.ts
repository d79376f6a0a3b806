import { join } from 'node:path';

import { Clock, DaemonryError, ListenerLogger } from 'daemonry';
import { injectable } from 'inversify';

import { DataSettings } from '../shared/settings';
import { StateFile } from '../shared/files';
import { type AlertSource, type RaisedAlert, type Acknowledgement, ALERT_SOURCES } from './Alert';
import { isObject } from '../shared/fields';

/** Remembers since when alerts stand and who has taken notice of them, in a file. */
@injectable()
export class AlertBook {
  readonly #file: StateFile<BookEntries>;
  #latest: BookEntries = {};

  constructor(
    private readonly clock: Clock,
    private readonly log: ListenerLogger,
    { directory }: DataSettings,
  ) {
    this.#file = new StateFile<BookEntries>({
      path: join(directory, 'alerts.json'),
      parse: parseBookEntries,
      initial: () => ({}),
      writer: 'alerts',
    });
  }

  /**
   * Enters the alerts that are new, and strikes those that stand no more, unless their source is `silent`. A file that
   * cannot be used is logged, and does not keep alerts back: then they are remembered as long as the process lives.
   */
  async update(raised: readonly RaisedAlert[], silent: ReadonlySet<AlertSource>): Promise<BookEntries> {
    const change = (entries: BookEntries): BookEntries => this.#enter(entries, raised, silent);
    try {
      this.#latest = await this.#file.update(change);
    } catch (error) {
      this.log.error('Since when alerts stand cannot be kept', { error });
      this.#latest = change(this.#latest);
    }
    return this.#latest;
  }

  /** @throws AlertUnknownError, StateFileError, what writing the file throws. */
  async acknowledge(id: string, by: string): Promise<BookEntry> {
    const entries = await this.#file.update((known) => {
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

/** Parses the content of the alert book's file. @throws Error that names the entry that is invalid */
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
