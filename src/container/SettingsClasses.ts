import type { Container, ServiceIdentifier } from 'inversify';

import { type AnyClass, settingsMetadata } from '../contracts/metadata';
import { type BindingGraph, unwrap } from './BindingGraph';
import type { Class } from './Class';
import type { FrameworkValues } from './FrameworkValues';
import { readClass } from './readClass';

/** The settings classes of one application, each bound to the one instance that is validated later. */
export class SettingsClasses {
  readonly #container: Container;
  readonly #values: FrameworkValues;
  readonly #instances = new Map<AnyClass, object | undefined>();
  /** The classes that were injected before the overrides. */
  readonly #overridden = new Set<AnyClass>();
  /** The classes that are injected and bound nowhere. */
  readonly #unbound = new Set<AnyClass>();
  #hasUndefined = false;

  constructor(container: Container, values: FrameworkValues) {
    this.#container = container;
    this.#values = values;
  }

  /** The classes that are bound or injected anywhere, and not overridden. */
  get read(): readonly AnyClass[] {
    return [...this.#instances.keys()];
  }

  /**
   * The classes that nothing injects, but would: an override has taken their place or that of the class which injects them, or that
   * class is bound nowhere.
   */
  get unread(): readonly AnyClass[] {
    const unread = new Set(this.#overridden);
    const visited = new Set(this.#unbound);
    // Those that are added on the way are visited as well.
    for (const target of visited) {
      if (settingsMetadata(target) !== undefined) unread.add(target);
      else
        for (const source of readClass(target as Class).arguments) {
          const id = source.kind === 'inject' ? unwrap(source.id) : undefined;
          if (typeof id === 'function') visited.add(id as AnyClass);
        }
    }
    return [...unread].filter((settings) => !this.#instances.has(settings));
  }

  /** True if a class injects an identifier that is undefined, which may be that of settings. */
  get hasUndefined(): boolean {
    return this.#hasUndefined;
  }

  /** Returns the settings classes that are injected before there are overrides. */
  beforeOverrides(graph: BindingGraph): readonly AnyClass[] {
    for (const id of graph.injected) if (isSettings(id)) this.#overridden.add(id);
    return [...this.#overridden];
  }

  /**
   * Binds each settings class that is injected or bound anywhere. Returns the classes that had no binding; undefined if bindings of
   * the application were replaced too.
   */
  bind(graph: BindingGraph): readonly AnyClass[] | undefined {
    const bound = graph.all.filter(({ implementation }) => isSettings(implementation));
    for (const id of graph.injected) {
      if (id === undefined) this.#hasUndefined = true;
      else if (typeof id === 'function' && graph.bindings(id).length === 0) this.#unbound.add(id as AnyClass);
    }
    for (const { id } of bound) this.#container.unbind(id);
    for (const { id, implementation } of bound) this.#bindOne(id, implementation ?? (id as AnyClass));
    const added = [...this.#unbound].filter(isSettings);
    for (const settings of added) this.#bindOne(settings, settings);
    return bound.length > 0 ? undefined : added;
  }

  /** Sets the validated instance that each is injected as. */
  provide(instances: ReadonlyMap<AnyClass, object>): void {
    for (const settings of this.#instances.keys()) this.#instances.set(settings, instances.get(settings));
  }

  #bindOne(id: ServiceIdentifier, settings: AnyClass): void {
    this.#instances.set(settings, undefined);
    this.#values.bind(id, () => this.#instances.get(settings));
  }
}

const isSettings = (id: ServiceIdentifier | undefined): id is AnyClass =>
  typeof id === 'function' && settingsMetadata(id as AnyClass) !== undefined;
