import { type Fields, isObject } from '../shared/fields';
import { cutText } from '../shared/text';
import type { JsonSchema } from './ReasoningTools';

/** Names of properties that every provider accepts. */
const PROPERTY = /^[A-Za-z0-9_.-]{1,64}$/;
/** More schemas inside a schema than this, references followed, are not sent. */
const MAX_PARTS = 500;
const TYPES: readonly unknown[] = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];

type Fit = (schema: unknown) => Fields;
/** Reads the value of a keyword; `undefined` leaves it out. */
type Reader = (value: unknown, fit: Fit) => unknown;

const text: Reader = (value) => (typeof value === 'string' ? value : undefined);
const anything: Reader = (value) => value;
const truth: Reader = (value) => (typeof value === 'boolean' ? value : undefined);
const finite: Reader = (value) => (Number.isFinite(value) ? value : undefined);
const count: Reader = (value) => (Number.isInteger(value) && Number(value) >= 0 ? value : undefined);
const names: Reader = (value) => notEmpty(unique(listOf(value).filter((name) => typeof name === 'string')));
const choices: Reader = (value, fit) => notEmpty(listOf(value).map((schema) => fit(schema)));

/**
 * The keywords that are sent, each only with a value that has its form: the providers validate schemas, and one that is refused
 * fails the whole request. Whatever is left out only loosens a schema, and the tool checks its input itself.
 */
const KEYWORDS: Readonly<Record<string, Reader>> = {
  type: (value) => {
    const known = unique([value].flat().filter((type) => TYPES.includes(type)));
    return known.length > 1 ? known : known[0];
  },
  title: text,
  description: text,
  format: text,
  // Servers that turn a schema into a grammar take only patterns of a whole text.
  pattern: (value) => (typeof value === 'string' && /^\^.*\$$/s.test(value) && isPattern(value) ? value : undefined),
  enum: (value) => notEmpty(unique(listOf(value))),
  const: anything,
  default: anything,
  minLength: count,
  maxLength: count,
  minItems: count,
  maxItems: count,
  uniqueItems: truth,
  minimum: finite,
  maximum: finite,
  exclusiveMinimum: finite,
  exclusiveMaximum: finite,
  multipleOf: (value) => (Number(finite(value, never)) > 0 ? value : undefined),
  required: names,
  properties: (value, fit) =>
    isObject(value)
      ? Object.fromEntries(
          Object.entries(value).flatMap(([name, schema]) => (schema === false ? [] : [[name, fit(schema)]])),
        )
      : undefined,
  additionalProperties: (value, fit) => (isObject(value) ? fit(value) : truth(value, fit)),
  items: (value, fit) => (Array.isArray(value) ? either(value.map((schema) => fit(schema))) : fit(value)),
  anyOf: choices,
  oneOf: choices,
};

/** A tool's schema in the form that every provider takes, or the reason why there is none. */
export type FittedSchema = { readonly schema: JsonSchema } | { readonly defect: string };

/**
 * Makes the schema of a tool's input fit for every provider: references are replaced by what they name, `anyOf`, `oneOf` and
 * `allOf` at the top are joined into one object, lists say of what, and keywords that a provider may refuse are left out.
 */
export function fitSchema(schema: Fields): FittedSchema {
  const fitting = new Fitting(schema);
  const {
    description,
    type = 'object',
    anyOf = [],
    oneOf = [],
    ...root
  } = fitting.fit({ type: 'object', ...schema }, []);
  if (![type].flat().includes('object')) return { defect: 'its inputSchema is not that of an object' };
  const alternatives = [anyOf, oneOf].flatMap((list) => (listOf(list).length > 0 ? [joinEither(listOf(list))] : []));
  const { properties = {}, required = [], additionalProperties } = joinAll([root, ...alternatives]);
  if (fitting.defect !== undefined) return { defect: fitting.defect };
  return {
    schema: {
      type: 'object',
      ...(description === undefined ? {} : { description }),
      properties,
      ...(listOf(required).length === 0 ? {} : { required }),
      ...(additionalProperties === undefined ? {} : { additionalProperties }),
    },
  };
}

/** Rebuilds one schema, part by part. */
class Fitting {
  /** The first thing that cannot be sent. */
  defect: string | undefined;
  readonly #root: Fields;
  #parts = 0;

  constructor(root: Fields) {
    this.#root = root;
  }

  /** @param refs - the references that led here: one of them again would have no end, and stands for anything. */
  fit(given: unknown, refs: readonly string[]): Fields {
    if (++this.#parts > MAX_PARTS) this.defect ??= `its inputSchema has more than ${MAX_PARTS} parts`;
    if (this.defect !== undefined || !isObject(given)) return {};
    const { $ref: ref, allOf, ...own } = given;
    const fit = (part: unknown): Fields => this.fit(part, refs);
    const parts = listOf(allOf).map(fit);
    if (typeof ref === 'string' && !refs.includes(ref)) {
      const named = ref === '#' ? this.#root : find(this.#root, ref);
      parts.push(this.fit(named, [...refs, ref]));
    }
    return this.#whole(joinAll([this.#read(own, fit), ...parts]));
  }

  #read(own: Fields, fit: Fit): Fields {
    const kept = Object.entries(KEYWORDS).flatMap(([keyword, read]) => {
      const value = Object.hasOwn(own, keyword) ? read(own[keyword], fit) : undefined;
      return value === undefined ? [] : [[keyword, value] as const];
    });
    const tuple = Array.isArray(own['prefixItems']) ? { items: either(own['prefixItems'].map(fit)) } : {};
    return { ...tuple, ...Object.fromEntries(kept) };
  }

  /** Adds what providers ask for: the properties of objects, those that are required among them, and the items of lists. */
  #whole(schema: Fields): Fields {
    const types = [schema['type']].flat();
    const required = listOf(schema['required']).map(String);
    if (types.includes('array') && schema['items'] === undefined) schema = { ...schema, items: {} };
    if (!types.includes('object') && schema['properties'] === undefined) return schema;
    const missing = Object.fromEntries(required.map((name) => [name, {}]));
    const properties = { ...missing, ...(schema['properties'] as Fields | undefined) };
    const refused = Object.keys(properties).find((name) => !PROPERTY.test(name));
    if (refused !== undefined) {
      const name = JSON.stringify(cutText(refused, 64));
      this.defect ??= `its property ${name} is not named by 1 to 64 letters, digits, _, . and -`;
    }
    return { ...schema, properties };
  }
}

/** The schema that fits what all of these ask for, as far as one object can say it. The first has the word on what two say. */
function joinAll(schemas: readonly Fields[]): Fields {
  if (schemas.length === 1) return schemas[0] as Fields;
  const properties = propertiesOf(schemas);
  const required = unique(schemas.flatMap((schema) => listOf(schema['required'])));
  return {
    ...Object.assign({}, ...schemas.toReversed()),
    ...(properties === undefined ? {} : { properties }),
    ...(required.length === 0 ? {} : { required }),
  } as Fields;
}

/** One object for the alternatives of another: it knows the properties of each, and requires those that all require. */
function joinEither(schemas: readonly unknown[]): Fields {
  const objects = schemas.filter(isObject);
  const lists = objects.map((schema) => listOf(schema['required']));
  const required = unique(lists.flat()).filter((name) => lists.every((list) => list.includes(name)));
  return { properties: propertiesOf(objects) ?? {}, required };
}

/** The properties of all; one that they describe differently may be any of what they say. */
function propertiesOf(schemas: readonly Fields[]): Fields | undefined {
  const all = schemas.flatMap(({ properties }) => (isObject(properties) ? [properties] : []));
  if (all.length === 0) return undefined;
  const known = unique(all.flatMap((properties) => Object.keys(properties)));
  return Object.fromEntries(
    known.map((name) => [name, either(all.flatMap((some) => (Object.hasOwn(some, name) ? [some[name]] : [])))]),
  );
}

/** The schema of anything that one of `schemas` fits. One that says nothing gives way. */
function either(schemas: readonly unknown[]): unknown {
  const different = unique(schemas.filter((schema) => Object.keys(schema as Fields).length > 0));
  return different.length > 1 ? { anyOf: different } : (different[0] ?? {});
}

/** Finds what a reference such as `#/$defs/Address` names; `undefined` for nothing, and for one into another document. */
function find(root: Fields, ref: string): unknown {
  if (!ref.startsWith('#/')) return undefined;
  const steps = ref.slice(2).split('/');
  return steps.reduce<unknown>((at, step) => {
    const key = decoded(step).replaceAll('~1', '/').replaceAll('~0', '~');
    return typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as Fields)[key] : undefined;
  }, root);
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step; // it stands as it is
  }
}

function isPattern(value: string): boolean {
  try {
    return new RegExp(value, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

const never: Fit = () => ({});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
const notEmpty = <T>(list: readonly T[]): readonly T[] | undefined => (list.length > 0 ? list : undefined);
const unique = <T>(list: readonly T[]): readonly T[] => [
  ...new Map(list.map((each) => [JSON.stringify(each), each])).values(),
];
