import type { StateDatabase } from '../contracts/StateDatabase';
import { removeBeyond, REMOVE_BEFORE, REMOVE_SESSIONS, REMOVED_AT_ONCE } from './historyTables';

/** Failures are kept for as long as `keep`, up to this many times `rowsPerTask` of each task. */
const FAILURES_PER_ROW = 10;
const AGE_CHECK_MS = 3_600_000;

/** A task of which runs have been added. */
interface GrownTask {
  readonly listener: string;
  readonly task: string;
  added: number;
}

/**
 * Removes runs of the history, a few with each write: of each task those beyond `rowsPerTask`, failures not counted, and
 * once an hour those older than `keep`. The newest run of a task and its newest success stay.
 */
export class Retention {
  readonly #database: StateDatabase;
  readonly #keep: number;
  readonly #rowsPerTask: number;
  readonly #tasks = new Map<string, GrownTask>();
  readonly #due = new Set<GrownTask>();
  #ageCheckAt = -Infinity;

  constructor(database: StateDatabase, { keep, rowsPerTask }: { readonly keep: number; readonly rowsPerTask: number }) {
    this.#database = database;
    this.#keep = keep;
    this.#rowsPerTask = rowsPerTask;
  }

  /** Takes notice of a run that was added. */
  added(listener: string, task: string): void {
    const path = `${listener}.${task}`;
    const known = this.#tasks.get(path);
    if (known === undefined) {
      // A process before may have left more than there should be.
      const grown = { listener, task, added: 0 };
      this.#tasks.set(path, grown);
      this.#due.add(grown);
    } else if (++known.added > this.#rowsPerTask / 10) {
      known.added = 0;
      this.#due.add(known);
    }
  }

  /** Removes some of what is not to be kept at `now`. */
  async removeSome(now: number): Promise<void> {
    const [grown] = this.#due;
    if (grown !== undefined) {
      const { listener, task } = grown;
      const others = await this.#remove(removeBeyond('others'), [listener, task, this.#rowsPerTask]);
      const failures = await this.#remove(removeBeyond('failures'), [
        listener,
        task,
        this.#rowsPerTask * FAILURES_PER_ROW,
      ]);
      if (others + failures === 0) this.#due.delete(grown);
      return;
    }
    if (now < this.#ageCheckAt) return;
    if ((await this.#remove(REMOVE_BEFORE, [Math.round(now - this.#keep)])) === REMOVED_AT_ONCE) return;
    this.#ageCheckAt = now + AGE_CHECK_MS;
    await this.#database.run(REMOVE_SESSIONS);
  }

  async #remove(sql: string, parameters: readonly (string | number)[]): Promise<number> {
    return (await this.#database.run(sql, parameters)).changes;
  }
}
