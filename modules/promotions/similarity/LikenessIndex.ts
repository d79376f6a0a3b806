import { embed } from './embed';

/** The texts that have a part, by their numbers, and its weight in each. */
interface Holders {
  readonly texts: number[];
  readonly weights: number[];
}

/** Texts, to be asked how alike another one is to each of them. Texts that have nothing in common cost nothing. */
export class LikenessIndex {
  readonly #holders = new Map<string, Holders>();
  #size = 0;

  /** Adds a text. */
  add(text: string): void {
    for (const [part, weight] of embed(text)) {
      let holders = this.#holders.get(part);
      if (holders === undefined) this.#holders.set(part, (holders = { texts: [], weights: [] }));
      holders.texts.push(this.#size);
      holders.weights.push(weight);
    }
    this.#size += 1;
  }

  /** How alike a text is to each of those added, in the order of adding: 0 to 1, the cosine of what they are made of. */
  likenesses(text: string): readonly number[] {
    const sums = new Array<number>(this.#size).fill(0);
    for (const [part, weight] of embed(text)) {
      const { texts, weights } = this.#holders.get(part) ?? NONE;
      texts.forEach((at, index) => (sums[at] = (sums[at] ?? 0) + weight * (weights[index] ?? 0)));
    }
    return sums.map((sum) => Math.min(1, sum));
  }
}

const NONE: Holders = { texts: [], weights: [] };
