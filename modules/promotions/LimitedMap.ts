/** A map that makes its values, and has at most `limit` of them: what would be one more is only counted. */
export class LimitedMap<K, V> {
  readonly #values = new Map<K, V>();
  #overflow = 0;

  constructor(
    private readonly make: (key: K) => V,
    private readonly limit: number,
  ) {}

  /** How often a value was asked for that had no room. */
  get overflow(): number {
    return this.#overflow;
  }

  /** The value of a key; `undefined` when there is no room for another. */
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
