/** Who was greeted, oldest first. In memory: a real one would hold a connection, and close it in `dispose`. */
export class GuestBook {
  readonly #entries: string[] = [];

  get entries(): readonly string[] {
    return this.#entries;
  }

  add(entry: string): void {
    this.#entries.push(entry);
  }

  /** @returns how many entries there were. */
  clear(): number {
    return this.#entries.splice(0).length;
  }
}
