import { LikenessIndex, takeTurns } from './LikenessIndex';

/** Observations whose texts are alike. */
export interface Group<T> {
  /** Every observation, also where several have the same text. */
  readonly members: readonly T[];
  /** The different texts, in the order of their first observation. */
  readonly texts: readonly string[];
  /** Average likeness of each observation to the one that it joined: 0 to 1. */
  readonly cohesion: number;
}

/** Settings of {@link groupSimilar}. */
export interface GroupOptions<T> {
  /** The text to compare observations by. */
  readonly textOf: (observation: T) => string;
  /** Least likeness to a text of a group that lets another text join it: 0 to 1. */
  readonly similarity: number;
  /** Ends the grouping with its reason. */
  readonly signal?: AbortSignal;
}

interface OpenGroup<T> {
  readonly members: T[];
  readonly texts: string[];
  /** Sum of the likenesses of each text to the one that it joined; 1 for the first text. */
  links: number;
}

/**
 * Groups observations by the likeness of their texts, greedily in the order given: each joins the group that has the text
 * most like its own, or begins a group. Texts that differ only in case or white space are the same.
 */
export async function groupSimilar<T>(
  observations: readonly T[],
  { textOf, similarity, signal }: GroupOptions<T>,
): Promise<readonly Group<T>[]> {
  const giveWay = takeTurns(signal);
  const index = new LikenessIndex();
  const groupOf: OpenGroup<T>[] = [];
  for (const { text, members } of mergeSame(observations, textOf)) {
    await giveWay();
    const { at, likeness } = nearest(index.likenesses(text));
    const near = likeness >= similarity ? groupOf[at] : undefined;
    const group = near ?? { members: [], texts: [], links: 0 };
    group.members.push(...members);
    group.texts.push(text);
    group.links += near === undefined ? 1 : likeness;
    groupOf.push(group);
    index.add(text);
  }
  return [...new Set(groupOf)].map(({ members, texts, links }) => {
    const repetitions = members.length - texts.length;
    return { members, texts, cohesion: (links + repetitions) / members.length };
  });
}

function mergeSame<T>(observations: readonly T[], textOf: (observation: T) => string) {
  const entries = new Map<string, { readonly text: string; readonly members: T[] }>();
  for (const observation of observations) {
    const text = textOf(observation);
    const plain = text.toLowerCase().replace(/\s+/g, ' ').trim();
    const entry = entries.get(plain);
    if (entry === undefined) entries.set(plain, { text, members: [observation] });
    else entry.members.push(observation);
  }
  return entries.values();
}

function nearest(likenesses: readonly number[]): { readonly at: number; readonly likeness: number } {
  return likenesses.reduce((best, likeness, at) => (likeness > best.likeness ? { at, likeness } : best), {
    at: -1,
    likeness: 0,
  });
}

/** The key and the samples of a promotion that was made before. */
export interface EarlierPromotion {
  readonly key: string;
  readonly samples: readonly string[];
}

interface EarlierKeysOptions {
  /** Least likeness of a text to a sample: 0 to 1. */
  readonly similarity: number;
  readonly signal?: AbortSignal | undefined;
}

/** Finds the promotion that a group of texts has made before, so that a group keeps its key while it shrinks and grows. */
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

  /** Indexes the samples. Rejects with the signal's reason after it aborts, as {@link keyOf} does. */
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
