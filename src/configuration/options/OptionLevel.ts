import { DEFAULT_ORIGIN, type ConfiguredValue } from '../tree/ConfigTree';
import type { CONFIGURED_TASK_RULES } from './optionTable';
import type { Parsed, Rule } from './rules';

export type Rules = Readonly<Record<string, Rule<unknown>>>;

/** An option's value, decided, and where it comes from. */
export interface Decided<T> {
  readonly value: T;
  readonly origin: string;
}

/** The options that one place gives: a decorator, or the configuration of a class or of a task. */
export type OptionLevel<R extends Rules> = { readonly [K in keyof R]?: Decided<Parsed<R[K]>> };

/** What one place says of a task. */
export type TaskLevel = OptionLevel<typeof CONFIGURED_TASK_RULES>;

/** Of a place that says nothing. */
export const NOTHING_GIVEN: Readonly<Record<string, never>> = Object.freeze({});

/** Parses the values that have a rule; one that does not fit is reported and left out. */
export function readLevel<R extends Rules>(
  given: ReadonlyMap<string, ConfiguredValue>,
  rules: R,
  reportInvalid: (option: string, given: ConfiguredValue, rule: Rule<unknown>) => void,
): OptionLevel<R> {
  if (given.size === 0) return NOTHING_GIVEN;
  const level: Record<string, Decided<unknown>> = {};
  for (const [option, configured] of given) {
    const rule = Object.hasOwn(rules, option) ? rules[option] : undefined;
    if (rule === undefined || configured.value === undefined) continue;
    const value = rule.parse(configured.value);
    if (value === undefined) reportInvalid(option, configured, rule);
    else level[option] = { value, origin: configured.origin };
  }
  return level as OptionLevel<R>;
}

/** What is given, else the default. Its origin is noted under the option's name. */
export function decide<T>(
  option: string,
  given: Decided<T> | undefined,
  fallback: T,
  origins: Record<string, string>,
): T {
  origins[option] = given === undefined ? DEFAULT_ORIGIN : given.origin;
  return given === undefined ? fallback : given.value;
}
