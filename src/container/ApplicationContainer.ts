import { Container, type ServiceIdentifier } from 'inversify';

import type { Availability } from '../contracts/Availability';
import type { PlannedModule } from '../contracts/BootPlan';
import type { BindingOrigin, DiscoveredListener } from '../contracts/DiscoveredListener';
import { ListenerLogger } from '../contracts/ListenerLogger';
import { type AnyClass, listenerMetadata } from '../contracts/metadata';
import type { ApplicationModule, ModuleDefinition } from '../contracts/ModuleDefinition';
import type { Problems } from '../errors/Problem';
import { observeActivation, observeContainer } from './activations';
import { applyOverrides, type Override } from './applyOverrides';
import { bindClasses } from './bindClasses';
import { BindingGraph, unwrap } from './BindingGraph';
import { type BindingNote, type BindingObserver, noteOfClass } from './BindingNote';
import { bindPlugin, type ContestedIdentifier, reportContested, type PluginBindings } from './bindPlugin';
import { type Bound, readBound } from './Bound';
import type { Class } from './Class';
import { ClassBinding, takeBindingIds, takesClassBindings } from './classBinding';
import { ConstructionLog } from './ConstructionLog';
import { DirectResolver } from './DirectResolver';
import { discoverListeners } from './discoverListeners';
import { FrameworkValues } from './FrameworkValues';
import { BindingStore, type InversifyBinding, NO_VALUE } from './inversifyInternals';
import { loadModule } from './loadModule';
import { type MetadataDefect, reportDefects } from './metadataDefect';
import { ModuleOrder } from './ModuleOrder';
import { PromisedServices } from './PromisedServices';
import { SettingsClasses } from './SettingsClasses';
import { TrackedBinding } from './TrackedBinding';

/** The parts of an application, and the values that the framework itself injects. */
export interface ContainerInput {
  readonly listeners: readonly Class[];
  readonly services: readonly Class[];
  readonly modules: readonly ApplicationModule[];
  readonly plugins: readonly PluginBindings[];
  readonly overrides: readonly Override[];
  /** Makes what is injected and bound nowhere. @defaultValue none: that is a problem */
  readonly fake?: ((id: ServiceIdentifier) => unknown) | undefined;
  /** Values to inject by type, such as `Clock`. Each is made when it is first injected. */
  readonly tokens: ReadonlyMap<ServiceIdentifier, () => unknown>;
  /** Makes the `ListenerLogger` that a class gets. */
  readonly loggerOf: (asking: Class) => ListenerLogger;
  /** Makes the `Availability` of a listener's class, for `@Available`. */
  readonly availabilityOf: (target: AnyClass) => Availability<object>;
}

/**
 * The inversify container of one application. Everything is bound before anything is resolved. Listeners and services
 * are singletons, unless their author chooses another scope.
 */
export class ApplicationContainer {
  readonly container = new Container({ defaultScope: 'Singleton' });
  readonly #store = new BindingStore(this.container);
  readonly #values = new FrameworkValues(this.container, this.#store);
  readonly settings = new SettingsClasses(this.container, this.#values);
  readonly #takesClassBindings = takesClassBindings(this.#store);
  readonly #log = new ConstructionLog(this.#store);
  readonly #notes = new Map<number, BindingNote>();
  readonly #direct: DirectResolver;
  readonly #bounds = new Map<number, Bound>();
  readonly #observer: BindingObserver;
  #hasDefects = false;
  #graph = new BindingGraph([]);
  #listeners: readonly DiscoveredListener[] = [];
  #modules: readonly PlannedModule[] = [];
  #definitions: readonly ModuleDefinition[] = [];

  private constructor({ overrides, loggerOf, availabilityOf }: ContainerInput) {
    const logs = overrides.every(([id]) => id !== ListenerLogger);
    this.#observer = {
      injected: { availabilityOf, loggerOf: logs ? loggerOf : undefined },
      promised: new PromisedServices((asking, what, error) => {
        const [bound] = this.#graph.bindings(asking);
        loggerOf(bound?.implementation ?? Object).warn(what, { error });
      }),
      hasActivations: (id) => this.#store.hasActivations(id),
      bound: (bindingId, note) => void this.#notes.set(bindingId, note),
      constructed: (note, instance) => {
        this.#log.add(note, instance);
      },
    };
    this.#direct = new DirectResolver(this.#store, this.#notes, this.#values, this.#observer);
    observeContainer(this.container, this.#observer.promised);
  }

  /** Binds everything and constructs nothing. Everything wrong is added to `problems`. */
  static async build(input: ContainerInput, problems: Problems): Promise<ApplicationContainer> {
    const made = new ApplicationContainer(input);
    const nextId = takeBindingIds(input.listeners.length + input.services.length);
    bindClasses(
      input,
      (target, origin) => {
        made.#bindClass(target, origin, nextId);
      },
      problems,
    );
    const order = new ModuleOrder(input.modules, problems);
    for (const [index, given] of input.modules.entries()) {
      for (const { module, origin } of order.resolve(given, { kind: 'modules', at: index })) {
        await loadModule(made.container, module, origin, made.#observer, problems);
      }
    }
    made.#values.bindAll(
      Array.from(input.tokens, ([token, make]) => [token, made.#disowned(make)] as const),
      made.#takesClassBindings,
    );
    const contested: ContestedIdentifier[] = [];
    for (const plugin of input.plugins) {
      contested.push(...(await bindPlugin(plugin, made.container, order, made.#observer, problems)));
    }
    made.#modules = order.describe();
    made.#definitions = order.definitions;
    made.#read();
    reportContested(contested, made.#graph, problems);
    const discovered = discoverListeners(made.#graph, made.#notes.values(), problems);
    made.#listeners = made.#override(input.overrides, discovered, problems);
    made.#bindSettings();
    if (input.fake !== undefined) made.#bindFakes(input.fake);
    for (const { bindingId } of made.#listeners) made.#markListener(bindingId);
    reportDefects(made.#defects(), problems);
    return made;
  }

  /** The listeners in registration order: `listeners`, then modules, then plugins by priority, each in bind order. */
  get listeners(): readonly DiscoveredListener[] {
    return this.#listeners;
  }

  /** The modules made by `defineModule`, in load order. */
  get definitions(): readonly ModuleDefinition[] {
    return this.#definitions;
  }

  /** The modules made by `defineModule` as the plan shows them, in load order. */
  get modules(): readonly PlannedModule[] {
    return this.#modules;
  }

  /** The binding that makes a listener's instance. */
  boundOf({ bindingId }: DiscoveredListener): Bound {
    return this.#bounds.get(bindingId) as Bound;
  }

  /** The bindings, and where each injection leads. */
  get graph(): BindingGraph {
    return this.#graph;
  }

  /** True if it is not known what some class injects. */
  get hasUnknownInjections(): boolean {
    return this.#hasDefects || this.settings.hasUndefined;
  }

  /** Returns the instance behind an identifier, and constructs it if this is the first request. */
  resolve(id: ServiceIdentifier<object>): object {
    const instance = this.#direct.resolve(id);
    if (instance !== undefined) return instance;
    return this.#observer.promised.ask(id, (asked) => this.container.get(asked));
  }

  /** Returns the instances behind all bindings of an identifier, in bind order; none is no error. */
  resolveAll<T>(id: ServiceIdentifier<T>): readonly T[] {
    return this.container.isBound(id) ? this.#observer.promised.ask(id, (asked) => this.container.getAll(asked)) : [];
  }

  /**
   * Disposes the ordinary services that were constructed, one by one in reverse order of construction: by their
   * `@preDestroy` methods, else by `[Symbol.asyncDispose]`, `[Symbol.dispose]` or `dispose`. Resolves with the errors.
   */
  disposeServices(): Promise<Error[]> {
    return this.#log.dispose();
  }

  /** Removes every binding without calling any hook. Afterwards the container resolves nothing. */
  release(): void {
    for (const binding of this.#store.all()) {
      if (binding.cache !== undefined) binding.cache = NO_VALUE;
    }
    this.container.unbindAll();
  }

  #bind(id: ServiceIdentifier, origin: BindingOrigin): TrackedBinding<unknown> {
    return new TrackedBinding(this.container.bind(id), id, origin, this.#observer);
  }

  /** Binds a class to itself, before anything else is bound. */
  #bindClass(target: Class, origin: BindingOrigin, nextId: () => number): void {
    if (!this.#takesClassBindings) {
      this.#bind(target, origin).toSelf();
      return;
    }
    const made = noteOfClass(target, origin, this.#observer.injected);
    const { isSatisfiedBy } = this.#store.fluent;
    const scope = made.reading.scope ?? 'Singleton';
    const binding = new ClassBinding(nextId(), target, scope, isSatisfiedBy, made, this.#observer);
    this.#store.add(binding);
    this.#notes.set(binding.id, made.note);
  }

  /** Makes a value of the framework, which is not disposed with the services. */
  #disowned(make: () => unknown): () => unknown {
    return () => {
      const value = make();
      this.#log.disown(value);
      return value;
    };
  }

  #override(
    overrides: readonly Override[],
    listeners: readonly DiscoveredListener[],
    problems: Problems,
  ): readonly DiscoveredListener[] {
    if (overrides.length === 0) return listeners;
    const rebind = (id: ServiceIdentifier, origin: BindingOrigin): TrackedBinding<unknown> => {
      this.container.unbind(id);
      return this.#bind(id, origin);
    };
    const known = new Set([...this.#graph.identifiers(), ...this.settings.beforeOverrides(this.#graph)]);
    const replaced = applyOverrides(overrides, { known, rebind }, problems);
    this.#read();
    return listeners.map((listener) => {
      const hooks = replaced.get(listener.id);
      const bound = this.#graph.bindings(listener.id)[0];
      return hooks === undefined || bound === undefined ? listener : { ...listener, bindingId: bound.bindingId, hooks };
    });
  }

  #bindSettings(): void {
    const bindings = this.settings.bind(this.#graph)?.map((id) => this.#store.sole(id));
    // There may be thousands of other bindings, which need not be read again.
    if (bindings === undefined) this.#read();
    else for (const binding of bindings) if (binding !== undefined) this.#graph.add(this.#readOne(binding));
  }

  #bindFakes(fake: (id: ServiceIdentifier) => unknown): void {
    const needed = new Set<ServiceIdentifier>();
    for (const { sources } of this.#graph.all) {
      for (const source of sources) {
        const id = source.kind === 'inject' && !source.optional ? unwrap(source.id) : undefined;
        if (id !== undefined && this.#graph.bindings(id).length === 0) needed.add(id);
      }
    }
    for (const id of needed) this.container.bind(id).toConstantValue(fake(id));
    if (needed.size > 0) this.#read();
  }

  /** Lists the defects of the classes that are bound. */
  #defects(): readonly MetadataDefect[] {
    const defects: MetadataDefect[] = [];
    for (const { binding, reading, origin, implementation } of this.#notes.values()) {
      if (binding === undefined || implementation === undefined || reading === undefined) continue;
      if (reading.defects.length === 0) continue;
      this.#hasDefects = true;
      // An undecorated class given as a listener has been reported already; the missing decorator explains its defects.
      if (origin.kind === 'listeners' && listenerMetadata(implementation) === undefined) continue;
      defects.push(...reading.defects);
    }
    return defects;
  }

  #markListener(bindingId: number): void {
    const note = this.#notes.get(bindingId);
    if (note !== undefined) note.role = 'listener';
  }

  /** Reads the bindings again. The `Bound` of a binding read before stays the same object. */
  #read(): void {
    for (const note of this.#notes.values()) note.binding = undefined;
    const all: Bound[] = [];
    for (const binding of this.#store.all()) all.push(this.#readOne(binding));
    this.#graph = new BindingGraph(all);
  }

  #readOne(binding: InversifyBinding): Bound {
    const note = this.#notes.get(binding.id);
    if (note !== undefined) note.binding = binding;
    const bound = this.#bounds.get(binding.id) ?? readBound(binding, note, this.#store);
    this.#bounds.set(binding.id, bound);
    if (note !== undefined) observeActivation(note, binding, this.#observer);
    return bound;
  }
}
