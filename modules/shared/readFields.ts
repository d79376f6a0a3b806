import { cutText } from './cutText';
import type { DetailsOf, Field, FieldTable } from './fields';
import { type Fields, isObject } from './isObject';
import { REDACTED } from './redact';

const CREDENTIAL = /auth|cookie|token|secret|signature|key|password|session/i;
const HEADERS_MOST = 64;
const HEADER_NAME_MAX = 128;
const HEADER_VALUE_MAX = 512;

/**
 * What `value` holds of the `fields`, and nothing else. Texts that are too long are cut, elements beyond the limit left out,
 * and headers that carry credentials lose their value.
 *
 * @throws TypeError for anything but an object with exactly these fields.
 */
export function readFields<E extends FieldTable>(fields: E, value: unknown): DetailsOf<E> {
  const given = asObject(value);
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(fields, key));
  if (unknown !== undefined) throw new TypeError(`"${cutText(unknown, 64)}" is not a field of it`);
  const entries = Object.entries(fields).flatMap(([key, declared]): [string, unknown][] => {
    const isOptional = 'optional' in declared;
    const found = Object.hasOwn(given, key) ? given[key] : undefined;
    if (found === undefined) {
      if (isOptional) return [];
      throw new TypeError(`"${key}" is missing`);
    }
    return [[key, readField(key, isOptional ? declared.optional : declared, found)]];
  });
  return Object.fromEntries(entries) as DetailsOf<E>;
}

function readField(key: string, field: Field, value: unknown): unknown {
  switch (field.kind) {
    case 'text':
      return cutText(expectText(key, value), field.max);
    case 'texts':
      if (!Array.isArray(value)) throw new TypeError(`"${key}" must be a list of texts`);
      return value.slice(0, field.most).map((element) => cutText(expectText(key, element), field.max));
    case 'headers':
      return readHeaders(key, value);
    case 'number':
      if (typeof value !== 'number' || !Number.isFinite(value)) throw new TypeError(`"${key}" must be a finite number`);
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw new TypeError(`"${key}" must be true or false`);
      return value;
    case 'choice':
      if (!field.of.includes(value as string)) throw new TypeError(`"${key}" must be one of ${field.of.join(', ')}`);
      return value;
  }
}

function readHeaders(key: string, value: unknown): Record<string, string> {
  const entries = Object.entries(asObject(value, key)).slice(0, HEADERS_MOST);
  return Object.fromEntries(
    entries.map(([name, header]) => [
      cutText(name, HEADER_NAME_MAX),
      CREDENTIAL.test(name) ? REDACTED : cutText(expectText(key, header), HEADER_VALUE_MAX),
    ]),
  );
}

function asObject(value: unknown, key?: string): Fields {
  if (isObject(value)) return value;
  throw new TypeError(key === undefined ? 'it must be an object' : `"${key}" must be an object`);
}

function expectText(key: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`"${key}" must be text`);
}
