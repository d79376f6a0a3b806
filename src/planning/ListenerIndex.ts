import type { ServiceIdentifier } from 'inversify';

import type { ApplicationContainer } from '../container/ApplicationContainer';
import type { BindingGraph } from '../container/BindingGraph';
import type { Bound } from '../container/Bound';
import type { DiscoveredListener } from '../contracts/DiscoveredListener';
import type { AnyClass } from '../contracts/metadata';

/** Finds the listeners of an application by binding, class or name. The result is a number in registration order. */
export class ListenerIndex {
  /** In registration order. */
  readonly listeners: readonly DiscoveredListener[];
  /** The bindings of the application. */
  readonly graph: BindingGraph;
  readonly #bounds: readonly Bound[];
  readonly #byBinding = new Map<Bound, number>();
  readonly #byClass = new Map<AnyClass, number>();
  readonly #byName = new Map<string, number>();

  constructor(container: ApplicationContainer) {
    this.listeners = container.listeners;
    this.graph = container.graph;
    this.#bounds = this.listeners.map((listener) => container.boundOf(listener));
    for (const { target, name, index } of this.listeners) {
      this.#byBinding.set(this.boundOf(index), index);
      this.#byClass.set(target, index);
      if (!this.#byName.has(name)) this.#byName.set(name, index);
    }
  }

  /** Returns the binding that makes the listener's instance. */
  boundOf(index: number): Bound {
    return this.#bounds[index] as Bound;
  }

  /** Returns the class name of a listener; empty for an unknown number. */
  labelOf(index: number): string {
    return this.listeners[index]?.target.name ?? '';
  }

  /** Returns the name of a listener; empty for an unknown number. */
  nameOf(index: number): string {
    return this.listeners[index]?.name ?? '';
  }

  /** Finds a listener by the binding that makes its instance. */
  ofBinding(bound: Bound): number | undefined {
    return this.#byBinding.get(bound);
  }

  /** Finds a listener by its class, or by the token or abstract class it is bound under, through aliases. */
  ofClass(target: AnyClass): number | undefined {
    return this.#byClass.get(target) ?? this.#ofIdentifier(target);
  }

  /** Finds a listener by its name; of two with one name, the first. */
  ofName(name: string): number | undefined {
    return this.#byName.get(name);
  }

  /** Returns the names of all listeners. */
  names(): Iterable<string> {
    return this.#byName.keys();
  }

  #ofIdentifier(id: ServiceIdentifier): number | undefined {
    const visited = new Set<ServiceIdentifier>();
    for (let current: ServiceIdentifier | undefined = id; current !== undefined && !visited.has(current);) {
      visited.add(current);
      const bindings: readonly Bound[] = this.graph.bindings(current);
      const found = bindings.map((bound) => this.#byBinding.get(bound)).find((index) => index !== undefined);
      if (found !== undefined) return found;
      current = bindings[0]?.aliasOf;
    }
    return undefined;
  }
}
