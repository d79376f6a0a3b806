import { DECORATOR_ORIGIN, DEFAULT_ORIGIN } from '../../contracts/BootPlan';
import type { AnyClass } from '../../contracts/metadata';
import { describeClass } from '../../errors/describeClass';
import { type Problems, showValue } from '../../errors/Problem';
import { didYouMean } from '../../errors/suggest';
import type { ConfiguredValue } from '../tree/ConfigTree';
import {
  type CONFIGURED_TASK_RULES,
  DAEMON_DECORATOR_RULES,
  type Parsed,
  RESERVED_OPTIONS,
  type Rule,
} from './optionTable';

export type Rules = Readonly<Record<string, Rule<unknown>>>;

/** A parsed option value and its origin. */
export interface GivenOption<T> {
  readonly value: T;
  readonly origin: string;
}

/** The options given in one place: in a decorator, or in the configuration of a listener or a task. */
export type OptionLevel<R extends Rules> = { readonly [K in keyof R]?: GivenOption<Parsed<R[K]>> };

/** The task options given in one place. */
export type TaskLevel = OptionLevel<typeof CONFIGURED_TASK_RULES>;

/** The decorated class; for options without a decorator, a text that names the place they were written. */
type OptionSource = AnyClass | string;

const describeSource = (source: OptionSource): string => (typeof source === 'string' ? source : describeClass(source));

/** The level of a place that gives no option. */
export const NOTHING_GIVEN: Readonly<Record<string, never>> = Object.freeze({});

/**
 * Parses the options of a decorator. They may come from JavaScript, so everything is checked: what does not fit is
 * reported and left out.
 *
 * @param what - names the decorator in problems: `@BackgroundDaemon of OrderSync`.
 */
export function readDecorator<R extends Rules>(
  options: unknown,
  rules: R,
  what: string,
  source: OptionSource,
  problems: Problems,
): OptionLevel<R> {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    problems.add('INVALID_OPTION', {
      what: `The options of ${what} are not an object.`,
      facts: { class: describeSource(source), value: showValue(options) },
      fix: 'give an object of options, or nothing.',
    });
    return NOTHING_GIVEN;
  }
  const level: Record<string, GivenOption<unknown>> = {};
  for (const [option, given] of Object.entries(options) as [string, unknown][]) {
    if (given === undefined) continue;
    const rule = Object.hasOwn(rules, option) ? rules[option] : undefined;
    const value = rule?.parse(given);
    if (rule === undefined) {
      reportUnknown(option, rules, what, source, problems);
    } else if (value === undefined) {
      problems.add('INVALID_OPTION', {
        what: `The option "${option}" of ${what} does not fit.`,
        facts: { class: describeSource(source), value: showValue(given) },
        fix: `give ${rule.expects}.`,
      });
    } else {
      level[option] = { value, origin: DECORATOR_ORIGIN };
    }
  }
  reportContradictions(level, what, source, problems);
  return level as OptionLevel<R>;
}

/**
 * Parses the configured values that have a rule. One that does not fit is reported and left out.
 *
 * @param path - where the options stand in the configuration, for problems.
 */
export function readConfigured<R extends Rules>(
  given: ReadonlyMap<string, ConfiguredValue> | undefined,
  rules: R,
  path: string,
  problems: Problems,
): OptionLevel<R> {
  if (given === undefined || given.size === 0) return NOTHING_GIVEN;
  const level: Record<string, GivenOption<unknown>> = {};
  for (const [option, { value, origin, secret }] of given) {
    const rule = Object.hasOwn(rules, option) ? rules[option] : undefined;
    if (rule === undefined || value === undefined) continue;
    const parsed = rule.parse(value);
    if (parsed !== undefined) {
      level[option] = { value: parsed, origin };
      continue;
    }
    problems.add('CONFIG_INVALID_VALUE', {
      what: `The configured value of "${path}.${option}" does not fit.`,
      facts: { value: secret === true ? '[redacted]' : showValue(value), from: origin },
      fix: `give ${rule.expects}.`,
    });
  }
  return level as OptionLevel<R>;
}

/** The given value, or the default. Notes its origin under the option's name. */
export function decide<T>(
  option: string,
  given: GivenOption<T> | undefined,
  fallback: T,
  origins: Record<string, string>,
): T {
  origins[option] = given === undefined ? DEFAULT_ORIGIN : given.origin;
  return given === undefined ? fallback : given.value;
}

function reportUnknown(option: string, rules: Rules, what: string, source: OptionSource, problems: Problems): void {
  const unsupported = RESERVED_OPTIONS.some((reserved) => reserved === option);
  problems.add('UNKNOWN_OPTION', {
    what: unsupported
      ? `The option "${option}" of ${what} does not work yet.`
      : Object.hasOwn(DAEMON_DECORATOR_RULES, option)
        ? `"${option}" is an option of another decorator, not of ${what}.`
        : `"${option}" is not an option of ${what}.${didYouMean(option, Object.keys(rules))}`,
    facts: { class: describeSource(source), known: Object.keys(rules).sort().join(', ') },
    fix: unsupported ? 'remove it until a version supports it.' : 'correct the option or remove it.',
  });
}

/** Reports schedule options of one decorator that exclude each other. */
function reportContradictions(level: TaskLevel, what: string, source: OptionSource, problems: Problems): void {
  const report = (both: string, fix: string): void =>
    problems.add('INVALID_SCHEDULE', { what: `${what} gives ${both}.`, facts: { class: describeSource(source) }, fix });

  if (level.interval !== undefined && level.cron !== undefined) {
    report('both "interval" and "cron"', 'keep the one that says when the task is due.');
  } else if (level.cron !== undefined && level.mode?.value === 'fixed-delay') {
    report(
      '"mode: \'fixed-delay\'" with "cron"',
      'remove the mode, or give an interval: a cron pattern fixes the moments.',
    );
  } else if (level.interval !== undefined && level.timeZone !== undefined) {
    report(
      '"timeZone" with "interval"',
      'remove the time zone, or give a cron pattern: an interval has no time of day.',
    );
  }
}

/** The values configured for one listener. Names of listener and tasks are known; the options are not checked yet. */
export interface ListenerConfiguration {
  readonly options: ReadonlyMap<string, ConfiguredValue>;
  /** The options configured for a single task, by the task's name. */
  readonly tasks: ReadonlyMap<string, ReadonlyMap<string, ConfiguredValue>>;
}
