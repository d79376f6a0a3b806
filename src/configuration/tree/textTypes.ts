import { isPlainObject } from './ConfigTree';

/** The type of value that the text of an environment variable is converted to. */
export type TextType =
  | { readonly kind: 'text' | 'number' | 'boolean' | 'duration' | 'json' }
  | { readonly kind: 'one of'; readonly values: readonly unknown[] }
  | { readonly kind: 'list'; readonly of: TextType };

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** Stands for a text that is, or holds, a number which would be rounded to another integer. */
export const INEXACT = Symbol('inexact');

/**
 * Converts a text to a value of the type. A text that does not fit the type is returned as it is, so that the check of the
 * option reports it. A list is read as JSON if it begins with `[`, else as items separated by commas.
 *
 * @returns `undefined` for a text that has to be JSON and is not, {@link INEXACT} for one with a number that would be rounded to an integer.
 */
export function coerceText(text: string, type: TextType): unknown {
  const trimmed = text.trim();
  switch (type.kind) {
    case 'text':
      return text;
    case 'number':
      return NUMBER.test(trimmed) ? readNumber(trimmed) : text;
    case 'duration':
      return NUMBER.test(trimmed) ? readNumber(trimmed) : trimmed;
    case 'boolean':
      return BOOLEANS.get(trimmed.toLowerCase()) ?? text;
    case 'one of':
      return type.values.find((value) => String(value) === trimmed) ?? text;
    case 'json':
      return parseJson(trimmed);
    case 'list':
      if (trimmed.startsWith('[')) return parseJson(trimmed);
      if (trimmed === '') return [];
      return exactly(trimmed.split(',').map((item) => coerceText(item.trim(), type.of)));
  }
}

const exactly = (list: readonly unknown[]): unknown => (list.includes(INEXACT) ? INEXACT : list);

const DECIMAL = /^[+-]?(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i;

/**
 * True for the text of a decimal number that is so large that only integers are numbers, and that none of them is equal to:
 * `9007199254740993`, `12345678901234567890.0`, `1e23`. Fractions are rounded, as everywhere.
 */
export function isRounded(text: string): boolean {
  const value = Math.abs(Number(text));
  if (!(value > Number.MAX_SAFE_INTEGER)) return false;
  const parts = DECIMAL.exec(text);
  if (parts === null || value === Infinity) return parts !== null;
  const [, whole = '', fraction = '', exponent = '0'] = parts;
  const zeros = Number(exponent) - fraction.length;
  const digits = whole + fraction;
  const kept = zeros < 0 ? digits.slice(0, zeros) : digits + '0'.repeat(zeros);
  return BigInt(kept) !== BigInt(value) || (zeros < 0 && /[1-9]/.test(digits.slice(zeros)));
}

const readNumber = (digits: string): unknown => (isRounded(digits) ? INEXACT : Number(digits));

/** The texts and numbers of JSON. */
const JSON_TOKENS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

function parseJson(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return (text.match(JSON_TOKENS) ?? []).some(isRounded) ? INEXACT : value;
  } catch {
    // The parser's own message quotes the text, which may be a secret.
    return undefined;
  }
}

/** One constraint of a field, as class-validator records it. */
export interface Constraint {
  readonly name?: string;
  readonly each: boolean;
  readonly constraints: readonly unknown[];
}

const LISTS = /^(isArray|array[A-Z]\w*)$/;
const NUMBERS = /^(isInt|isNumber|min|max|isPositive|isNegative|isDivisibleBy)$/;
const OBJECTS = /^(isObject|isNotEmptyObject|isInstance)$/;

/** The type that a text for a field is converted to: from its validators, else from its default value. */
export function textTypeOf(constraints: readonly Constraint[], fallback: unknown): TextType {
  const ofItems = constraints.filter(({ each }) => each);
  if (ofItems.length > 0 || Array.isArray(fallback) || constraints.some(({ name }) => LISTS.test(name ?? ''))) {
    const items = scalarType(ofItems) ?? typeOfValue(Array.isArray(fallback) ? (fallback as unknown[])[0] : undefined);
    return { kind: 'list', of: items };
  }
  return scalarType(constraints) ?? typeOfValue(fallback);
}

function scalarType(constraints: readonly Constraint[]): TextType | undefined {
  for (const { name = '', constraints: parameters } of constraints) {
    if (name === 'isIn') return { kind: 'one of', values: listOf(parameters[0]) };
    if (name === 'isEnum') return { kind: 'one of', values: Object.values(parameters[0] as object) };
    if (name === 'equals') return { kind: 'one of', values: [parameters[0]] };
    if (name === 'isDuration') return { kind: 'duration' };
    if (name === 'isBoolean') return { kind: 'boolean' };
    if (name === 'isString') return { kind: 'text' };
    if (NUMBERS.test(name)) return { kind: 'number' };
    if (OBJECTS.test(name)) return { kind: 'json' };
  }
  return undefined;
}

function typeOfValue(value: unknown): TextType {
  if (typeof value === 'number' || typeof value === 'boolean') return { kind: typeof value as 'number' | 'boolean' };
  return { kind: isPlainObject(value) ? 'json' : 'text' };
}

const listOf = (values: unknown): readonly unknown[] => (Array.isArray(values) ? (values as unknown[]) : []);
