import type { ServiceIdentifier } from 'inversify';

import type { AnyClass } from '../contracts/metadata';
import type { BindingGraph } from '../container/BindingGraph';
import type { Bound } from '../container/Bound';
import type { ListenerPlan } from './ListenerPlan';

/** Finds listeners, by their numbers, however they are referred to. */
export class ReferenceIndex {
  readonly #graph: BindingGraph;
  readonly #byBinding = new Map<Bound, number>();
  readonly #byClass = new Map<AnyClass, number>();
  readonly #byName = new Map<string, number>();

  constructor(plans: readonly ListenerPlan[], graph: BindingGraph) {
    this.#graph = graph;
    for (const { bound, target, name, index } of plans) {
      this.#byBinding.set(bound, index);
      this.#byClass.set(target, index);
      if (!this.#byName.has(name)) this.#byName.set(name, index);
    }
  }

  ofBinding(bound: Bound): number | undefined {
    return this.#byBinding.get(bound);
  }

  /** By the listener's class, or by what it is bound under: a token or an abstract class, aliases followed. */
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
      const bindings: readonly Bound[] = this.#graph.bindings(current);
      const found = bindings.map((bound) => this.#byBinding.get(bound)).find((index) => index !== undefined);
      if (found !== undefined) return found;
      current = bindings[0]?.aliasOf;
    }
    return undefined;
  }
}
