import { LikenessIndex } from './LikenessIndex';
import { takeTurns } from './takeTurns';

/** A promotion made before: its key, and texts that it was made of. */
export interface EarlierPromotion {
  readonly key: string;
  readonly samples: readonly string[];
}

export interface EarlierKeysOptions {
  /** How alike a text must be to a sample: 0 to 1. */
  readonly similarity: number;
  readonly signal?: AbortSignal | undefined;
}

/** Finds the key of the promotion that a group of texts has made before, so that a group that shrinks and grows stays the same. */
export class EarlierKeys {
  readonly #index = new LikenessIndex();
  /** By the number of the sample in the index. */
  readonly #keys: string[] = [];
  readonly #giveWay: () => Promise<void>;

  private constructor(
    private readonly similarity: number,
    signal: AbortSignal | undefined,
  ) {
    this.#giveWay = takeTurns(signal);
  }

  /** Rejects with the signal's reason, as {@link keyOf} does. */
  static async of(
    earlier: readonly EarlierPromotion[],
    { similarity, signal }: EarlierKeysOptions,
  ): Promise<EarlierKeys> {
    const keys = new EarlierKeys(similarity, signal);
    for (const { key, samples } of earlier) {
      for (const sample of samples) await keys.#add(key, sample);
    }
    return keys;
  }

  /** The key of the first earlier promotion that has a sample like one of the texts; else `fresh`. */
  async keyOf(texts: readonly string[], fresh: string): Promise<string> {
    let first = this.#keys.length;
    for (const text of texts) {
      await this.#giveWay();
      const at = this.#index.likenesses(text).findIndex((likeness) => likeness >= this.similarity);
      if (at !== -1) first = Math.min(first, at);
    }
    return this.#keys[first] ?? fresh;
  }

  async #add(key: string, sample: string): Promise<void> {
    await this.#giveWay();
    this.#index.add(sample);
    this.#keys.push(key);
  }
}
