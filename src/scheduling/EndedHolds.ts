import type { EndedHold } from '../contracts/Scheduler';
import type { TaskLabel } from './runs';

/** Enough for a task that is paused and resumed again and again between two due moments, or while its listener is down. */
const MOST = 50;

const NONE: readonly EndedHold[] = [];

/**
 * The holds of operators that are over, as far as a due moment may still be decided that fell into one: it was delayed, or
 * its listener or the whole process was down.
 */
export class EndedHolds {
  readonly #byPath = new Map<string, readonly EndedHold[]>();

  /** The holds of one task, by its path, oldest first. */
  of(path: string): readonly EndedHold[] {
    return this.#byPath.get(path) ?? NONE;
  }

  add(path: string, hold: EndedHold): void {
    this.#set(path, [...this.of(path), hold]);
  }

  /** Takes notice that the due moments of a task before an instant are decided. */
  decided(task: TaskLabel, before: number): void {
    if (this.#byPath.size === 0) return;
    this.#set(
      task.path,
      this.of(task.path).filter(({ to }) => to > before),
    );
  }

  /** Follows the clock, which was set back by `ms`: what has not happened yet falls into none. */
  stepBack(task: TaskLabel, ms: number): void {
    if (this.#byPath.size === 0) return;
    this.#set(
      task.path,
      this.of(task.path).map((hold) => ({ ...hold, from: hold.from - ms, to: hold.to - ms })),
    );
  }

  #set(path: string, holds: readonly EndedHold[]): void {
    if (holds.length === 0) this.#byPath.delete(path);
    else this.#byPath.set(path, holds.slice(-MOST));
  }
}
