import { titleOf } from '../promotions/checkProposal';
import type { Observation } from '../promotions/PromotionCycle';
import { commonPattern } from '../promotions/similarity/words';
import { groupSimilar, EarlierKeys, type EarlierPromotion } from '../promotions/similarity/groups';

const SAMPLES = 3;

/** A mail whose intent was recognised, and only logged. */
export interface LoggedIntent {
  readonly subject: string;
  readonly intent: string;
  /** Epoch ms. */
  readonly at: number;
}

export interface IntentOptions {
  readonly similarity: number;
  readonly minClusterSize: number;
  /** What was proposed before. */
  readonly earlier: readonly (EarlierPromotion & { readonly body: Readonly<Record<string, unknown>> })[];
  readonly signal?: AbortSignal;
}

/**
 * Finds mails of the same intent whose subjects are alike, and proposes a pattern of the subjects' words that matches them all.
 * A group whose subjects have no telling word in common makes no proposal.
 */
export async function proposeIntents(mails: readonly LoggedIntent[], options: IntentOptions): Promise<Observation> {
  const { similarity, minClusterSize, signal } = options;
  const subjects = mails.map(({ subject }) => subject);
  const proposals: Observation['proposals'][number][] = [];
  const figures = { clusters: 0, withoutPattern: 0 };
  for (const [intent, own] of byIntent(mails)) {
    const made = options.earlier.filter(({ body }) => body['intent'] === intent);
    const keys = await EarlierKeys.of(made, { similarity, signal });
    const groups = await groupSimilar(own, { textOf: ({ subject }) => subject, similarity, signal });
    for (const { members, texts } of groups.filter((group) => group.members.length >= minClusterSize)) {
      figures.clusters += 1;
      const pattern = commonPattern(texts, subjects);
      if (pattern === undefined) {
        figures.withoutPattern += 1;
        continue;
      }
      const { source, flags, words } = pattern;
      const expression = new RegExp(source, flags);
      const matched = subjects.filter((subject) => expression.test(subject)).length;
      proposals.push({
        key: await keys.keyOf(texts, `${intent}: ${words.join(' ')}`),
        title: titleOf(`Take mails such as "${texts[0] ?? ''}" as ${intent}`),
        confidence: Math.min(1, members.length / (2 * minClusterSize)),
        // `alsoMatches`: mails of other groups that the pattern would find as well.
        body: {
          pattern: { source, flags },
          words,
          intent,
          mails: members.length,
          alsoMatches: matched - members.length,
        },
        samples: texts.slice(0, SAMPLES),
        observedAt: Math.max(...members.map(({ at }) => at)),
      });
    }
  }
  return { observed: mails.length, proposals, figures };
}

function byIntent(mails: readonly LoggedIntent[]): ReadonlyMap<string, readonly LoggedIntent[]> {
  const found = new Map<string, LoggedIntent[]>();
  for (const mail of mails) {
    const own = found.get(mail.intent);
    if (own === undefined) found.set(mail.intent, [mail]);
    else own.push(mail);
  }
  return found;
}
