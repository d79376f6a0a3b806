import { type AnyClass, fieldMetadata } from '../../contracts/metadata';
import type { Problems } from '../../errors/Problem';
import { classValidator } from './classValidator';
import { isPlainObject } from '../tree/ConfigTree';
import { isForbiddenKey } from '../tree/buildTree';
import type { SectionForm, SectionShape, Shape } from '../tree/Shape';
import { type Constraint, textTypeOf } from '../tree/textTypes';

/** A field of a settings class. */
export interface SettingsField {
  readonly secret: boolean;
  /** True for a path that is relative to `state.directory`. */
  readonly isStatePath?: boolean;
  /** The class of the inner object, or of each object of the list; only of a field with `@Nested`. */
  readonly nested?: () => SettingsDescription;
  /** The form of a field with `@Nested`: one object, a list of objects, or either. */
  readonly form: SectionForm;
  readonly shape: Shape;
}

/** A settings class: its fields, the keys they accept, and how to make an object. */
export interface SettingsDescription {
  readonly type: AnyClass;
  readonly fields: ReadonlyMap<string, SettingsField>;
  readonly shape: SectionShape;
  /** An object with the defaults of the initializers. @throws what the constructor throws */
  readonly create: () => Record<string, unknown>;
}

export type DescribeSettings = (type: AnyClass) => SettingsDescription;

/**
 * Makes a function that describes settings classes, each once. A field is known when it has a validator, an initializer,
 * `@Nested` or `@Secret`. The function throws what the constructor of a class throws.
 */
export function settingsDescriber(problems: Problems): DescribeSettings {
  const described = new Map<AnyClass, SettingsDescription>();

  const describe: DescribeSettings = (type) => {
    const known = described.get(type);
    if (known !== undefined) return known;
    const create = () => Reflect.construct(type as new () => object, []) as Record<string, unknown>;
    const fields = describeFields(type, create(), describe, problems);
    const description: SettingsDescription = {
      type,
      create,
      fields,
      shape: {
        kind: 'section',
        noun: `a field of ${type.name}`,
        keys: () => new Map([...fields].map(([name, { shape }]) => [name, shape])),
      },
    };
    described.set(type, description);
    try {
      for (const { nested } of fields.values()) nested?.();
    } catch (error) {
      described.delete(type);
      throw error;
    }
    return description;
  };
  return describe;
}

function describeFields(
  type: AnyClass,
  defaults: Record<string, unknown>,
  describe: DescribeSettings,
  problems: Problems,
): ReadonlyMap<string, SettingsField> {
  const decorated = fieldMetadata(type);
  const validated = constraintsOf(type);
  const names = new Set([...Object.keys(defaults), ...validated.keys(), ...decorated.keys()]);
  const fields = new Map<string, SettingsField>();
  for (const name of names) {
    if (isForbiddenKey(name) || typeof defaults[name] === 'function') continue;
    const { nested, secret = false, isStatePath = false } = decorated.get(name) ?? {};
    const constraints = validated.get(name) ?? [];
    if (nested === undefined) {
      if (constraints.some(({ type: kind }) => kind === 'nestedValidation')) reportPlainNesting(type, name, problems);
      fields.set(name, { secret, isStatePath, form: 'mapping', shape: shapeOf(constraints, defaults[name]) });
      continue;
    }
    const form = formOf(type, name, constraints, defaults[name]);
    // Described when it is asked for, because a class may contain itself.
    const inner = (): SettingsDescription => describe(classOf(nested, type, name));
    const shape: SectionShape = {
      kind: 'section',
      form,
      noun: `a field of ${type.name}.${name}`,
      keys: () => inner().shape.keys(),
    };
    fields.set(name, { secret, nested: inner, form, shape });
  }
  return fields;
}

interface FieldConstraint extends Constraint {
  readonly type: string;
}

function constraintsOf(type: AnyClass): ReadonlyMap<string, readonly FieldConstraint[]> {
  const byField = new Map<string, FieldConstraint[]>();
  const metadata = classValidator().getMetadataStorage().getTargetValidationMetadatas(type, '', true, false);
  for (const { type: kind, name, each, constraints, propertyName } of metadata) {
    const constraint = { type: kind, each, constraints: constraints ?? [], ...(name !== undefined && { name }) };
    byField.set(propertyName, [...(byField.get(propertyName) ?? []), constraint]);
  }
  return byField;
}

function shapeOf(constraints: readonly FieldConstraint[], fallback: unknown): Shape {
  const text = textTypeOf(constraints, fallback);
  return text.kind === 'json' || isPlainObject(fallback) ? { kind: 'open' } : { kind: 'value', text };
}

function formOf(type: AnyClass, name: string, constraints: readonly Constraint[], fallback: unknown): SectionForm {
  const declared: unknown = Reflect.getMetadata('design:type', type.prototype as object, name);
  if (Array.isArray(fallback) || declared === Array || textTypeOf(constraints, fallback).kind === 'list') return 'list';
  const isOne =
    (typeof fallback === 'object' && fallback !== null) || (typeof declared === 'function' && declared !== Object);
  return isOne ? 'mapping' : 'either';
}

function classOf(nested: () => unknown, owner: AnyClass, field: string): AnyClass {
  const type = nested();
  if (typeof type === 'function') return type as AnyClass;
  throw new TypeError(`@Nested of ${owner.name}.${field} gives no class (a circular import leaves undefined)`);
}

function reportPlainNesting(type: AnyClass, field: string, problems: Problems): void {
  problems.add('MISUSED_DECORATOR', {
    what: `@ValidateNested on ${type.name}.${field} stands without @Nested, so that there would be no object to validate.`,
    facts: { class: type.name },
    fix: `put @Nested(() => Class) on ${field}: it makes the objects and validates them; @ValidateNested is not needed.`,
  });
}
