import { DECORATOR_ORIGIN, DEFAULT_ORIGIN } from '../../contracts/BootPlan';
import type { GivenOrigins } from '../../contracts/ListenerDefinition';
import type { AnyClass } from '../../contracts/metadata';
import { describeClass } from '../../errors/describeClass';
import { REDACTED } from '../../errors/foreign';
import { type Problems, showValue } from '../../errors/Problem';
import { didYouMean } from '../../errors/suggest';
import { type ConfiguredValue, isPlainObject } from '../tree/ConfigTree';
import { DAEMON_DECORATOR_RULES, OPTION_DEFAULTS, type OptionValues, type Rule } from './optionTable';

export type Rules = Readonly<Record<string, Rule<unknown>>>;

/** The options given in one place, parsed: in a decorator, or in the configuration of a listener or a task. */
export interface OptionLevel {
  readonly values: Partial<OptionValues>;
  /** The origin of every option of the place, or that of each. */
  readonly origins: string | Readonly<Record<string, string>>;
}

/** The decorated class; for options without a decorator, a text that names the place they were written. */
type OptionSource = AnyClass | string;

const describeSource = (source: OptionSource): string => (typeof source === 'string' ? source : describeClass(source));

/** The level of a place that gives no option. */
export const NOTHING_GIVEN: OptionLevel = Object.freeze({ values: Object.freeze({}), origins: DEFAULT_ORIGIN });

/**
 * Parses the options of a decorator. They may come from JavaScript, so everything is checked: what does not fit is
 * reported and left out.
 *
 * @param what - names the decorator in problems: `@BackgroundDaemon of OrderSync`.
 */
export function readDecorator(
  options: unknown,
  rules: Rules,
  what: string,
  source: OptionSource,
  problems: Problems,
): OptionLevel {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    problems.add('INVALID_OPTION', {
      what: `The options of ${what} are not an object.`,
      facts: { class: describeSource(source), value: showValue(options) },
      fix: 'give an object of options, or nothing.',
    });
    return NOTHING_GIVEN;
  }
  const values: Record<string, unknown> = {};
  for (const option of Object.keys(options)) {
    const given = (options as Record<string, unknown>)[option];
    if (given === undefined) continue;
    const rule = Object.hasOwn(rules, option) ? rules[option] : undefined;
    if (rule === undefined) {
      reportUnknown(option, rules, what, source, problems);
      continue;
    }
    const { value, misfits } = parseWhole(rule, given, option);
    if (misfits !== NO_MISFITS) for (const misfit of misfits) reportMisfit(misfit, what, source, problems);
    if (value !== undefined) values[option] = value;
  }
  reportContradictions(values, what, source, problems);
  return { values, origins: DECORATOR_ORIGIN };
}

/**
 * Parses the configured values that have a rule. One that does not fit is reported and left out.
 *
 * @param path - where the options stand in the configuration, for problems.
 */
export function readConfigured(
  given: ReadonlyMap<string, ConfiguredValue> | undefined,
  rules: Rules,
  path: string,
  problems: Problems,
): { readonly values: Readonly<Record<string, unknown>>; readonly origins: Readonly<Record<string, string>> } {
  const values: Record<string, unknown> = {};
  const origins: Record<string, string> = {};
  if (given === undefined) return { values, origins };
  for (const [option, { value, origin, secret }] of given) {
    const rule = Object.hasOwn(rules, option) ? rules[option] : undefined;
    if (rule === undefined || value === undefined) continue;
    const parsed = parseWhole(rule, value, option);
    if (parsed.value !== undefined) {
      values[option] = parsed.value;
      origins[option] = origin;
    }
    for (const misfit of parsed.misfits) {
      // A key that is not known has been reported by the check of the keys.
      if (misfit.rule === undefined) continue;
      problems.add('CONFIG_INVALID_VALUE', {
        what: `The configured value of "${path}.${misfit.path}" does not fit.`,
        facts: { value: secret === true ? REDACTED : showValue(misfit.given), from: origin },
        fix: `give ${misfit.rule.expects}.`,
      });
    }
  }
  return { values, origins };
}

/** A value that does not fit, or a key that is not known, in an option or below it. */
interface Misfit {
  /** The option, and the keys below it: `restart.limit.within`. */
  readonly path: string;
  readonly given: unknown;
  /** The rule that it does not fit; undefined for a key that is not known. */
  readonly rule: Rule<unknown> | undefined;
  /** The keys that are known beside it. */
  readonly known: readonly string[];
}

const NO_MISFITS: readonly Misfit[] = [];

/** Parses an option with everything below it. The value is undefined if anything does not fit; all of that is returned. */
function parseWhole(
  rule: Rule<unknown>,
  given: unknown,
  path: string,
): { readonly value: unknown; readonly misfits: readonly Misfit[] } {
  const { parts } = rule;
  if (parts !== undefined && isPlainObject(given)) {
    const known = Object.keys(parts);
    const misfits = Object.entries(given as Record<string, unknown>).flatMap(([key, part]): readonly Misfit[] => {
      if (part === undefined) return NO_MISFITS;
      const below = `${path}.${key}`;
      const partRule = Object.hasOwn(parts, key) ? parts[key] : undefined;
      if (partRule === undefined) return [{ path: below, given: part, rule: undefined, known }];
      return parseWhole(partRule, part, below).misfits;
    });
    if (misfits.length > 0) return { value: undefined, misfits };
  }
  const value = rule.parse(given);
  return { value, misfits: value === undefined ? [{ path, given, rule, known: [] }] : NO_MISFITS };
}

function reportMisfit(misfit: Misfit, what: string, source: OptionSource, problems: Problems): void {
  const { path, given, rule, known } = misfit;
  if (rule !== undefined) {
    problems.add('INVALID_OPTION', {
      what: `The option "${path}" of ${what} does not fit.`,
      facts: { class: describeSource(source), value: showValue(given) },
      fix: `give ${rule.expects}.`,
    });
    return;
  }
  const [parent, key] = [path.slice(0, path.lastIndexOf('.')), path.slice(path.lastIndexOf('.') + 1)];
  problems.add('UNKNOWN_OPTION', {
    what: `"${key}" is not known in the option "${parent}" of ${what}.${didYouMean(key, known)}`,
    facts: { class: describeSource(source), known: [...known].sort().join(', ') },
    fix: 'correct the key or remove it.',
  });
}

/** Picks the value of each option from the places that may give it, and notes the origins of those that are given. */
export class OptionPicker {
  /** The origins of the options picked so far; an option that no place gives is missing. */
  origins: GivenOrigins = NO_ORIGINS;
  readonly #levels: readonly OptionLevel[];

  /** @param levels - the places, the one that wins first. */
  constructor(levels: readonly OptionLevel[]) {
    this.#levels = levels;
  }

  /** Returns the first given value of an option, else its default; undefined if it has none. */
  pick<K extends keyof OptionValues>(option: K): PickedValue<K> {
    const given = this.pickGiven(option);
    return given === undefined ? ((OPTION_DEFAULTS as Partial<OptionValues>)[option] as PickedValue<K>) : given;
  }

  /** Returns the first given value of an option, and notes its origin; undefined, without its default, if no place gives it. */
  pickGiven<K extends keyof OptionValues>(option: K): OptionValues[K] | undefined {
    // By index: a boot picks twenty options of each listener, and until V8 optimizes this, an iterator of each is garbage.
    for (let index = 0; index < this.#levels.length; index++) {
      const level = this.#levels[index] as OptionLevel;
      // Most often the decorator alone gives something.
      const value = level === NOTHING_GIVEN ? undefined : level.values[option];
      if (value === undefined) continue;
      this.note(option, level);
      return value;
    }
    return undefined;
  }

  /** Notes that a place gave an option, or gave it `givenAs` another. */
  note(option: keyof OptionValues, { origins }: OptionLevel, givenAs: keyof OptionValues = option): void {
    if (this.origins === NO_ORIGINS) this.origins = {};
    const origin = typeof origins === 'string' ? origins : (origins[givenAs] ?? DEFAULT_ORIGIN);
    (this.origins as Record<string, string>)[option] = origin;
  }
}

type PickedValue<K extends keyof OptionValues> =
  OptionValues[K] | (K extends keyof typeof OPTION_DEFAULTS ? never : undefined);

const NO_ORIGINS: GivenOrigins = Object.freeze({});

function reportUnknown(option: string, rules: Rules, what: string, source: OptionSource, problems: Problems): void {
  problems.add('UNKNOWN_OPTION', {
    what: Object.hasOwn(DAEMON_DECORATOR_RULES, option)
      ? `"${option}" is an option of another decorator, not of ${what}.`
      : `"${option}" is not an option of ${what}.${didYouMean(option, Object.keys(rules))}`,
    facts: { class: describeSource(source), known: Object.keys(rules).sort().join(', ') },
    fix: 'correct the option or remove it.',
  });
}

/** Reports schedule options of one decorator that exclude each other. */
function reportContradictions(
  given: Partial<OptionValues>,
  what: string,
  source: OptionSource,
  problems: Problems,
): void {
  const report = (both: string, fix: string): void =>
    problems.add('INVALID_SCHEDULE', { what: `${what} gives ${both}.`, facts: { class: describeSource(source) }, fix });

  const { interval, cron, mode, timeZone, initialDelay } = given;
  if (interval !== undefined && cron !== undefined) {
    report('both "interval" and "cron"', 'keep the one that says when the task is due.');
  } else if (cron !== undefined && mode === 'fixed-delay') {
    report(
      '"mode: \'fixed-delay\'" with "cron"',
      'remove the mode, or give an interval: a cron pattern fixes the moments.',
    );
  } else if (cron !== undefined && initialDelay !== undefined) {
    report(
      '"initialDelay" with "cron"',
      'remove the delay, or give an interval: a cron pattern fixes the moments, the first one too.',
    );
  } else if (interval !== undefined && timeZone !== undefined) {
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
