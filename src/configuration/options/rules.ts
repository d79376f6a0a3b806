import { durationMs, formatDuration, isDuration } from '../../time/duration';
import type { TextType } from '../tree/textTypes';

/** Checks and converts the values of an option. */
export interface Rule<T> {
  /** Describes valid values; completes the sentence `give …`. */
  readonly expects: string;
  /** The type that a text, such as an environment variable, is converted to before it is parsed. */
  readonly text: TextType;
  /** The converted value; `undefined` for a value that is not valid. */
  readonly parse: (value: unknown) => T | undefined;
}

export type Parsed<R extends Rule<unknown>> = R extends Rule<infer T> ? T : never;

/** About 31,700 years: due moments stay within the range of `Date`. */
const LONGEST_MS = 1e15;

/** Rule for a duration of at least `min` milliseconds; its parsed value is in milliseconds. */
export function durationRule(min: number): Rule<number> {
  return {
    expects:
      min === 0
        ? "a duration such as 500, '30s' or '5m'"
        : `a duration of at least ${formatDuration(min)}, such as '30s'`,
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

export function oneOfRule<const T extends string>(values: readonly T[]): Rule<T> {
  return {
    expects: `one of ${values.map((value) => `'${value}'`).join(', ')}`,
    text: { kind: 'text' },
    parse: (value) => values.find((known) => known === value),
  };
}

export const booleanRule: Rule<boolean> = {
  expects: 'true or false',
  text: { kind: 'boolean' },
  parse: (value) => (typeof value === 'boolean' ? value : undefined),
};

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
