/** Keeps the newest `limit` of the added items, in the order of adding. */
export class Newest<T> {
  #kept: T[] = [];
  #added = 0;

  constructor(private readonly limit: number) {}

  get items(): readonly T[] {
    return this.#kept.slice(-this.limit);
  }

  /** Number of added items that are no longer kept. */
  get dropped(): number {
    return Math.max(0, this.#added - this.limit);
  }

  add(item: T): void {
    this.#added += 1;
    this.#kept.push(item);
    if (this.#kept.length >= 2 * this.limit) this.#kept = this.#kept.slice(-this.limit);
  }
}

/** A map that creates its values on demand, at most `limit` of them. Requests for more are counted and get nothing. */
export class LimitedMap<K, V> {
  readonly #values = new Map<K, V>();
  #overflow = 0;

  constructor(
    private readonly make: (key: K) => V,
    private readonly limit: number,
  ) {}

  /** Number of requests that found no room. */
  get overflow(): number {
    return this.#overflow;
  }

  /** The value of a key, created if need be; `undefined` when there is no room for another. */
  obtain(key: K): V | undefined {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    if (this.#values.size === this.limit) {
      this.#overflow += 1;
      return undefined;
    }
    const made = this.make(key);
    this.#values.set(key, made);
    return made;
  }

  entries(): IterableIterator<[K, V]> {
    return this.#values.entries();
  }
}
