import { join } from 'node:path';

import { Clock, ListenerLogger } from 'daemonry';
import { injectable } from 'inversify';

import { DataSettings } from '../shared/DataSettings';
import { StateFile } from '../shared/StateFile';
import type { AlertSource, RaisedAlert } from './Alert';
import { AlertUnknownError } from './AlertUnknownError';
import type { BookEntries, BookEntry } from './BookEntry';
import { parseBookEntries } from './parseBookEntries';

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
