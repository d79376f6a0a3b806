import { LikenessIndex, takeTurns } from '../promotions/similarity/LikenessIndex';

export interface CommonAnswer {
  /** The most frequent one of the largest set of answers that are the same. */
  readonly text: string;
  /** The share of that set: 0 to 1. */
  readonly share: number;
}

export interface AnswerOptions {
  /** Answers are the same from this likeness on: 0 to 1. */
  readonly similarity: number;
  readonly signal?: AbortSignal;
}

/** What answers have in common; each counts, also where several are identical. At least one is needed. */
export async function commonAnswer(
  answers: readonly string[],
  { similarity, signal }: AnswerOptions,
): Promise<CommonAnswer> {
  const giveWay = takeTurns(signal);
  const different = mergeSame(answers);
  const index = new LikenessIndex();
  for (const { text } of different) {
    await giveWay();
    index.add(text);
  }
  let largest = { text: '', total: 0 };
  for (const centre of different) {
    await giveWay();
    const likenesses = index.likenesses(centre.text);
    const same = different.filter((other, at) => other === centre || (likenesses[at] ?? 0) >= similarity);
    const total = same.reduce((sum, { count }) => sum + count, 0);
    if (total > largest.total) largest = { text: same[0]?.text ?? '', total };
  }
  return { text: largest.text, share: largest.total / answers.length };
}

/** The different answers, the most frequent first. */
function mergeSame(answers: readonly string[]): { readonly text: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const answer of answers) counts.set(answer.trim(), (counts.get(answer.trim()) ?? 0) + 1);
  return [...counts].map(([text, count]) => ({ text, count })).sort((a, b) => b.count - a.count);
}
