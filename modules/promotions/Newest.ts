/** Keeps the newest `limit` of what is added, in the order of adding. */
export class Newest<T> {
  #kept: T[] = [];
  #added = 0;

  constructor(private readonly limit: number) {}

  get items(): readonly T[] {
    return this.#kept.slice(-this.limit);
  }

  /** How many were added and are not kept. */
  get dropped(): number {
    return Math.max(0, this.#added - this.limit);
  }

  add(item: T): void {
    this.#added += 1;
    this.#kept.push(item);
    if (this.#kept.length >= 2 * this.limit) this.#kept = this.#kept.slice(-this.limit);
  }
}
