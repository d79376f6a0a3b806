import type { RunEvent } from '../contracts/ApplicationEvents';
import type { SerializedError } from '../contracts/SerializedError';
import { isWorthSaying } from './LineLimits';

/** The failures of a task in a row. */
export interface Row {
  readonly listener: string;
  readonly task: string;
  readonly kinds: Set<string>;
  count: number;
  /** The failures since the last line. */
  leftOut: number;
  newest: SerializedError;
}

/** After this many kinds of errors in a row, further ones are not told from each other. */
const MOST_KINDS = 8;

/** Counts the failures in a row of each task, so that a task that fails all day does not fill the log. */
export class RepeatCounter {
  readonly #rows = new Map<string, Row>();

  /** True while any task has failed last. */
  get isCounting(): boolean {
    return this.#rows.size > 0;
  }

  /**
   * Counts a failure. Returns how many times in a row the task has now failed, if that is worth a line: for 1, 2, 4, 8 …,
   * and for an error of a kind that is new in this row.
   */
  failed({ listener, task }: RunEvent, error: SerializedError): number | undefined {
    const subject = `${listener}.${task}`;
    const row = this.#rows.get(subject) ?? { listener, task, kinds: new Set(), count: 0, leftOut: 0, newest: error };
    this.#rows.set(subject, row);
    row.count++;
    row.newest = error;
    const kind = kindOf(error);
    const isNew = !row.kinds.has(kind) && row.kinds.size < MOST_KINDS;
    if (isNew) row.kinds.add(kind);
    row.leftOut = isNew || isWorthSaying(row.count) ? 0 : row.leftOut + 1;
    return row.leftOut === 0 ? row.count : undefined;
  }

  /** Ends the row of a task. */
  ended(listener: string, task: string): Row | undefined {
    if (!this.isCounting) return undefined;
    const subject = `${listener}.${task}`;
    const row = this.#rows.get(subject);
    this.#rows.delete(subject);
    return row;
  }

  /** Ends all rows. */
  endAll(): readonly Row[] {
    const rows = [...this.#rows.values()];
    this.#rows.clear();
    return rows;
  }
}

/** Errors are of one kind when they differ in numbers and ids only. */
const kindOf = ({ name, code = '', message }: SerializedError): string =>
  [name, code, message.slice(0, 200).replace(/[0-9a-z]*\d[0-9a-z]*|[0-9a-f]{6,}/gi, '#')].join();
