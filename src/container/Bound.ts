import { types } from 'node:util';

import type { ServiceIdentifier } from 'inversify';

import type { BindingOrigin } from '../contracts/DiscoveredListener';
import { listenerMetadata } from '../contracts/metadata';
import { type Class, isClass, identifierName } from './Class';
import type { Source, Injection } from './Injection';
import {
  type BindingScope,
  type BindingStore,
  type ConstraintQuery,
  ELEMENT_KIND,
  type InversifyBinding,
} from './inversifyInternals';
import type { BindingNote } from './BindingNote';
import { isAsyncActivation } from './activations';

/**
 * How a binding makes its instance. `class`: constructs it. `factory`: a function that declares the identifiers it needs.
 * `opaque`: a function that decides at run time what it needs. `value`: it exists already. `alias`: leads to the bindings
 * of another identifier.
 */
type BoundKind = 'class' | 'factory' | 'opaque' | 'value' | 'alias';

/** A binding as planning reads it. */
export interface Bound {
  /** The number that inversify gives the binding; it grows in bind order. */
  readonly bindingId: number;
  readonly kind: BoundKind;
  /** The identifier it is bound to. */
  readonly id: ServiceIdentifier;
  /** The name of the class, else of the identifier. */
  readonly label: string;
  /** Where it was bound. */
  readonly origin: BindingOrigin;
  readonly scope: BindingScope;
  /** The class it constructs; also the decorated class of a listener that is bound to a value or a factory. */
  readonly implementation?: Class;
  /** The injections of its constructor and properties, or of its factory. */
  readonly sources: readonly Source[];
  /** Why its instance is made asynchronously, in words; undefined if it is not. */
  readonly asynchronous?: string;
  /** The identifier that an alias leads to. */
  readonly aliasOf?: ServiceIdentifier;
  /** True if it fits every injection of its identifier. */
  readonly isUnconditional: boolean;
  /** The binding's own constraint, such as `whenNamed`. */
  readonly isSatisfiedBy: (query: ConstraintQuery) => boolean;
}

const FRAMEWORK: BindingOrigin = { kind: 'framework' };
const NO_SOURCES: readonly Source[] = [];

/** Reads a binding of a store. Without a note it is one of the framework's own, which counts as a value. */
export function readBound(binding: InversifyBinding, note: BindingNote | undefined, store: BindingStore): Bound {
  const implementation = implementationOf(binding, note);
  const { serviceIdentifier: id, targetServiceIdentifier } = binding;
  return {
    bindingId: binding.id,
    kind: kindOf(binding, note),
    id,
    label: implementation?.name ?? identifierName(id),
    origin: note?.origin ?? FRAMEWORK,
    scope: binding.scope ?? 'Singleton',
    sources: sourcesOf(binding, note),
    isUnconditional: store.isUnconditional(binding),
    isSatisfiedBy: binding.isSatisfiedBy,
    implementation,
    asynchronous: asynchronousPart(binding, note, store),
    aliasOf: targetServiceIdentifier,
  };
}

function asynchronousPart(
  { type, onActivation, serviceIdentifier }: InversifyBinding,
  note: BindingNote | undefined,
  store: BindingStore,
): string | undefined {
  if (note === undefined) return undefined;
  if (note.isAsync && type === 'ConstantValue') return 'the value that it is bound to is a promise';
  if (note.isAsync) return 'the function that it is bound to is async';
  if (types.isAsyncFunction(onActivation)) return 'its onActivation handler is async';
  for (const activation of store.activations(serviceIdentifier))
    if (isAsyncActivation(activation)) return 'an onActivation handler of its identifier is async';
  const prototype = note.implementation?.prototype as object | undefined;
  const method = note.reading?.postConstruct.find((key) =>
    types.isAsyncFunction(prototype && Reflect.get(prototype, key)),
  );
  return method === undefined ? undefined : `its @postConstruct method ${String(method)}() is async`;
}

function kindOf(binding: InversifyBinding, note: BindingNote | undefined): BoundKind {
  switch (binding.type) {
    case 'ServiceRedirection':
      return 'alias';
    case 'ConstantValue':
      return 'value';
    case 'Instance':
      return 'class';
    case 'ResolvedValue':
      return note?.reading === undefined ? 'factory' : 'class';
    case 'DynamicValue':
    case 'Factory':
      return note === undefined ? 'value' : 'opaque';
  }
}

/**
 * Returns the class behind a binding: the class it constructs, else the listener class that a constant is an instance of,
 * else the listener class that a factory is bound under.
 */
function implementationOf(binding: InversifyBinding, note: BindingNote | undefined): Class | undefined {
  if (note?.implementation !== undefined) return note.implementation;
  if (note === undefined || binding.type === 'ServiceRedirection') return undefined;
  const made = binding.type === 'ConstantValue' ? constructorOf(binding.value) : binding.serviceIdentifier;
  return isClass(made) && listenerMetadata(made) !== undefined ? made : undefined;
}

const constructorOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? value.constructor : undefined;

function sourcesOf(binding: InversifyBinding, note: BindingNote | undefined): readonly Source[] {
  const reading = note?.reading;
  if (reading !== undefined) {
    return reading.properties.length === 0
      ? reading.arguments
      : [...reading.arguments, ...reading.properties.map(([, source]) => source)];
  }
  return binding.metadata?.arguments.map(factoryInjection) ?? NO_SOURCES;
}

type FactoryArgument = NonNullable<InversifyBinding['metadata']>['arguments'][number];

const factoryInjection = (argument: FactoryArgument): Injection => ({
  kind: 'inject',
  place: 'factory',
  id: argument.value,
  optional: argument.optional,
  multiple: argument.kind === ELEMENT_KIND.multiple,
  chained: argument.chained ?? false,
  name: argument.name,
  tags: argument.tags,
});
