import type { Jitter } from '../../contracts/entries';
import type { ListenerReference } from '../../contracts/options';
import { isTimeZone } from '../../time/instant';
import { booleanRule, durationRule, listRule, oneOfRule, type Rule, textRule } from './rules';

const NONE: readonly never[] = [];

/** The value of an option that nobody gives. Durations are milliseconds. `initialDelay` is one full interval. */
export const OPTION_DEFAULTS = {
  enabled: true,
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
} as const;

/** The options of every listener that an operator may set as well. */
const LISTENER_RULES = {
  startupTimeout: durationRule(1),
  shutdownTimeout: durationRule(1),
};

/** The options of a task. */
const TASK_RULES = {
  interval: durationRule(10),
  cron: textRule("a cron pattern such as '0 3 * * *'"),
  timeZone: textRule("an IANA time zone such as 'Europe/Paris'", isTimeZone),
  mode: oneOfRule(['fixed-rate', 'fixed-delay']),
  initialDelay: durationRule(0),
  jitter: jitterRule(),
  overlap: oneOfRule(['skip', 'queue-one', 'allow']),
  misfire: oneOfRule(['skip', 'run-once']),
  tickTimeout: durationRule(1),
  drainTimeout: durationRule(0),
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

/** Options of versions to come. They are refused, so that nobody relies on them. */
export const RESERVED_OPTIONS = ['restart', 'scope', 'delivery', 'mustSucceedWithin'] as const;

function orOff<T>(rule: Rule<T>): Rule<T | 'off'> {
  return {
    ...rule,
    expects: `${rule.expects}, or 'off'`,
    parse: (value) => (value === 'off' ? value : rule.parse(value)),
  };
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

// A circular import leaves undefined items.
function isReference(item: unknown): item is ListenerReference {
  return typeof item === 'function' || (typeof item === 'string' && item !== '');
}
