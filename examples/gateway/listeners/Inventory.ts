/** The quantities in stock, by article number. */
export class Inventory {
  readonly #quantities = new Map<string, number>();

  /** Takes over the quantities of these articles; the others keep theirs. */
  update(quantities: ReadonlyMap<string, number>): void {
    for (const [article, quantity] of quantities) this.#quantities.set(article, quantity);
  }

  get articles(): number {
    return this.#quantities.size;
  }
}
