import { titleOf } from '../promotions/checkProposal';
import type { Observation } from '../promotions/PromotionCycle';
import { type CommonPattern, commonPattern } from '../promotions/similarity/words';
import { type Group, groupSimilar, EarlierKeys, type EarlierPromotion } from '../promotions/similarity/groups';
import { categoryOf } from './categoryOf';
import { type CommonAnswer, commonAnswer } from './commonAnswer';
import type { Exchange } from './Exchange';

const SAMPLES = 3;

export interface PhraseOptions {
  readonly similarity: number;
  readonly minClusterSize: number;
  readonly answerSimilarity: number;
  readonly answerShare: number;
  /** What was proposed before. */
  readonly earlier: readonly EarlierPromotion[];
  readonly signal?: AbortSignal;
}

/** What the questions of a group have in common, among all exchanges. */
interface Found {
  readonly answer: CommonAnswer;
  readonly pattern: CommonPattern;
  readonly exchanges: readonly Exchange[];
}

type PhraseProposal = Observation['proposals'][number];

/**
 * Finds questions that come again and again and get the same answer: a pattern of the questions' words, which matches them
 * all, and the answer. A group of questions that have no telling word in common, or whose answers differ, makes no proposal.
 */
export async function proposePhrases(exchanges: readonly Exchange[], options: PhraseOptions): Promise<Observation> {
  const { similarity, minClusterSize, signal } = options;
  const groups = await groupSimilar(exchanges, {
    textOf: ({ question }) => question,
    similarity,
    signal,
  });
  const frequent = groups.filter(({ members }) => members.length >= minClusterSize);
  const questions = groups.flatMap(({ texts }) => texts);
  const keys = await EarlierKeys.of(options.earlier, { similarity, signal });
  const proposals: PhraseProposal[] = [];
  const figures = { clusters: frequent.length, differentAnswers: 0, withoutPattern: 0 };
  for (const group of frequent) {
    const answer = await commonAnswer(
      group.members.map((exchange) => exchange.answer),
      { similarity: options.answerSimilarity, signal },
    );
    const pattern = commonPattern(group.texts, questions);
    if (answer.share < options.answerShare) figures.differentAnswers += 1;
    else if (pattern === undefined) figures.withoutPattern += 1;
    else {
      const key = await keys.keyOf(group.texts, pattern.words.join(' '));
      proposals.push({ key, ...proposalOf(group, { answer, pattern, exchanges }) });
    }
  }
  return { observed: exchanges.length, proposals, figures };
}

function proposalOf(
  { members, texts, cohesion }: Group<Exchange>,
  { answer, pattern, exchanges }: Found,
): Omit<PhraseProposal, 'key'> {
  const expression = new RegExp(pattern.source, pattern.flags);
  const matched = exchanges.filter(({ question }) => expression.test(question)).length;
  return {
    title: titleOf(`Answer "${texts[0] ?? ''}" without asking a model`),
    confidence: (cohesion + answer.share) / 2,
    body: {
      pattern: { source: pattern.source, flags: pattern.flags },
      words: pattern.words,
      reply: answer.text,
      category: categoryOf(pattern.words),
      observations: members.length,
      cohesion,
      consistency: answer.share,
      // Questions of other groups that the pattern would answer as well.
      alsoMatches: matched - members.length,
    },
    samples: texts.slice(0, SAMPLES),
    observedAt: Math.max(...members.map(({ at }) => at)),
  };
}
