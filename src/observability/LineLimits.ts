import type { LogFields, LogLevel } from '../contracts/ListenerLogger';
import { formatDuration } from '../time/duration';

/** Milliseconds after which the lines of a place that were left out are counted in one. It doubles while there are any. */
const WINDOW_MS = 60_000;
const LONGEST_WINDOW_MS = 3_600_000;

/** True for 1, 2, 4, 8, … */
export const isWorthSaying = (count: number): boolean => Number.isInteger(Math.log2(count));

/** A line that has not been written yet. */
export interface LimitedLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly scope: LogFields;
  readonly fields: LogFields;
}

interface Place {
  windowMs: number;
  lines: number;
  leftOut: number;
  newest: LimitedLine;
  readonly window: { cancel(): void };
}

/** The parts of {@link LineLimits}. */
export interface LineLimitsOptions {
  /** Calls `fn` in that many milliseconds. */
  readonly later: (ms: number, fn: () => void) => { cancel(): void };
  /** Writes the newest line that was left out, with the number of them. */
  readonly say: (line: LimitedLine) => void;
}

/**
 * Limits the lines that one place writes, whatever their texts: some in a minute, then none until the window is over, and
 * then one line with the number of the others and the newest of them.
 */
export class LineLimits {
  readonly #options: LineLimitsOptions;
  readonly #places = new Map<string, Place>();

  constructor(options: LineLimitsOptions) {
    this.#options = options;
  }

  /** True if the line may be written, as one of `most` in a window; else it is counted. */
  take(name: string, most: number, line: LimitedLine): boolean {
    const place = this.#places.get(name) ?? this.#open(name, WINDOW_MS, line);
    if (place.lines < most) {
      place.lines++;
      return true;
    }
    place.leftOut++;
    place.newest = line;
    return false;
  }

  /** Says now what was left out, and forgets all places. */
  end(): void {
    for (const [name, place] of this.#places) {
      place.window.cancel();
      this.#places.delete(name);
      this.#sayLeftOut(place);
    }
  }

  #open(name: string, windowMs: number, newest: LimitedLine): Place {
    const window = this.#options.later(windowMs, () => {
      const over = this.#places.get(name);
      this.#places.delete(name);
      if (over === undefined || over.leftOut === 0) return;
      this.#sayLeftOut(over);
      this.#open(name, Math.min(2 * windowMs, LONGEST_WINDOW_MS), over.newest);
    });
    const place: Place = { windowMs, lines: 0, leftOut: 0, newest, window };
    this.#places.set(name, place);
    return place;
  }

  #sayLeftOut({ leftOut, newest, windowMs }: Place): void {
    if (leftOut === 0) return;
    const times = leftOut === 1 ? 'once more' : `${leftOut} times more`;
    this.#options.say({
      ...newest,
      message: `${newest.message} (${times} within ${formatDuration(windowMs)}; this is the last of them)`,
      fields: { ...newest.fields, leftOut },
    });
  }
}
