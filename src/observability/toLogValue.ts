import { isErrorLike } from '../errors/serializeError';

const DEEPEST = 6;
const MOST_ENTRIES = 100;
const LONGEST_TEXT = 8_192;
/** The limit for one line altogether, so that data both wide and deep stays bounded. */
const MOST_VALUES = 2_000;

interface Walk {
  readonly path: object[];
  values: number;
}

/**
 * Converts any value to plain JSON data that is safe to log. Errors keep their stack, code and causes; circular
 * references, BigInts and unreadable properties become texts; data that is too deep, too long or too wide is cut, with
 * a note of what is missing. Never throws.
 */
export function toLogValue(value: unknown): unknown {
  return convert(value, { path: [], values: 0 });
}

function convert(value: unknown, walk: Walk): unknown {
  switch (typeof value) {
    case 'string':
      return cutText(value);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return cutText(`${value}n`);
    case 'symbol':
      return String(value);
    case 'function':
      return `[function ${value.name || 'anonymous'}]`;
    case 'object':
      return value === null ? null : enter(value, walk);
    default:
      return value;
  }
}

function enter(value: object, walk: Walk): unknown {
  if (walk.path.includes(value)) return '[circular]';
  if (walk.path.length >= DEEPEST || walk.values >= MOST_VALUES) return '[cut: too much data]';
  walk.path.push(value);
  try {
    return convertObject(value, walk);
  } catch (error) {
    return `[unreadable: ${describe(error)}]`;
  } finally {
    walk.path.pop();
  }
}

function convertObject(value: object, walk: Walk): unknown {
  if (isError(value)) return convertError(value, walk);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.constructor.name}, ${value.byteLength} bytes]`;
  if (value instanceof Map)
    return convertEntries(
      [...value].map(([key, item]) => [keyText(key), item]),
      walk,
    );
  if (value instanceof Set) return convertList([...value], walk);
  if (Array.isArray(value)) return convertList(value, walk);
  if (hasToJson(value)) return convert(value.toJSON(), walk);
  return convertEntries(
    Object.keys(value).map((key) => [key, readProperty(value, key)]),
    walk,
  );
}

function convertError(error: Error, walk: Walk): unknown {
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  return {
    name: cutText(error.name),
    message: cutText(error.message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    ...(typeof error.stack === 'string' ? { stack: cutText(error.stack) } : {}),
    ...(error.cause === undefined ? {} : { cause: convert(error.cause, walk) }),
    ...(Array.isArray(errors) ? { errors: convertList(errors, walk) } : {}),
  };
}

function convertList(list: readonly unknown[], walk: Walk): unknown[] {
  const converted = list.slice(0, MOST_ENTRIES).map((item) => {
    walk.values++;
    return convert(item, walk) ?? null;
  });
  return list.length > MOST_ENTRIES ? [...converted, `[${list.length - MOST_ENTRIES} more]`] : converted;
}

function convertEntries(entries: readonly (readonly [string, unknown])[], walk: Walk): Record<string, unknown> {
  const converted: [string, unknown][] = [];
  for (const [key, item] of entries.slice(0, MOST_ENTRIES)) {
    walk.values++;
    if (item !== undefined) converted.push([key, convert(item, walk)]);
  }
  if (entries.length > MOST_ENTRIES) converted.push(['…', `[${entries.length - MOST_ENTRIES} more]`]);
  return Object.fromEntries(converted);
}

function readProperty(owner: object, key: string): unknown {
  try {
    return (owner as Record<string, unknown>)[key];
  } catch (error) {
    return `[unreadable: ${describe(error)}]`;
  }
}

function isError(value: object): value is Error {
  if (isErrorLike(value)) return true;
  // A SerializedError has a stack that is not enumerable.
  return Object.getOwnPropertyDescriptor(value, 'stack')?.enumerable === false;
}

const hasToJson = (value: object): value is { toJSON(): unknown } =>
  'toJSON' in value && typeof value.toJSON === 'function';

const keyText = (key: unknown): string =>
  typeof key === 'string' ? key : String(convert(key, { path: [], values: 0 }));

const describe = (error: unknown): string => (error instanceof Error ? cutText(error.message) : 'no Error was thrown');

const cutText = (text: unknown): string => {
  const whole = String(text);
  return whole.length > LONGEST_TEXT
    ? `${whole.slice(0, LONGEST_TEXT)}… [${whole.length - LONGEST_TEXT} more characters]`
    : whole;
};
