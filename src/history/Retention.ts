import type { RunRecord } from '../contracts/RunRecord';
import type { StateDatabase } from '../contracts/StateDatabase';
import { lastBeyond, type LastRun, REMOVE_BEFORE, REMOVE_SESSIONS, REMOVED_AT_ONCE, removeUpTo } from './historyTables';

/** Failures are kept for as long as `keep`, up to this many times `rowsPerTask` of each task. */
const FAILURES_PER_ROW = 10;
const AGE_CHECK_MS = 3_600_000;

/** Runs of a task of which no more than a number is kept: its failures, or all others. */
interface GrownRuns {
  readonly listener: string;
  readonly task: string;
  readonly kind: 'failures' | 'others';
  readonly most: number;
  added: number;
  /** The newest run that is not kept any more, once it is known. */
  last: LastRun | undefined;
}

/**
 * Removes runs of the history, a few with each write: of each task those beyond `rowsPerTask`, failures not counted, and
 * once an hour those older than `keep`. The newest run of a task and its newest success stay.
 */
export class Retention {
  readonly #database: StateDatabase;
  readonly #keep: number;
  readonly #rowsPerTask: number;
  readonly #runs = new Map<string, GrownRuns>();
  readonly #due = new Set<GrownRuns>();
  #ageCheckAt = -Infinity;

  constructor(database: StateDatabase, { keep, rowsPerTask }: { readonly keep: number; readonly rowsPerTask: number }) {
    this.#database = database;
    this.#keep = keep;
    this.#rowsPerTask = rowsPerTask;
  }

  /** Takes notice of a run that was added. */
  added({ listener, task, outcome }: Pick<RunRecord, 'listener' | 'task' | 'outcome'>): void {
    const kind = outcome === 'failed' || outcome === 'timed_out' ? 'failures' : 'others';
    const key = `${kind} ${listener}.${task}`;
    const known = this.#runs.get(key);
    if (known === undefined) {
      const most = this.#rowsPerTask * (kind === 'failures' ? FAILURES_PER_ROW : 1);
      const grown: GrownRuns = { listener, task, kind, most, added: 0, last: undefined };
      this.#runs.set(key, grown);
      // A process before may have left more than there should be.
      this.#due.add(grown);
    } else if (++known.added > known.most / 10) {
      known.added = 0;
      known.last = undefined;
      this.#due.add(known);
    }
  }

  /** Removes some of what is not to be kept at `now`. */
  async removeSome(now: number): Promise<void> {
    const [grown] = this.#due;
    if (grown !== undefined) {
      if (!(await this.#removeSomeOf(grown))) this.#due.delete(grown);
      return;
    }
    if (now < this.#ageCheckAt) return;
    const { changes } = await this.#database.run(REMOVE_BEFORE, [Math.round(now - this.#keep)]);
    if (changes === REMOVED_AT_ONCE) return;
    this.#ageCheckAt = now + AGE_CHECK_MS;
    await this.#database.run(REMOVE_SESSIONS);
  }

  /** Resolves with true if there may be more. */
  async #removeSomeOf(grown: GrownRuns): Promise<boolean> {
    const { listener, task, kind, most } = grown;
    // Counted once: that reads all that are kept.
    grown.last ??= await this.#database.get<LastRun>(lastBeyond(kind), [listener, task, most]);
    if (grown.last === undefined) return false;
    const { at, id } = grown.last;
    const { changes } = await this.#database.run(removeUpTo(kind), [listener, task, at, at, id]);
    return changes === REMOVED_AT_ONCE;
  }
}
