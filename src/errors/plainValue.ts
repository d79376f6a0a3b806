import { types } from 'node:util';

import {
  asItIs,
  className,
  hideSecrets,
  hidesSecret,
  isErrorLike,
  LONGEST_NAME,
  LONGEST_TEXT,
  nestedErrors,
  readOptional,
  readProperty,
  reasonOf,
  REDACTED,
  shorten,
  spellsSecret,
  unreadable,
} from './foreign';

/** The text of one value altogether, keys not counted; from there on texts are cut to {@link SHORTEST_CUT}. */
const MOST_TEXT = 262_144;
const SHORTEST_CUT = 64;
/** Characters of one value that are searched for secrets altogether; of longer texts behind those nothing is shown. */
const MOST_SEARCHED = 262_144;
/** The same for one log entry, or one error, which show less. */
const MOST_SEARCHED_OF_ENTRY = 131_072;
const DEEPEST = 6;
const MOST_ENTRIES = 100;
/** The limit for one value altogether, so that data both wide and deep stays bounded. */
const MOST_VALUES = 2_000;

/** How secrets are kept out of a plain value. */
export interface PlainOptions {
  /** Removes secrets from a text; called with each before it is cut. @defaultValue the text as it is */
  readonly redact?: (text: string) => string;
  /**
   * True to replace what stands under, or beside, a key that looks like that of a secret, also in the middle of a text.
   * @defaultValue false
   */
  readonly byKey?: boolean;
  /** The length above which a text is cut. @defaultValue {@link LONGEST_TEXT} */
  readonly longest?: number;
  /** Number of characters that may be searched, shared by values that are shown together. @defaultValue a budget of its own */
  readonly budget?: SearchBudget;
}

/** Characters that may still be searched for secrets. */
export interface SearchBudget {
  left: number;
}

/** Number of characters that may be searched for secrets in one log entry, or one error with its causes. */
export const entryBudget = (): SearchBudget => ({ left: MOST_SEARCHED_OF_ENTRY });

interface Walk extends Required<PlainOptions> {
  readonly removeSecrets: (text: string) => string;
  readonly path: object[];
  values: number;
  textLeft: number;
}

const newWalk = ({
  redact = asItIs,
  byKey = false,
  longest = LONGEST_TEXT,
  budget = { left: MOST_SEARCHED },
}: PlainOptions): Walk => ({
  redact: (text) => {
    budget.left -= text.length;
    return byKey ? hideSecrets(redact(text)) : redact(text);
  },
  removeSecrets: redact,
  byKey,
  longest,
  budget,
  path: [],
  values: 0,
  textLeft: MOST_TEXT,
});

/**
 * Converts any value, also one of a stranger, to plain JSON data that is safe to show. Errors keep their stack, code and
 * causes; circular references, BigInts and unreadable properties become texts; data that is too deep, too long or too wide
 * is cut, with a note of what is missing. Never throws.
 */
export function toPlainValue(value: unknown, options: PlainOptions = {}): unknown {
  return convert(value, newWalk(options));
}

/** Any value as one text: a text as it is, everything else as JSON of its plain form, secrets by key replaced. Never throws. */
export function describeValue(value: unknown, options: PlainOptions = {}): string {
  return asText(value, newWalk({ byKey: true, ...options }));
}

function asText(value: unknown, walk: Walk): string {
  const plain = convert(value, walk);
  return typeof plain === 'string' ? plain : (JSON.stringify(plain) ?? String(plain));
}

/** The texts of an error. */
export interface ErrorTexts {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
}

/**
 * Reads the texts of an error, or of any other object that was thrown. A property that cannot be read becomes a text that
 * says why; one that is no text, its plain form. Never throws.
 */
export function errorTexts(error: object, options: PlainOptions = {}): ErrorTexts {
  const walk = newWalk({ byKey: true, ...options });
  walk.path.push(error);
  return readTexts(error, walk);
}

function readTexts(error: object, walk: Walk): ErrorTexts {
  const name = readProperty(error, 'name');
  const message = readProperty(error, 'message');
  const code = readProperty(error, 'code');
  const stack = readProperty(error, 'stack');
  const known = typeof message === 'string' ? message : '';
  return {
    name: showName(typeof name === 'string' && name !== '' ? name : className(error, 'Error'), walk),
    message: message === undefined ? '' : asText(unreadable(message) ?? message, walk),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: showName(String(code), walk) } : {}),
    ...(typeof stack === 'string' ? { stack: showText(withShortHeader(stack, known), walk) } : {}),
  };
}

/** A stack begins with the message: a long one would leave no room for the frames. */
function withShortHeader(stack: string, message: string): string {
  const at = message.length > LONGEST_TEXT / 4 ? stack.indexOf(message) : -1;
  return at < 0 ? stack : `${stack.slice(0, at)}[the message, shown above]${stack.slice(at + message.length)}`;
}

function convert(value: unknown, walk: Walk): unknown {
  switch (typeof value) {
    case 'string':
      return showText(value, walk);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return bigText(value, walk);
    case 'symbol':
      return showText(String(value), walk);
    case 'function':
      return functionText(value, walk);
    case 'object':
      return value === null ? null : enter(value, walk);
    default:
      return value;
  }
}

/** Texts of millions of digits take minutes to make. */
function bigText(value: bigint, walk: Walk): string {
  const isHuge = BigInt.asIntN(4 * LONGEST_TEXT, value) !== value;
  return isHuge ? '[cut: a BigInt of too many digits]' : showText(`${value}n`, walk);
}

function functionText(value: object, walk: Walk): string {
  const name = readProperty(value, 'name');
  return `[function ${typeof name === 'string' && name !== '' ? showText(name, walk) : 'anonymous'}]`;
}

/** The name of an error, its code, or a key. */
const showName = (name: string, walk: Walk): string =>
  isDropped(name, walk) ? `[cut: ${name.length} characters]` : shorten(name, LONGEST_NAME, walk.redact);

/** True for a text that there is nothing left to search with. */
const isDropped = (text: string, { budget }: Walk): boolean => budget.left <= 0 && text.length > SHORTEST_CUT;

function showText(text: string, walk: Walk): string {
  if (isDropped(text, walk)) return `[cut: ${text.length} characters]`;
  const shown = shorten(text, Math.max(Math.min(walk.textLeft, walk.longest), SHORTEST_CUT), walk.redact);
  walk.textLeft -= shown.length;
  return shown;
}

function enter(value: object, walk: Walk): unknown {
  if (walk.path.includes(value)) return '[circular]';
  if (walk.path.length >= DEEPEST || walk.values >= MOST_VALUES) return '[cut: too much data]';
  walk.path.push(value);
  try {
    return convertObject(value, walk);
  } catch (error) {
    return showText(`[unreadable: ${reasonOf(error)}]`, walk);
  } finally {
    walk.path.pop();
  }
}

function convertObject(value: object, walk: Walk): unknown {
  if (isError(value)) return convertError(value, walk);
  if (types.isStringObject(value)) return showText(String.prototype.valueOf.call(value), walk);
  if (types.isDate(value))
    return Number.isNaN(Date.prototype.getTime.call(value)) ? 'Invalid Date' : Date.prototype.toISOString.call(value);
  if (ArrayBuffer.isView(value)) return showText(`[${className(value, 'bytes')}, ${value.byteLength} bytes]`, walk);
  if (types.isMap(value)) return convertMap(value, walk);
  if (types.isSet(value)) return convertList(firstOf(Set.prototype.values.call(value)), value.size, walk);
  if (Array.isArray(value)) return convertList(value, value.length, walk);
  return convertPlain(value, walk);
}

function convertPlain(value: object, walk: Walk): unknown {
  const toJSON = readProperty(value, 'toJSON');
  if (typeof toJSON === 'function') {
    try {
      return convert(Reflect.apply(toJSON, value, []), walk);
    } catch {
      // Its properties say what it is as well.
      return convertEntries(value, Object.keys(value), walk);
    }
  }
  return convertEntries(value, Object.keys(value), walk);
}

function convertError(error: object, walk: Walk): unknown {
  const cause = readProperty(error, 'cause');
  const { errors, leftOut: notRead } = nestedErrors(error);
  const leftOut = readOptional(error, 'errorsLeftOut') ?? (notRead === 0 ? undefined : notRead);
  return {
    ...readTexts(error, walk),
    ...(cause === undefined ? {} : { cause: convert(unreadable(cause) ?? cause, walk) }),
    ...(errors.length > 0 ? { errors: convert(errors, walk) } : {}),
    ...(typeof leftOut === 'number' ? { errorsLeftOut: leftOut } : {}),
  };
}

function convertMap(map: ReadonlyMap<unknown, unknown>, walk: Walk): unknown {
  const entries = firstOf(Map.prototype.entries.call(map)) as [unknown, unknown][];
  const named = entries.map(([key, item]) => [typeof key === 'string' ? key : asText(key, walk), item] as const);
  const keys = named.map(([key]) => key);
  const shown = convertEntries(Object.fromEntries(named), keys, walk);
  return map.size > keys.length ? { ...shown, '…': `[${map.size - keys.length} more]` } : shown;
}

function firstOf<T>(iterator: Iterator<T>): T[] {
  const items: T[] = [];
  for (let next = iterator.next(); next.done !== true && items.length < MOST_ENTRIES; next = iterator.next())
    items.push(next.value);
  return items;
}

function convertList(list: readonly unknown[], length: number, walk: Walk): unknown[] {
  if (spellsSecret(itemsOf(list, length), walk.removeSecrets)) return [REDACTED];
  const converted: unknown[] = [];
  let before: unknown;
  for (let index = 0; index < Math.min(length, MOST_ENTRIES); index++) {
    walk.values++;
    const item = readProperty(list, String(index));
    // Headers are lists of names and values, or of pairs of them.
    const isSecret = walk.byKey && typeof item === 'string' && typeof before === 'string' && hidesSecret(before, item);
    before = item;
    converted.push(isSecret ? REDACTED : (convert(unreadable(item) ?? item, walk) ?? null));
  }
  if (length > MOST_ENTRIES) converted.push(`[${length - MOST_ENTRIES} more]`);
  return converted;
}

function* itemsOf(list: readonly unknown[], length: number): Iterable<unknown> {
  for (let index = 0; index < length; index++) yield readProperty(list, String(index));
}

function convertEntries(owner: object, keys: readonly string[], walk: Walk): Record<string, unknown> {
  // JSON has an array of bytes as an object.
  if (
    keys[0] === '0' &&
    spellsSecret(
      keys.map((key) => readProperty(owner, key)),
      walk.removeSecrets,
    )
  )
    return { '…': REDACTED };
  const converted: [string, unknown][] = [];
  // An entry of a list of headers, cookies or variables: `{ name: 'Authorization', value: … }`.
  const names = keys.includes('value') ? [readOptional(owner, 'name'), readOptional(owner, 'key')] : [];
  const label = names.find((name) => typeof name === 'string');
  for (const key of keys.slice(0, MOST_ENTRIES)) {
    walk.values++;
    const item = readProperty(owner, key);
    if (item === undefined) continue;
    const shown = convert(unreadable(item) ?? item, walk);
    const name = isDropped(key, walk) ? `[cut: key ${converted.length}]` : showName(key, walk);
    const isSecret = hidesSecret(key, item) || (key === 'value' && label !== undefined && hidesSecret(label, item));
    converted.push([name, walk.byKey && isSecret ? REDACTED : shown]);
  }
  if (keys.length > MOST_ENTRIES) converted.push(['…', `[${keys.length - MOST_ENTRIES} more]`]);
  return Object.fromEntries(converted);
}

function isError(value: object): boolean {
  // A SerializedError has a stack that is not enumerable.
  return isErrorLike(value) || Object.getOwnPropertyDescriptor(value, 'stack')?.enumerable === false;
}
