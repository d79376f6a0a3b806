/** The changes that this process makes to one task. An answer of the store that was asked for meanwhile may be from before them. */
export class OwnChanges {
  #begun = 0;
  #underWay = 0;

  /** Makes a change: `change` resolves when this process, too, has taken notice of it. */
  async make<T>(change: () => Promise<T>): Promise<T> {
    this.#begun++;
    this.#underWay++;
    try {
      return await change();
    } finally {
      this.#underWay--;
    }
  }

  /** Begins a question to the store. Returns a function that is true once a change was under way since. */
  asked(): () => boolean {
    const begun = this.#underWay > 0 ? undefined : this.#begun;
    return () => this.#begun !== begun;
  }
}
