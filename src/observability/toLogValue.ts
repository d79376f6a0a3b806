import { isErrorLike } from '../errors/serializeError';

const DEEPEST = 6;
const MOST_ENTRIES = 100;
const LONGEST_TEXT = 8_192;
/** Secrets are taken out of no more of a text: far more than what is left of it is shown. */
const LONGEST_READ = 32_768;
/** The rest of a secret that the end of that part has cut is shorter. */
const LONGEST_SECRET = 4_096;
/** The limit for one line altogether, so that data both wide and deep stays bounded. */
const MOST_VALUES = 2_000;

type RedactText = (text: string) => string;

interface Walk {
  readonly redact: RedactText | undefined;
  readonly path: object[];
  values: number;
}

/**
 * Converts any value to plain JSON data that is safe to log. Errors keep their stack, code and causes; circular
 * references, BigInts and unreadable properties become texts; data that is too deep, too long or too wide is cut, with
 * a note of what is missing. Never throws, unless `redact` does.
 *
 * @param redact - takes secrets out of a text that is to be cut: cut first, a part of a secret could be left at its end.
 * Shorter texts are left to whoever redacts the outcome. @defaultValue nothing is taken out
 */
export function toLogValue(value: unknown, redact?: RedactText): unknown {
  return convert(value, { redact, path: [], values: 0 });
}

function convert(value: unknown, walk: Walk): unknown {
  switch (typeof value) {
    case 'string':
      return cutText(value, walk);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return cutText(`${value}n`, walk);
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
    return `[unreadable: ${describe(error, walk)}]`;
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
      [...value].map(([key, item]) => [keyText(key, walk), item]),
      walk,
    );
  if (value instanceof Set) return convertList([...value], walk);
  if (Array.isArray(value)) return convertList(value, walk);
  if (hasToJson(value)) return convert(value.toJSON(), walk);
  return convertEntries(
    Object.keys(value).map((key) => [key, readProperty(value, key, walk)]),
    walk,
  );
}

function convertError(error: Error, walk: Walk): unknown {
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  return {
    name: cutText(error.name, walk),
    message: cutText(error.message, walk),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    ...(typeof error.stack === 'string' ? { stack: cutText(error.stack, walk) } : {}),
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

function readProperty(owner: object, key: string, walk: Walk): unknown {
  try {
    return (owner as Record<string, unknown>)[key];
  } catch (error) {
    return `[unreadable: ${describe(error, walk)}]`;
  }
}

function isError(value: object): value is Error {
  if (isErrorLike(value)) return true;
  // A SerializedError has a stack that is not enumerable.
  return Object.getOwnPropertyDescriptor(value, 'stack')?.enumerable === false;
}

const hasToJson = (value: object): value is { toJSON(): unknown } =>
  'toJSON' in value && typeof value.toJSON === 'function';

const keyText = (key: unknown, { redact }: Walk): string =>
  typeof key === 'string' ? key : String(convert(key, { redact, path: [], values: 0 }));

const describe = (error: unknown, walk: Walk): string =>
  error instanceof Error ? cutText(error.message, walk) : 'no Error was thrown';

function cutText(text: unknown, { redact }: Walk): string {
  const whole = String(text);
  if (whole.length <= LONGEST_TEXT) return whole;
  const isRead = whole.length <= LONGEST_READ;
  const read = isRead ? whole : whole.slice(0, LONGEST_READ);
  const safe = redact === undefined ? read : redact(read).slice(0, isRead ? undefined : -LONGEST_SECRET);
  if (isRead && safe.length <= LONGEST_TEXT) return safe;
  return `${safe.slice(0, LONGEST_TEXT)}… [${whole.length - LONGEST_TEXT} more characters]`;
}
