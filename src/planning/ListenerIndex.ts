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

  /** The binding that makes the listener's instance. */
  boundOf(index: number): Bound {
    return this.#bounds[index] as Bound;
  }

  /** The class name of a listener. */
  labelOf(index: number): string {
    return this.listeners[index]?.target.name ?? '';
  }

  nameOf(index: number): string {
    return this.listeners[index]?.name ?? '';
  }

  ofBinding(bound: Bound): number | undefined {
    return this.#byBinding.get(bound);
  }

  /** By the listener's class, or by the token or abstract class it is bound under, through aliases. */
  ofClass(target: AnyClass): number | undefined {
    return this.#byClass.get(target) ?? this.#ofIdentifier(target);
  }

  ofName(name: string): number | undefined {
    return this.#byName.get(name);
  }

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
