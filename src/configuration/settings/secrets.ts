import type { Redactor } from '../../contracts/Redactor';
import { serializeError } from '../../errors/serializeError';
import { isConfigMap, toPlain, type ConfigMap } from '../tree/ConfigTree';
import type { SettingsDescription } from './describeSettings';

export const REDACTED = '[redacted]';

/** Shorter secrets are not redacted: such a text occurs by chance, and redacting it would make the output useless. */
const SHORTEST = 4;
const SECRET_KEY = /(token|password|passwd|passphrase|secret|authorization|apikey|privatekey|credentials?|cookie)$/;
const DEEPEST = 32;

/** Makes a redactor that replaces these secrets wherever they occur, also where they are encoded in a URL. */
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
  // The longest first, because a secret may begin with another one.
  const sources = [...texts]
    .sort((a, b) => b.length - a.length)
    .map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return sources.length === 0 ? undefined : new RegExp(sources.join('|'), 'g');
}

/** The text as it stands in a URL. A text that cannot be encoded stays as it is. */
function encoded(text: string): string {
  return /\p{Surrogate}/u.test(text) ? text : encodeURIComponent(text);
}

const isSecretKey = (key: string): boolean => SECRET_KEY.test(key.replace(/[^A-Za-z0-9]/g, '').toLowerCase());

function holdsSomething(value: unknown): boolean {
  return value !== undefined && value !== null && typeof value !== 'boolean' && value !== '';
}

/** The texts that must never be shown: the values of secret fields, and values read from the file of a `…_FILE` variable. */
export function secretsOf(description: SettingsDescription, instance: object, tree: ConfigMap): readonly string[] {
  return [...secretsOfFields(description, instance), ...secretsOfFiles(tree)];
}

function secretsOfFields({ fields }: SettingsDescription, instance: object): readonly string[] {
  return [...fields].flatMap(([name, { secret, nested }]) => {
    const value = (instance as Record<string, unknown>)[name];
    if (secret) return textsIn(value);
    if (nested === undefined || typeof value !== 'object' || value === null) return [];
    return (Array.isArray(value) ? (value as object[]) : [value]).flatMap((item) => secretsOfFields(nested(), item));
  });
}

function secretsOfFiles(tree: ConfigMap): readonly string[] {
  return [...tree.values()].flatMap((node) => {
    if (isConfigMap(node)) return secretsOfFiles(node);
    return node.secret === true ? textsIn(toPlain(node)) : [];
  });
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
