import { cutText, REDACTED } from './text';

/** The kind of a field: values are checked by it at run time, and its TypeScript type is derived from it. */
export type Field =
  | { readonly kind: 'text'; readonly max: number }
  | { readonly kind: 'texts'; readonly max: number; readonly most: number }
  | { readonly kind: 'headers' }
  | { readonly kind: 'number' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'choice'; readonly of: readonly string[] };

interface OptionalField<F extends Field = Field> {
  readonly optional: F;
}

export type FieldTable = Readonly<Record<string, Field | OptionalField>>;

type ValueOf<F extends Field> = F extends { kind: 'choice'; of: readonly (infer C)[] }
  ? C
  : F extends { kind: 'text' }
    ? string
    : F extends { kind: 'texts' }
      ? readonly string[]
      : F extends { kind: 'headers' }
        ? Readonly<Record<string, string>>
        : F extends { kind: 'number' }
          ? number
          : F extends { kind: 'boolean' }
            ? boolean
            : never;

type Flat<T> = { readonly [K in keyof T]: T[K] };

/** The type of the details that a row of the table describes. */
export type DetailsOf<E extends FieldTable> = Flat<
  { [K in keyof E as E[K] extends Field ? K : never]: E[K] extends Field ? ValueOf<E[K]> : never } & {
    [K in keyof E as E[K] extends OptionalField ? K : never]?: E[K] extends OptionalField<infer F>
      ? ValueOf<F> | undefined
      : never;
  }
>;

/** Longer texts are cut. */
const TEXT_MAX = 2_048;

/** A text; longer than `max` characters, it is cut. */
export const text = (max = TEXT_MAX) => ({ kind: 'text', max }) as const;
/** At most `most` texts; those beyond are left out. */
export const texts = (most = 100, max = 256) => ({ kind: 'texts', max, most }) as const;
/** Headers of a request, without credentials. */
export const headers = { kind: 'headers' } as const;
export const number = { kind: 'number' } as const;
export const boolean = { kind: 'boolean' } as const;
export const choice = <const C extends string>(...of: readonly C[]) => ({ kind: 'choice', of }) as const;
export const optional = <const F extends Field>(field: F) => ({ optional: field }) as const;

type Redact = (text: string) => string;
const asItIs: Redact = (given) => given;

const CREDENTIAL = /auth|cookie|token|secret|signature|key|password|session/i;
const HEADERS_MOST = 64;
const HEADER_NAME_MAX = 128;
const HEADER_VALUE_MAX = 512;

/**
 * Reads the `fields` from `value`. Texts that are too long are cut, elements beyond the limit left out, and headers that carry
 * credentials lose their value.
 *
 * @param redact - removes secrets from a text, before it is cut. @defaultValue it stays as it is
 * @throws TypeError for anything but an object with exactly these fields.
 */
export function readFields<E extends FieldTable>(fields: E, value: unknown, redact: Redact = asItIs): DetailsOf<E> {
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
    return [[key, readField(key, isOptional ? declared.optional : declared, found, redact)]];
  });
  return Object.fromEntries(entries) as DetailsOf<E>;
}

function readField(key: string, field: Field, value: unknown, redact: Redact): unknown {
  switch (field.kind) {
    case 'text':
      return cutText(redact(expectText(key, value)), field.max);
    case 'texts':
      if (!Array.isArray(value)) throw new TypeError(`"${key}" must be a list of texts`);
      return value.slice(0, field.most).map((element) => cutText(redact(expectText(key, element)), field.max));
    case 'headers':
      return readHeaders(key, value, redact);
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

function readHeaders(key: string, value: unknown, redact: Redact): Record<string, string> {
  const entries = Object.entries(asObject(value, key)).slice(0, HEADERS_MOST);
  return Object.fromEntries(
    entries.map(([name, header]) => [
      cutText(redact(name), HEADER_NAME_MAX),
      CREDENTIAL.test(name) ? REDACTED : cutText(redact(expectText(key, header)), HEADER_VALUE_MAX),
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

/** An object of unknown fields. */
export type Fields = Readonly<Record<string, unknown>>;

/** Reads a property of something thrown, which may be anything: undefined if it has none, or reading it throws. */
export function propertyOf(thrown: unknown, key: string): unknown {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  try {
    return (thrown as Fields)[key];
  } catch {
    return undefined;
  }
}

/** True for an object of JSON: neither null nor a list. */
export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
