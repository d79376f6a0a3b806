import { IsInt, IsNumber, Max, Min } from 'class-validator';
import {
  BackgroundDaemon,
  Clock,
  type Duration,
  durationMs,
  IsDuration,
  type OnTick,
  Settings,
  type TickContext,
} from 'daemonry';

import type { LoggedMessage } from '../../message_log/LoggedMessage';
import { MessageLog } from '../../message_log/MessageLog';
import { Newest } from '../bounded';
import { titleOf } from '../checkProposal';
import { type Observation, PromotionCycle, PromotionLoopSettings } from '../PromotionCycle';
import { Promotions } from '../Promotions';
import { EarlierKeys, type EarlierPromotion, type Group, groupSimilar } from '../similarity/groups';
import { LikenessIndex, takeTurns } from '../similarity/LikenessIndex';
import { type CommonPattern, commonPattern } from '../similarity/words';

/** Settings of the phrasebook loop, under `promote_phrasebook`. */
@Settings('promote_phrasebook')
export class PromotePhrasebookSettings extends PromotionLoopSettings {
  /** Age of the oldest answers that are read. */
  @IsDuration({ min: '1h', max: '365d' })
  readonly window: Duration = '7d';

  /** Maximum number of answers that are looked at; the newest count. */
  @IsInt()
  @Min(10)
  @Max(2_000)
  readonly maxObservations: number = 1_000;

  /** Least likeness, from 0 to 1, at which questions belong together. */
  @IsNumber()
  @Min(0.1)
  @Max(1)
  readonly similarity: number = 0.85;

  /** Minimum number of times that a question was asked. */
  @IsInt()
  @Min(2)
  @Max(1_000)
  readonly minClusterSize: number = 5;

  /** Least likeness, from 0 to 1, at which answers count as the same. */
  @IsNumber()
  @Min(0.1)
  @Max(1)
  readonly answerSimilarity: number = 0.92;

  /** Least share of the answers that must be the same. */
  @IsNumber()
  @Min(0.1)
  @Max(1)
  readonly answerShare: number = 0.75;
}

/** Proposes phrases for questions on Slack that a model answers again and again in the same way. */
@BackgroundDaemon({ name: 'promote_phrasebook', interval: '24h', misfire: 'run-once' })
export class PromotePhrasebook implements OnTick {
  constructor(
    private readonly settings: PromotePhrasebookSettings,
    private readonly messages: MessageLog,
    private readonly promotions: Promotions,
    private readonly cycle: PromotionCycle,
    private readonly clock: Clock,
  ) {}

  /** Runs one promotion cycle. */
  tick(context: TickContext): Promise<void> {
    return this.cycle.run('phrasebook', this.settings, context, () => this.#observe(context.signal));
  }

  async #observe(signal: AbortSignal): Promise<Observation> {
    const { window, maxObservations } = this.settings;
    const exchanges = new Newest<Exchange>(maxObservations);
    const since = this.clock.now() - durationMs(window);
    const sent = this.messages.scan({ since, direction: 'out', channel: 'slack', route: 'slack_dm', signal });
    for await (const message of sent) {
      const exchange = exchangeOf(message);
      if (exchange !== undefined) exchanges.add(exchange);
    }
    const earlier = await this.promotions.list({ loop: 'phrasebook' });
    return proposePhrases(exchanges.items, { ...this.settings, earlier, signal });
  }
}

const LONGEST_QUESTION = 500;

/** A question and the answer of the engine. */
export interface Exchange {
  readonly question: string;
  readonly answer: string;
  /** Epoch ms. */
  readonly at: number;
}

/**
 * The exchange behind a message; `undefined` unless a model wrote it, it was sent, and its text is complete. Answers from the
 * snapshot cost nothing already, and a question of more than 500 characters is no phrase.
 */
export function exchangeOf({ question = '', text, status, madeBy, cut, at }: LoggedMessage): Exchange | undefined {
  if (madeBy !== 'engine' || status !== 'sent' || cut) return undefined;
  if (question.trim() === '' || question.length > LONGEST_QUESTION || text.trim() === '') return undefined;
  return { question, answer: text, at: Date.parse(at) };
}

const SAMPLES = 3;

/** Options of {@link proposePhrases}: see the settings of the same names. */
export interface PhraseOptions {
  readonly similarity: number;
  readonly minClusterSize: number;
  readonly answerSimilarity: number;
  readonly answerShare: number;
  /** The promotions that were made before. */
  readonly earlier: readonly EarlierPromotion[];
  readonly signal?: AbortSignal;
}

/** The answer and the pattern that the questions of a group have in common. */
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

const CATEGORIES: readonly (readonly [category: string, words: RegExp])[] = [
  ['alerts', /^(alert|incident|outage|warning|page)/],
  ['status', /^(status|health|running|alive|uptime|state|ready|down)/],
  ['cost', /^(cost|spen[dt]|budget|bill|price|usd|dollar|euro|invoice|token)/],
  ['tasks', /^(task|ticket|todo|issue|queue|job)/],
];

/** The category of a phrase, by the first of its words that belongs to one; else `general`. */
export const categoryOf = (words: readonly string[]): string =>
  CATEGORIES.find(([, pattern]) => words.some((word) => pattern.test(word)))?.[0] ?? 'general';

/** The answer that most of the answers agree with. */
interface CommonAnswer {
  /** The most frequent answer of the largest set of answers that count as the same. */
  readonly text: string;
  /** Share of that set among all answers: 0 to 1. */
  readonly share: number;
}

interface AnswerOptions {
  /** Least likeness at which answers count as the same: 0 to 1. */
  readonly similarity: number;
  readonly signal?: AbortSignal;
}

/** Finds the answer that most answers agree with. Identical answers count once each. @param answers - at least one. */
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
