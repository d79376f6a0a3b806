import { LikenessIndex, takeTurns } from './LikenessIndex';

export interface Group<T> {
  /** Every observation, also where several have the same text. */
  readonly members: readonly T[];
  /** The different texts, in the order of their first observation. */
  readonly texts: readonly string[];
  /** How alike each observation is to the one that it joined, on average: 0 to 1. */
  readonly cohesion: number;
}

export interface GroupOptions<T> {
  readonly textOf: (observation: T) => string;
  /** How alike a text must be to one of a group to join it: 0 to 1. */
  readonly similarity: number;
  readonly signal?: AbortSignal;
}

interface OpenGroup<T> {
  readonly members: T[];
  readonly texts: string[];
  /** How alike each text is to the one that it joined; the first one to itself. */
  links: number;
}

/**
 * Groups observations by what their texts are made of, greedily in the order given: each joins the group that has the text
 * most like it, or begins one. Texts that differ in case or space alone are the same.
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
