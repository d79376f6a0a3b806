import type { Redactor } from '../../contracts/Redactor';
import { serializeError } from '../../errors/serializeError';

export const REDACTED = '[redacted]';

/** A shorter text occurs by chance, so that taking it out would spoil what is shown. */
const SHORTEST = 4;
const SECRET_KEY = /(token|password|passwd|passphrase|secret|authorization|apikey|privatekey|credentials?|cookie)$/;
const DEEPEST = 32;

/** A redactor for these secret values, as they are or as a part of a URL. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const pattern = patternOf(secrets);

  const text = (value: string): string => (pattern === undefined ? value : value.replace(pattern, REDACTED));

  const visit = (value: unknown, ancestors: readonly object[]): unknown => {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (ancestors.includes(value) || ancestors.length >= DEEPEST) return '[…]';
    const path = [...ancestors, value];
    if (value instanceof Error) return visit(serializeError(value), path);
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') return visit(toJSON.call(value), path);
    return Array.isArray(value) ? visitList(value, path) : visitObject(value, path);
  };

  const visitList = (list: readonly unknown[], path: readonly object[]): readonly unknown[] => {
    const items = list.map((item) => visit(item, path));
    return items.every((item, index) => item === list[index]) ? list : items;
  };

  const visitObject = (object: object, path: readonly object[]): object => {
    let changed = false;
    const entries = Object.entries(object).map(([key, value]: [string, unknown]) => {
      const shownKey = text(key);
      const shown = isSecretKey(key) && holdsSomething(value) ? REDACTED : visit(value, path);
      changed ||= shown !== value || shownKey !== key;
      return [shownKey, shown] as const;
    });
    return changed ? Object.fromEntries(entries) : object;
  };

  return { text, data: <T>(value: T): T => visit(value, []) as T };
}

function patternOf(secrets: readonly string[]): RegExp | undefined {
  const texts = new Set(secrets.filter((secret) => secret.length >= SHORTEST).flatMap((s) => [s, encoded(s)]));
  // The longest first: a secret may begin with another one.
  const sources = [...texts]
    .sort((a, b) => b.length - a.length)
    .map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return sources.length === 0 ? undefined : new RegExp(sources.join('|'), 'g');
}

/** As a part of a URL; a text that cannot be one stays as it is. */
function encoded(text: string): string {
  return /\p{Surrogate}/u.test(text) ? text : encodeURIComponent(text);
}

const isSecretKey = (key: string): boolean => SECRET_KEY.test(key.replace(/[^A-Za-z0-9]/g, '').toLowerCase());

function holdsSomething(value: unknown): boolean {
  return value !== undefined && value !== null && typeof value !== 'boolean' && value !== '';
}
