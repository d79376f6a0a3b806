import { LikenessIndex } from './LikenessIndex';
import { takeTurns } from './takeTurns';

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
