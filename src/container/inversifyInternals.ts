import { type Container, inject, type LazyServiceIdentifier, type ServiceIdentifier } from 'inversify';

/** The kinds of inversify's class element metadata. */
export const ELEMENT_KIND = { multiple: 0, single: 1, unmanaged: 2 } as const;

/** What inversify's own decorators record of a constructor parameter or property. */
export interface ElementMetadata {
  readonly kind: number;
  readonly value?: ServiceIdentifier | LazyServiceIdentifier;
  readonly name?: string | number | symbol;
  readonly optional?: boolean;
  readonly tags?: ReadonlyMap<string | number | symbol, unknown>;
  readonly chained?: boolean;
  /** Copied from the compiler's metadata, not given by the author. */
  readonly isFromTypescriptParamType?: true;
}

/** What inversify's own decorators record of a class. */
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

/** What a binding's constraint is asked. */
export interface ConstraintQuery {
  readonly serviceIdentifier: ServiceIdentifier;
  readonly name: string | number | symbol | undefined;
  readonly tags: ReadonlyMap<string | number | symbol, unknown>;
  getAncestor(): ConstraintQuery | undefined;
}

interface ResolvedValueArgument {
  readonly kind: number;
  readonly value: ServiceIdentifier | LazyServiceIdentifier;
  readonly name: string | number | symbol | undefined;
  readonly optional: boolean;
  readonly tags: ReadonlyMap<string | number | symbol, unknown>;
  readonly chained?: boolean;
}

/** A binding as inversify keeps it. */
export interface InversifyBinding {
  /** Grows with each binding of the process, so that it tells the order. */
  readonly id: number;
  readonly serviceIdentifier: ServiceIdentifier;
  readonly type: 'Instance' | 'ConstantValue' | 'DynamicValue' | 'ResolvedValue' | 'Factory' | 'ServiceRedirection';
  readonly isSatisfiedBy: (query: ConstraintQuery) => boolean;
  readonly scope?: BindingScope;
  cache?: { isRight: boolean; value: unknown };
  readonly value?: unknown;
  readonly metadata?: { readonly arguments: readonly ResolvedValueArgument[] };
  readonly targetServiceIdentifier?: ServiceIdentifier;
  readonly onDeactivation?: (value: unknown) => unknown;
}

type Deactivation = (value: unknown) => unknown;

interface PluginContext {
  readonly bindingService: {
    get(id: ServiceIdentifier): Iterable<InversifyBinding> | undefined;
    getBoundServices(): Iterable<ServiceIdentifier>;
  };
  readonly deactivationService: { get(id: ServiceIdentifier): Iterable<Deactivation> | undefined };
}

const CLASS_METADATA = classMetadataKey();

/** The metadata of this very class; nothing of its bases. */
export const inversifyMetadata = (target: object): InversifyClassMetadata | undefined =>
  Reflect.getOwnMetadata(CLASS_METADATA, target) as InversifyClassMetadata | undefined;

/** Reads the bindings of a container. */
export class BindingReader {
  readonly #context: PluginContext;

  constructor(container: Container) {
    let given: PluginContext | undefined;
    class Plugin {
      constructor(_container: Container, context: PluginContext) {
        Object.assign(this, { [Symbol.for('@inversifyjs/plugin/isPlugin')]: true });
        given = context;
      }
      load(): void {
        // The context is all that is wanted.
      }
    }
    container.register(Plugin);
    if (given === undefined) throw new TypeError('inversify gave no context to its plugin');
    this.#context = given;
  }

  /** Every binding, in bind order. */
  all(): InversifyBinding[] {
    const { bindingService } = this.#context;
    const all: InversifyBinding[] = [];
    for (const id of bindingService.getBoundServices()) {
      for (const binding of bindingService.get(id) ?? []) all.push(binding);
    }
    return all.sort((a, b) => a.id - b.id);
  }

  /** What is to be called with a service of that identifier when it goes, beyond what its binding says. */
  deactivations(id: ServiceIdentifier): Iterable<Deactivation> {
    return this.#context.deactivationService.get(id) ?? [];
  }
}

// Inversify has no public way to read metadata that is not complete yet; the key is asked of a class it has decorated, so
// that a version with another key is noticed at once.
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
