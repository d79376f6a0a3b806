import { types } from 'node:util';

import type { Redactor } from '../../contracts/Redactor';
import { hidesSecret, isErrorLike, REDACTED, spellsSecret } from '../../errors/foreign';
import { serializeError } from '../../errors/serializeError';
import { isConfigMap, toPlain, type ConfigMap } from '../tree/ConfigTree';
import type { SettingsDescription } from './describeSettings';
import type { secretsReplacer } from '../redaction/secretForms';

const DEEPEST = 32;

/**
 * Makes a redactor that replaces these secrets wherever they occur, also where they are encoded, in several encodings in each
 * other, or over several lines: docs/security.md lists the encodings. Secrets of fewer than four characters are left, because
 * they occur by chance.
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  // Not with the first text: what is logged may be that no file can be opened any more.
  const replacer = secrets.length === 0 ? undefined : loadReplacer();
  // Made when there is something to redact: an application may never log.
  let replace: ((text: string) => string) | undefined;
  let isMade = false;

  const text = (value: string): string => {
    if (!isMade) replace = replacer?.(secrets, REDACTED);
    isMade = true;
    return replace === undefined ? value : replace(value);
  };

  const visit = (value: unknown, ancestors: readonly object[]): unknown => {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (types.isStringObject(value)) return text(String.prototype.valueOf.call(value));
    if (ancestors.includes(value) || ancestors.length >= DEEPEST) return '[…]';
    const path = [...ancestors, value];
    if (isErrorLike(value)) return visit(serializeError(value), path);
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') return visit(toJSON.call(value), path);
    return Array.isArray(value) ? visitList(value, path) : visitObject(value, path);
  };

  const visitList = (list: readonly unknown[], path: readonly object[]): readonly unknown[] => {
    if (spellsSecret(list, text)) return [REDACTED];
    const items = list.map((item) => visit(item, path));
    return items.every((item, index) => item === list[index]) ? list : items;
  };

  const visitObject = (object: object, path: readonly object[]): object => {
    const values = Object.values(object) as unknown[];
    // JSON has an array of bytes as an object.
    if (Object.hasOwn(object, '0') && spellsSecret(values, text)) return { '…': REDACTED };
    let changed = false;
    const entries = Object.entries(object).map(([key, value]: [string, unknown]) => {
      const shownKey = text(key);
      const shown = hidesSecret(key, value) ? REDACTED : visit(value, path);
      changed ||= shown !== value || shownKey !== key;
      return [shownKey, shown] as const;
    });
    return changed ? Object.fromEntries(entries) : object;
  };

  return { text, data: <T>(value: T): T => visit(value, []) as T };
}

function loadReplacer(): typeof secretsReplacer {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an application without secrets does not load it
  return (require('../redaction/secretForms') as typeof import('../redaction/secretForms')).secretsReplacer;
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
