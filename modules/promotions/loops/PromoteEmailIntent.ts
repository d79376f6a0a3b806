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

import { AuditLog } from '../../audit_log/AuditLog';
import { Newest } from '../bounded';
import { titleOf } from '../checkProposal';
import { type Observation, PromotionCycle, PromotionLoopSettings } from '../PromotionCycle';
import { Promotions } from '../Promotions';
import { EarlierKeys, type EarlierPromotion, groupSimilar } from '../similarity/groups';
import { commonPattern } from '../similarity/words';

/** Settings of the mail loop, under `promote_email_intent`. */
@Settings('promote_email_intent')
export class PromoteEmailIntentSettings extends PromotionLoopSettings {
  /** Age of the oldest mails that are read. */
  @IsDuration({ min: '1h', max: '365d' })
  readonly window: Duration = '14d';

  /** Maximum number of mails that are looked at; the newest count. */
  @IsInt()
  @Min(10)
  @Max(2_000)
  readonly maxObservations: number = 1_000;

  /** Least likeness, from 0 to 1, at which subjects belong together; lower than for questions, because subjects are short. */
  @IsNumber()
  @Min(0.1)
  @Max(1)
  readonly similarity: number = 0.65;

  /** Minimum number of mails with the same intent and similar subjects. */
  @IsInt()
  @Min(2)
  @Max(1_000)
  readonly minClusterSize: number = 3;
}

const LONGEST_SUBJECT = 500;

/** Proposes patterns for mails whose intent is recognised repeatedly, and only logged. */
@BackgroundDaemon({ name: 'promote_email_intent', interval: '24h', misfire: 'run-once' })
export class PromoteEmailIntent implements OnTick {
  constructor(
    private readonly settings: PromoteEmailIntentSettings,
    private readonly audit: AuditLog,
    private readonly promotions: Promotions,
    private readonly cycle: PromotionCycle,
    private readonly clock: Clock,
  ) {}

  /** Runs one promotion cycle. */
  tick(context: TickContext): Promise<void> {
    return this.cycle.run('email_intent', this.settings, context, () => this.#observe(context.signal));
  }

  async #observe(signal: AbortSignal): Promise<Observation> {
    const { window, maxObservations } = this.settings;
    const mails = new Newest<LoggedIntent>(maxObservations);
    const since = this.clock.now() - durationMs(window);
    for await (const event of this.audit.scan({ since, types: ['email.intent_logged'], signal })) {
      if (event.type !== 'email.intent_logged') continue;
      const { subject, intent } = event.details;
      const isSubject = subject.trim() !== '' && subject.length <= LONGEST_SUBJECT;
      if (isSubject) mails.add({ subject, intent, at: Date.parse(event.at) });
    }
    const earlier = await this.promotions.list({ loop: 'email_intent' });
    return proposeIntents(mails.items, { ...this.settings, earlier, signal });
  }
}

const SAMPLES = 3;

/** A mail whose intent was recognised and only logged. */
export interface LoggedIntent {
  readonly subject: string;
  readonly intent: string;
  /** Epoch ms. */
  readonly at: number;
}

/** Options of {@link proposeIntents}: see the settings of the same names. */
export interface IntentOptions {
  readonly similarity: number;
  readonly minClusterSize: number;
  /** The promotions that were made before. */
  readonly earlier: readonly (EarlierPromotion & { readonly body: Readonly<Record<string, unknown>> })[];
  readonly signal?: AbortSignal;
}

/**
 * Finds mails of the same intent whose subjects are alike, and proposes a pattern of words that matches all of them.
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
