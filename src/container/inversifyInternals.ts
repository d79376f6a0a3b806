import { Container, inject, type LazyServiceIdentifier, type ServiceIdentifier } from 'inversify';

/** The kinds of metadata that inversify has for a parameter or property. */
export const ELEMENT_KIND = { multiple: 0, single: 1, unmanaged: 2 } as const;

/** The record that inversify's own decorators leave on a constructor parameter or property. */
export interface ElementMetadata {
  readonly kind: number;
  readonly value?: ServiceIdentifier | LazyServiceIdentifier;
  readonly name?: string | number | symbol;
  readonly optional?: boolean;
  readonly tags?: ReadonlyMap<string | number | symbol, unknown>;
  readonly chained?: boolean;
  /** Set if it was copied from the compiler's metadata instead of given by the author. */
  readonly isFromTypescriptParamType?: true;
}

/** The record that inversify's own decorators leave on a class. */
export interface InversifyClassMetadata {
  readonly constructorArguments: readonly (ElementMetadata | undefined)[];
  readonly properties: ReadonlyMap<string | symbol, ElementMetadata>;
  readonly lifecycle: {
    readonly postConstructMethodNames: ReadonlySet<string | symbol>;
    readonly preDestroyMethodNames: ReadonlySet<string | symbol>;
  };
  readonly scope: BindingScope | undefined;
}

export type BindingScope = 'Singleton' | 'Transient' | 'Request';

/** The question that a binding's constraint answers: does it fit this injection? */
export interface ConstraintQuery {
  readonly serviceIdentifier: ServiceIdentifier;
  readonly name: string | number | symbol | undefined;
  readonly tags: ReadonlyMap<string | number | symbol, unknown>;
  getAncestor(): ConstraintQuery | undefined;
}

/** An injection of a factory that declares what it needs. */
export interface ResolvedValueArgument {
  readonly kind: number;
  readonly value: ServiceIdentifier | LazyServiceIdentifier;
  readonly name: string | number | symbol | undefined;
  readonly optional: boolean;
  readonly tags: ReadonlyMap<string | number | symbol, unknown>;
  readonly chained?: boolean;
}

/** A binding as inversify keeps it. */
export interface InversifyBinding {
  /** Grows with each binding of the process: it gives the bind order. */
  readonly id: number;
  readonly serviceIdentifier: ServiceIdentifier;
  readonly type: 'Instance' | 'ConstantValue' | 'DynamicValue' | 'ResolvedValue' | 'Factory' | 'ServiceRedirection';
  readonly isSatisfiedBy: (query: ConstraintQuery) => boolean;
  readonly scope?: BindingScope;
  cache?: { readonly isRight: boolean; readonly value: unknown };
  readonly value?: unknown;
  readonly metadata?: { readonly arguments: readonly ResolvedValueArgument[] };
  readonly targetServiceIdentifier?: ServiceIdentifier;
  onActivation?: (context: unknown, instance: unknown) => unknown;
  readonly onDeactivation?: (value: unknown) => unknown;
}

/** The cache of a binding that has made no value, or whose value is given up. */
export const NO_VALUE: NonNullable<InversifyBinding['cache']> = Object.freeze({ isRight: false, value: undefined });

type Deactivation = (value: unknown) => unknown;

interface PluginContext {
  readonly bindingService: {
    get(id: ServiceIdentifier): Iterable<InversifyBinding> | undefined;
    getBoundServices(): Iterable<ServiceIdentifier>;
    set(binding: InversifyBinding): void;
  };
  readonly activationService: { get(id: ServiceIdentifier): Iterable<unknown> | undefined };
  readonly deactivationService: { get(id: ServiceIdentifier): Iterable<Deactivation> | undefined };
}

const CLASS_METADATA = classMetadataKey();

/** Returns the metadata of the class itself, without its bases. */
export const inversifyMetadata = (target: object): InversifyClassMetadata | undefined =>
  Reflect.getOwnMetadata(CLASS_METADATA, target) as InversifyClassMetadata | undefined;

/** The bindings of a container, which inversify shows to its plugins only. */
export class BindingStore {
  /** A binding as inversify's own fluent syntax makes it, to compare with. It is not in the container. */
  readonly fluent: InversifyBinding;
  readonly #context: PluginContext;

  constructor(container: Container) {
    this.#context = contextOf(container);
    // In a container of its own: to unbind it again would take longer.
    const other = new Container();
    other.bind('probe').toResolvedValue(() => undefined, []);
    const [fluent] = contextOf(other).bindingService.get('probe') ?? [];
    if (fluent === undefined) throw new TypeError('this version of inversify does not show its bindings');
    this.fluent = fluent;
  }

  /** Returns every binding, in bind order. */
  all(): InversifyBinding[] {
    const { bindingService } = this.#context;
    const all: InversifyBinding[] = [];
    for (const id of bindingService.getBoundServices()) {
      for (const binding of bindingService.get(id) ?? []) all.push(binding);
    }
    return all.sort((a, b) => a.id - b.id);
  }

  /** True if an identifier has a binding. */
  has(id: ServiceIdentifier): boolean {
    const [first] = this.#context.bindingService.get(id) ?? [];
    return first !== undefined;
  }

  /** Returns the binding of an identifier that has exactly one, else undefined. */
  sole(id: ServiceIdentifier): InversifyBinding | undefined {
    const bindings = this.#context.bindingService.get(id) as readonly InversifyBinding[] | undefined;
    return bindings?.length === 1 ? bindings[0] : undefined;
  }

  /** True if a binding fits every injection of its identifier. */
  isUnconditional({ isSatisfiedBy }: InversifyBinding): boolean {
    return isSatisfiedBy === this.fluent.isSatisfiedBy;
  }

  /** Adds a binding of an identifier that nothing has asked for yet. */
  add(binding: InversifyBinding): void {
    this.#context.bindingService.set(binding);
  }

  /** True if something is to be called when the identifier is resolved, beyond what a binding itself says. */
  hasActivations(id: ServiceIdentifier): boolean {
    return this.#context.activationService.get(id) !== undefined;
  }

  /** Returns the activation handlers of an identifier, without those of a single binding. */
  activations(id: ServiceIdentifier): Iterable<unknown> {
    return this.#context.activationService.get(id) ?? NONE;
  }

  /** Returns the deactivation handlers of an identifier, without those of a single binding. */
  deactivations(id: ServiceIdentifier): Iterable<Deactivation> {
    return this.#context.deactivationService.get(id) ?? NONE;
  }
}

const NONE: readonly never[] = [];

function contextOf(container: Container): PluginContext {
  let given: PluginContext | undefined;
  class Plugin {
    constructor(_container: Container, context: PluginContext) {
      Object.assign(this, { [Symbol.for('@inversifyjs/plugin/isPlugin')]: true });
      given = context;
    }
    load(): void {
      // Only the context is needed.
    }
  }
  container.register(Plugin);
  if (given === undefined) throw new TypeError('inversify gave no context to its plugin');
  return given;
}

// inversify has no public way to read metadata that is not complete yet. The key is read off a class that inversify has
// decorated, so a version with another form of metadata fails here, at once.
function classMetadataKey(): unknown {
  class Probe {}
  inject('probe')(Probe, undefined, 0);
  const key: unknown = Reflect.getOwnMetadataKeys(Probe).find((candidate: unknown) => {
    const metadata: unknown = Reflect.getOwnMetadata(candidate, Probe);
    return typeof metadata === 'object' && metadata !== null && 'constructorArguments' in metadata;
  });
  if (key === undefined) throw new TypeError('this version of inversify keeps its metadata in an unknown form');
  return key;
}
