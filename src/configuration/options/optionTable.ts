import type { Jitter } from '../../contracts/entries';
import type {
  DeliveryPolicy,
  FreshnessEffect,
  ListenerReference,
  MisfirePolicy,
  OverlapPolicy,
  ScheduleMode,
  ScopePolicy,
} from '../../contracts/options';
import { durationMs, formatDuration, isDuration } from '../../time/duration';
import { isTimeZone } from '../../time/instant';
import { isPlainObject } from '../tree/ConfigTree';
import type { TextType } from '../tree/textTypes';
import type { GivenRestart } from './decideRestart';

/** Checks and converts the values of an option. */
export interface Rule<T> {
  /** Describes valid values; completes the sentence `give …`. */
  readonly expects: string;
  /** The type that a text, such as an environment variable, is converted to before it is parsed. */
  readonly text: TextType;
  /** The converted value; `undefined` for a value that is not valid. */
  readonly parse: (value: unknown) => T | undefined;
  /** The rules of its keys, of an option that may be an object. Checked before the object is parsed. */
  readonly parts?: Readonly<Record<string, Rule<unknown>>>;
}

export type Parsed<R extends Rule<unknown>> = R extends Rule<infer T> ? T : never;

export const booleanRule: Rule<boolean> = {
  expects: 'true or false',
  text: { kind: 'boolean' },
  parse: (value) => (typeof value === 'boolean' ? value : undefined),
};

const NONE: readonly never[] = [];

/** The value of an option that nobody gives. Durations are milliseconds. `initialDelay` is one full interval. */
export const OPTION_DEFAULTS = {
  enabled: true,
  restart: 'never',
  essential: false,
  startupTimeout: 30_000,
  shutdownTimeout: 10_000,
  fatalOnStartupFailure: false,
  dependsOn: NONE,
  wants: NONE,
  tags: NONE,
  timeZone: 'UTC',
  mode: 'fixed-rate',
  jitter: { kind: 'none' },
  overlap: 'skip',
  misfire: 'skip',
  tickTimeout: 300_000,
  drainTimeout: 0,
  freshness: 'degraded',
  scope: 'process',
  delivery: 'at-most-once',
  maxStarts: 3,
} as const satisfies Partial<OptionValues>;

/** The options of every listener that an operator may set as well. */
const LISTENER_RULES = {
  startupTimeout: durationRule(1),
  shutdownTimeout: durationRule(1),
  restart: restartRule(),
  essential: booleanRule,
};

/** The options of a task. */
const TASK_RULES = {
  interval: durationRule(10),
  cron: textRule("a cron pattern such as '0 3 * * *'"),
  timeZone: textRule("an IANA time zone such as 'Europe/Paris'", isTimeZone),
  mode: oneOfRule(wordsOf<ScheduleMode>({ 'fixed-rate': true, 'fixed-delay': true })),
  initialDelay: durationRule(0),
  jitter: jitterRule(),
  overlap: oneOfRule(wordsOf<OverlapPolicy>({ skip: true, 'queue-one': true, allow: true })),
  misfire: oneOfRule(wordsOf<MisfirePolicy>({ skip: true, 'run-once': true })),
  scope: oneOfRule(wordsOf<ScopePolicy>({ process: true, cluster: true })),
  delivery: oneOfRule(wordsOf<DeliveryPolicy>({ 'at-most-once': true, 'at-least-once': true })),
  maxStarts: integerRule(2, 100),
  tickTimeout: durationRule(1),
  drainTimeout: durationRule(0),
  mustSucceedWithin: durationRule(1),
  freshness: oneOfRule(wordsOf<FreshnessEffect>({ degraded: true, unready: true, unlive: true })),
};

/** The options of a task that an operator may set. A schedule may also be switched off. */
export const CONFIGURED_TASK_RULES = {
  ...TASK_RULES,
  interval: orOff(TASK_RULES.interval),
  cron: orOff(TASK_RULES.cron),
};

/** The options of a daemon's class, beside those of its tasks. */
const DAEMON_RULES = {
  ...LISTENER_RULES,
  fatalOnStartupFailure: booleanRule,
  tags: listRule('a list of texts', (item): item is string => typeof item === 'string' && item.trim() !== ''),
};

/** Only the type: given and derived names are checked alike, when all are known. */
const NAME_RULE: Rule<string> = {
  expects: 'a text',
  text: { kind: 'text' },
  parse: (value) => (typeof value === 'string' ? value : undefined),
};

/** The options that only the author may set. */
const AUTHOR_RULES = {
  name: NAME_RULE,
  dependsOn: listRule('a list of listener classes or names', isReference),
  wants: listRule('a list of listener classes or names', isReference),
};

/** The options of each decorator. */
export const DAEMON_DECORATOR_RULES = { ...AUTHOR_RULES, ...DAEMON_RULES, ...TASK_RULES };
export const LISTENER_DECORATOR_RULES = { ...AUTHOR_RULES, ...LISTENER_RULES };
export const PERIODIC_TASK_RULES = { name: AUTHOR_RULES.name, ...TASK_RULES };

/** The options of a listener that an operator may set. */
export const CONFIGURED_DAEMON_RULES = { enabled: booleanRule, ...DAEMON_RULES, ...CONFIGURED_TASK_RULES };
export const CONFIGURED_LISTENER_RULES = { enabled: booleanRule, ...LISTENER_RULES };

type OptionRules = Omit<typeof DAEMON_DECORATOR_RULES, 'interval' | 'cron'> & typeof CONFIGURED_DAEMON_RULES;

/** The parsed value of each option; a schedule that an operator has switched off is `'off'`. */
export type OptionValues = { readonly [K in keyof OptionRules]: Parsed<OptionRules[K]> };

/** About 31,700 years: due moments stay within the range of `Date`. */
const LONGEST_MS = 1e15;

/** Rule for a duration of at least `min` milliseconds; its parsed value is in milliseconds. */
export function durationRule(min: number): Rule<number> {
  return {
    expects:
      min === 0
        ? "a duration such as 500, '30s' or '5m'"
        : `a duration of at least ${formatDuration(min)}, such as ${min > 30_000 ? "'30d'" : "'30s'"}`,
    text: { kind: 'duration' },
    parse: (value) => {
      if (!isDuration(value)) return undefined;
      const ms = durationMs(value);
      return ms >= min && ms <= LONGEST_MS ? ms : undefined;
    },
  };
}

export function integerRule(min: number, max: number): Rule<number> {
  return {
    expects: `a whole number from ${min} to ${max}`,
    text: { kind: 'number' },
    parse: (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : undefined,
  };
}

/** The words of a union, of which the compiler accepts no list that lacks one. */
function wordsOf<T extends string>(words: Readonly<Record<T, true>>): readonly T[] {
  return Object.keys(words) as T[];
}

export function oneOfRule<const T extends string>(values: readonly T[]): Rule<T> {
  return {
    expects: `one of ${values.map((value) => `'${value}'`).join(', ')}`,
    text: { kind: 'text' },
    parse: (value) => values.find((known) => known === value),
  };
}

export function textRule(expects: string, fits: (text: string) => boolean = () => true): Rule<string> {
  return {
    expects,
    text: { kind: 'text' },
    parse: (value) => (typeof value === 'string' && value.trim() !== '' && fits(value) ? value : undefined),
  };
}

export function listRule<T>(expects: string, isItem: (item: unknown) => item is T): Rule<readonly T[]> {
  return {
    expects,
    text: { kind: 'list', of: { kind: 'text' } },
    // Not `every`: it passes over the holes that a circular import or a stray comma leaves.
    parse: (value) =>
      Array.isArray(value) && Array.from<unknown>(value).every(isItem) ? [...(value as T[])] : undefined,
  };
}

function orOff<T>(rule: Rule<T>): Rule<T | 'off'> {
  return {
    ...rule,
    expects: `${rule.expects}, or 'off'`,
    parse: (value) => (value === 'off' ? value : rule.parse(value)),
  };
}

type GivenLimit = NonNullable<Exclude<GivenRestart, 'never'>['limit']>;

/** Restarts as they are given; {@link decideRestart} adds what is left out. */
function restartRule(): Rule<GivenRestart> {
  const limit: Rule<GivenLimit> = {
    expects: "{ restarts, within }, such as { restarts: 5, within: '10m' }, or 'none'",
    text: { kind: 'text' },
    parts: { restarts: integerRule(1, 1_000_000), within: durationRule(1) },
    parse: (value) => {
      if (value === 'none') return value;
      const { restarts, within } = parsedParts(limit, value) as { restarts?: number; within?: number };
      return restarts === undefined || within === undefined ? undefined : { restarts, within };
    },
  };
  const rule: Rule<GivenRestart> = {
    expects:
      "'never', 'on-failure', or { delay, maxDelay, jitter, resetAfter, limit } with a maxDelay of at least delay",
    text: { kind: 'text' },
    parts: {
      delay: durationRule(10),
      maxDelay: durationRule(10),
      jitter: withUnit(jitterRule()),
      resetAfter: durationRule(1),
      limit,
    },
    parse: (value) => {
      if (value === 'never') return value;
      if (value === 'on-failure') return {};
      if (!isPlainObject(value)) return undefined;
      const given = parsedParts(rule, value) as Exclude<GivenRestart, 'never'>;
      return given.maxDelay !== undefined && given.maxDelay < (given.delay ?? 0) ? undefined : given;
    },
  };
  return rule;
}

/** The parsed keys of an object that fits its rules; none of another value. */
function parsedParts({ parts = {} }: Rule<unknown>, value: unknown): Readonly<Record<string, unknown>> {
  if (!isPlainObject(value)) return {};
  const given = Object.entries(value as Record<string, unknown>).filter(([, part]) => part !== undefined);
  return Object.fromEntries(given.map(([key, part]) => [key, parts[key]?.parse(part)]));
}

function jitterRule(): Rule<Jitter> {
  const duration = durationRule(0);
  return {
    expects: "a duration, or a part of the gap from '0%' to '100%'",
    text: duration.text,
    parse: (value) => {
      const percent = typeof value === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(value)?.[1] : undefined;
      if (percent !== undefined) {
        return Number(percent) <= 100 ? { kind: 'percent', percent: Number(percent) } : undefined;
      }
      const ms = duration.parse(value);
      return ms === undefined ? undefined : { kind: 'ms', ms };
    },
  };
}

/** The same without bare numbers but 0: 20 would be 20 ms, and is meant as a share. */
function withUnit(rule: Rule<Jitter>): Rule<Jitter> {
  return {
    ...rule,
    expects: "a duration with its unit, or a part of the delay from '0%' to '100%'",
    parse: (value) => (typeof value === 'number' && value !== 0 ? undefined : rule.parse(value)),
  };
}

// A circular import leaves undefined items.
function isReference(item: unknown): item is ListenerReference {
  return typeof item === 'function' || (typeof item === 'string' && item !== '');
}
