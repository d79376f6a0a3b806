import { isObject } from '../shared/fields';

type Check = (value: unknown, limit: unknown, path: string) => string | undefined;

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
};

/** The keywords of JSON Schema that are checked. The tool itself has to check the others. */
const KEYWORDS: Readonly<Record<string, Check>> = {
  type: (value, types, path) => {
    const known = [types].flat().filter((type) => typeof type === 'string');
    return known.some((type) => TYPES[type]?.(value)) ? undefined : `${path} is not of the type ${known.join(' or ')}`;
  },
  enum: (value, values, path) =>
    Array.isArray(values) && !values.some((each) => isSame(each, value))
      ? `${path} is none of the values that it can have`
      : undefined,
  const: (value, only, path) => (isSame(only, value) ? undefined : `${path} is not the one value that it can have`),
  minLength: (value, limit, path) => (lengthOf(value) < Number(limit) ? `${path} is too short` : undefined),
  maxLength: (value, limit, path) => (lengthOf(value) > Number(limit) ? `${path} is too long` : undefined),
  minimum: (value, limit, path) =>
    typeof value === 'number' && value < Number(limit) ? `${path} is too small` : undefined,
  maximum: (value, limit, path) =>
    typeof value === 'number' && value > Number(limit) ? `${path} is too large` : undefined,
  minItems: (value, limit, path) =>
    Array.isArray(value) && value.length < Number(limit) ? `${path} has too few items` : undefined,
  maxItems: (value, limit, path) =>
    Array.isArray(value) && value.length > Number(limit) ? `${path} has too many items` : undefined,
  items: (value, schema, path) =>
    Array.isArray(value)
      ? firstOf(value.entries(), ([index, item]) => checkInput(schema, item, `${path}[${index}]`))
      : undefined,
  required: (value, names, path) =>
    isObject(value) && Array.isArray(names)
      ? firstOf(names, (name) => (Object.hasOwn(value, String(name)) ? undefined : `${path} has no ${String(name)}`))
      : undefined,
  properties: (value, schemas, path) =>
    isObject(value) && isObject(schemas)
      ? firstOf(Object.entries(schemas), ([name, schema]) =>
          Object.hasOwn(value, name) ? checkInput(schema, value[name], `${path}.${name}`) : undefined,
        )
      : undefined,
};

/**
 * Checks the input of a tool against its JSON Schema; returns the first defect, or `undefined`. Checked are `type`, `enum`,
 * `const`, `required`, `properties`, `additionalProperties`, `items`, and the limits of lengths, numbers and lists.
 *
 * @param path - name of the value in the message
 */
export function checkInput(schema: unknown, value: unknown, path = 'the input'): string | undefined {
  if (schema === false) return `${path} may not be there`;
  if (!isObject(schema)) return undefined;
  return (
    firstOf(Object.entries(KEYWORDS), ([keyword, check]) =>
      Object.hasOwn(schema, keyword) ? check(value, schema[keyword], path) : undefined,
    ) ?? checkOthers(schema, value, path)
  );
}

/** The fields that `properties` does not name. */
function checkOthers(schema: Readonly<Record<string, unknown>>, value: unknown, path: string): string | undefined {
  const { properties, additionalProperties: others } = schema;
  if (!isObject(value) || others === undefined) return undefined;
  const named = isObject(properties) ? properties : {};
  return firstOf(Object.keys(value), (name) =>
    Object.hasOwn(named, name) ? undefined : checkInput(others, value[name], `${path}.${name}`),
  );
}

function firstOf<T>(items: Iterable<T>, problemOf: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const problem = problemOf(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const lengthOf = (value: unknown): number => (typeof value === 'string' ? [...value].length : Number.NaN);
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
