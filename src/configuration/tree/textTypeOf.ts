import type { TextType } from './coerceText';
import { isPlainObject } from './ConfigTree';

/** What class-validator knows of one constraint of a field. */
export interface Constraint {
  readonly name?: string;
  readonly each: boolean;
  readonly constraints: readonly unknown[];
}

const LISTS = /^(isArray|array[A-Z]\w*)$/;
const NUMBERS = /^(isInt|isNumber|min|max|isPositive|isNegative|isDivisibleBy)$/;
const OBJECTS = /^(isObject|isNotEmptyObject|isInstance)$/;

/** What a text for a field stands for: its validators say, else the value that it has by default. */
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
