import type { SerializedError } from '../contracts/SerializedError';

/** Counts identical errors in a row, so that a task that fails all day does not fill the log. */
export class RepeatCounter {
  readonly #streaks = new Map<string, { readonly error: string; count: number }>();

  /** How often `subject` has failed in a row with this very error, this time included. */
  failed(subject: string, { name, message }: SerializedError): number {
    const error = `${name}: ${message}`;
    const streak = this.#streaks.get(subject);
    if (streak?.error === error) return ++streak.count;
    this.#streaks.set(subject, { error, count: 1 });
    return 1;
  }

  /** Ends the row. */
  succeeded(subject: string): void {
    if (this.#streaks.size > 0) this.#streaks.delete(subject);
  }
}

/** True for the 1st, 2nd, 4th, 8th … time. */
export const isWorthLogging = (repeats: number): boolean => Number.isInteger(Math.log2(repeats));
