import type { ServiceIdentifier } from 'inversify';

import type { BindingOrigin } from '../contracts/DiscoveredListener';
import { listenerMetadata } from '../contracts/metadata';
import { type Class, isClass, identifierName } from './Class';
import type { Source, Injection } from './Injection';
import { type BindingScope, type ConstraintQuery, ELEMENT_KIND, type InversifyBinding } from './inversifyInternals';
import type { BindingNote } from './TrackedBinding';

/**
 * One binding, as planning sees it. `opaque`: a function decides at run time what it needs, so that nobody can say it
 * beforehand. `value`: it is there already. `alias`: another identifier's bindings.
 */
export type BoundKind = 'class' | 'factory' | 'opaque' | 'value' | 'alias';

export interface Bound {
  readonly bindingId: number;
  readonly kind: BoundKind;
  readonly id: ServiceIdentifier;
  /** The class's name, or else the identifier's. */
  readonly label: string;
  /** Where it was bound. */
  readonly origin: BindingOrigin;
  readonly scope: BindingScope;
  readonly implementation?: Class;
  /** What its constructor and properties, or its declared factory, ask for. */
  readonly sources: readonly Source[];
  readonly aliasOf?: ServiceIdentifier;
  readonly isSatisfiedBy: (query: ConstraintQuery) => boolean;
}

const FRAMEWORK: BindingOrigin = { kind: 'framework' };
const NO_SOURCES: readonly Source[] = [];

/** A binding as planning sees it. Without a note it is the framework's own: a value. */
export function readBound(binding: InversifyBinding, note: BindingNote | undefined): Bound {
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
    isSatisfiedBy: binding.isSatisfiedBy,
    implementation,
    aliasOf: targetServiceIdentifier,
  };
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
 * The class behind a binding: the one it constructs; of a constant, the one it is an instance of, and of a factory bound
 * under a class, that class, when it is a listener.
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
