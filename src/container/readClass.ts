import { type AnyClass, type AvailableMetadata, availableMetadata } from '../contracts/metadata';
import { baseOf, type Class } from './Class';
import type { Injection, InjectionPlace, Source } from './Injection';
import { plainInjection } from './Injection';
import {
  type BindingScope,
  ELEMENT_KIND,
  type ElementMetadata,
  type InversifyClassMetadata,
  inversifyMetadata,
} from './inversifyInternals';
import { type MetadataDefect, unusableType } from './metadataDefect';

type Key = string | symbol;

/** The injections and lifecycle methods of a class. */
export interface ClassReading {
  /** The constructor parameters, in order. */
  readonly arguments: readonly Source[];
  readonly properties: readonly (readonly [Key, Source])[];
  /** The `@postConstruct` methods, those of the bases first. */
  readonly postConstruct: readonly Key[];
  /** The `@preDestroy` methods, those of the bases first. */
  readonly preDestroy: readonly Key[];
  /** The scope that the class declares for itself with `@injectable(scope)`. */
  readonly scope: BindingScope | undefined;
  /** The reasons why it cannot be constructed; empty if it can. */
  readonly defects: readonly MetadataDefect[];
}

const NONE: readonly never[] = [];

/** The recorded metadata of one class, without its bases. */
interface ClassRecord {
  readonly owner: Class;
  readonly types: readonly unknown[] | undefined;
  readonly given: InversifyClassMetadata | undefined;
  readonly available: readonly AvailableMetadata[];
}

/**
 * Reads the injections of a class. A class without a constructor of its own has the parameters of its base; properties
 * and lifecycle methods are inherited. Changes nothing.
 */
export function readClass(target: Class): ClassReading {
  const plain = readPlainClass(target);
  if (plain !== undefined) return plain;
  const defects: MetadataDefect[] = [];
  const chain = recordChain(target);
  return {
    arguments: readArguments(chain.find(declaresConstructor) ?? (chain[chain.length - 1] as ClassRecord), defects),
    properties: readProperties(chain, defects),
    postConstruct: lifecycle(chain, 'postConstructMethodNames'),
    preDestroy: lifecycle(chain, 'preDestroyMethodNames'),
    scope: chain[0]?.given?.scope,
    defects,
  };
}

const NOTHING_INJECTED: ClassReading = {
  arguments: NONE,
  properties: NONE,
  postConstruct: NONE,
  preDestroy: NONE,
  scope: undefined,
  defects: NONE,
};

/**
 * Reads a class that has no base and no decorator which says more than the compiler has recorded: nearly all of them.
 * Returns undefined for any other class, and for a parameter whose type cannot be injected.
 */
function readPlainClass(target: Class): ClassReading | undefined {
  if (baseOf(target) !== undefined || inversifyMetadata(target) !== undefined) return undefined;
  if (availableMetadata(target).length > 0) return undefined;
  const types = Reflect.getOwnMetadata('design:paramtypes', target) as readonly unknown[] | undefined;
  const count = types?.length ?? 0;
  if (count !== target.length) return undefined;
  if (types === undefined || count === 0) return NOTHING_INJECTED;
  const injections: Injection[] = [];
  for (const type of types) {
    if (unusableType(type) !== undefined) return undefined;
    injections.push(plainInjection(type as AnyClass, 'constructor'));
  }
  return { ...NOTHING_INJECTED, arguments: injections };
}

/** Returns the metadata of a class and its bases, the class first. */
function recordChain(target: Class): readonly ClassRecord[] {
  const chain: ClassRecord[] = [];
  for (let owner: Class | undefined = target; owner !== undefined; owner = baseOf(owner)) {
    chain.push({
      owner,
      types: Reflect.getOwnMetadata('design:paramtypes', owner) as readonly unknown[] | undefined,
      given: inversifyMetadata(owner),
      available: availableMetadata(owner),
    });
  }
  return chain;
}

// Compilers emit parameter types for a decorated class that declares a constructor, and for no other.
const declaresConstructor = ({ owner, types, given, available }: ClassRecord): boolean =>
  types !== undefined ||
  owner.length > 0 ||
  available.some(({ where }) => typeof where === 'number') ||
  (given?.constructorArguments.some(isGiven) ?? false);

const isGiven = (element: ElementMetadata | undefined): element is ElementMetadata =>
  element !== undefined && element.isFromTypescriptParamType !== true;

function readArguments({ owner, types, given, available }: ClassRecord, defects: MetadataDefect[]): readonly Source[] {
  const elements = given?.constructorArguments ?? NONE;
  if (types === undefined && elements.length === 0 && available.length === 0) {
    if (owner.length > 0) defects.push({ owner, cause: 'no metadata' });
    return NONE;
  }
  const count = Math.max(owner.length, types?.length ?? 0, elements.length, ...available.map(indexAfter));
  return Array.from({ length: count }, (_, index) => {
    const element = elements[index];
    return readElement({
      owner,
      at: index,
      place: 'constructor',
      element: isGiven(element) ? element : undefined,
      available: available.find(({ where }) => where === index),
      type: types?.[index],
      mayBeAbsent: index >= owner.length && !(types !== undefined && index in types && types[index] === undefined),
      defects,
    });
  });
}

const indexAfter = ({ where }: AvailableMetadata): number => (typeof where === 'number' ? where + 1 : 0);

function readProperties(chain: readonly ClassRecord[], defects: MetadataDefect[]): readonly (readonly [Key, Source])[] {
  if (chain.every(({ given, available }) => available.length === 0 && (given?.properties.size ?? 0) === 0)) return NONE;
  const properties = new Map<Key, Source>();
  for (const { owner, given, available } of [...chain].reverse()) {
    const named = available.flatMap(({ where }) => (typeof where === 'string' ? [where] : []));
    for (const key of new Set<Key>([...(given?.properties.keys() ?? NONE), ...named])) {
      const source = readElement({
        owner,
        at: key,
        place: 'property',
        element: given?.properties.get(key),
        available: available.find(({ where }) => where === key),
        type: Reflect.getMetadata('design:type', owner.prototype as object, key) as unknown,
        mayBeAbsent: false,
        defects,
      });
      properties.set(key, source);
    }
  }
  return [...properties];
}

interface Element {
  readonly owner: Class;
  readonly at: number | Key;
  readonly place: InjectionPlace;
  readonly element: ElementMetadata | undefined;
  readonly available: AvailableMetadata | undefined;
  readonly type: unknown;
  /** True if it has a default value and no type is recorded for it. */
  readonly mayBeAbsent: boolean;
  readonly defects: MetadataDefect[];
}

function readElement({ owner, at, place, element, available, type, mayBeAbsent, defects }: Element): Source {
  const refuse = (cause: MetadataDefect['cause']): Source => {
    defects.push({ owner, at, cause });
    return { kind: 'nothing' };
  };
  const injects = element?.kind === ELEMENT_KIND.single || element?.kind === ELEMENT_KIND.multiple;
  if (available !== undefined) {
    if (element !== undefined) return refuse('two decorators');
    // A class imported in a circle is undefined when the decorator runs, although its type says otherwise.
    if ((available.target as unknown) === undefined) return refuse('circular import');
    return { kind: 'available', place, target: available.target };
  }
  if (element?.kind === ELEMENT_KIND.unmanaged) return { kind: 'nothing' };
  if (element !== undefined && injects) {
    return element.value === undefined ? refuse('circular import') : injection(element, element.value, place);
  }
  const cause = unusableType(type);
  if (cause === undefined) {
    const id = type as AnyClass;
    return element === undefined ? plainInjection(id, place) : injection(element, id, place);
  }
  return mayBeAbsent && element === undefined ? { kind: 'nothing' } : refuse(cause);
}

const injection = (element: ElementMetadata, id: Injection['id'], place: InjectionPlace): Injection => ({
  kind: 'inject',
  place,
  id,
  optional: element.optional ?? false,
  multiple: element.kind === ELEMENT_KIND.multiple,
  chained: element.chained ?? false,
  name: element.name,
  tags: element.tags ?? new Map(),
});

type Lifecycle = 'postConstructMethodNames' | 'preDestroyMethodNames';

/** Returns the lifecycle methods of one kind, those of the bases first. */
function lifecycle(chain: readonly ClassRecord[], which: Lifecycle): readonly Key[] {
  if (chain.every(({ given }) => (given?.lifecycle[which].size ?? 0) === 0)) return NONE;
  return [...new Set([...chain].reverse().flatMap(({ given }) => [...(given?.lifecycle[which] ?? NONE)]))];
}
