/** No entry of a log is shorter: it bounds how many of them a damaged line may have been. */
export const SHORTEST_LINE = 48;

/**
 * Says whether an entry may stand where it does. Entries of a segment count up by one; a damaged line is a gap. A number
 * that jumps ahead of what a gap explains is not believed until the next line goes on from there, so one wrong number
 * cannot make everything after it look repeated.
 */
export class SequenceCheck {
  /** How many entries the damage since the last one may have been. */
  #gap = 0;
  #jump: number | undefined;

  /**
   * @param last - the sequence of the entry before.
   * @param below - that of the first entry of the next segment.
   */
  constructor(
    public last: number,
    private readonly below: number,
  ) {}

  /** A line that is no entry. */
  damaged(bytes: number): void {
    this.#gap += Math.max(1, Math.floor(bytes / SHORTEST_LINE));
  }

  /** Why the entry is not in its place; `undefined` when it is, and then it is the last. */
  refuse(sequence: number): string | undefined {
    if (sequence <= this.last) return `sequence ${sequence} again, after ${this.last}`;
    if (sequence >= this.below) return `sequence ${sequence}, which belongs to a later segment`;
    if (sequence > this.last + 1 + this.#gap && sequence - 1 !== this.#jump) {
      this.#jump = sequence;
      return `sequence ${sequence} right after ${this.last}`;
    }
    this.last = sequence;
    this.#gap = 0;
    this.#jump = undefined;
    return undefined;
  }
}
