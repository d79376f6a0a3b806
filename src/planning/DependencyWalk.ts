import type { Bound } from '../container/Bound';
import type { AvailabilityInjection, Injection } from '../container/Injection';
import type { EdgeKind } from '../contracts/BootPlan';
import type { ListenerIndex } from './ListenerIndex';
import type { WalkReport } from './WalkReport';

/** One listener that a class injects, directly or through services. */
export interface Reached {
  /** The number of the listener in registration order. */
  readonly listener: number;
  readonly kind: EdgeKind;
  /** The ordinary service through which it is injected; undefined if it is injected directly. */
  readonly through: Bound | undefined;
}

const NO_LISTENER: readonly Reached[] = [];

/**
 * Follows the injections of constructors and properties through any number of ordinary services, visiting each once. The
 * walk ends at a listener, whose own injections have a walk of their own.
 */
export class DependencyWalk {
  readonly #listeners: ListenerIndex;
  readonly #report: WalkReport;
  /** The results for ordinary services, which many listeners may inject. */
  readonly #services = new Map<Bound, readonly Reached[]>();
  readonly #path: Bound[] = [];

  constructor(listeners: ListenerIndex, report: WalkReport) {
    this.#listeners = listeners;
    this.#report = report;
  }

  /** Returns the listeners that a binding injects, directly or through services; each once, in the order they are met. */
  reach(bound: Bound): readonly Reached[] {
    if (bound.sources.length === 0) return NO_LISTENER;
    const reached: Reached[] = [];
    this.#path.push(bound);
    for (const source of bound.sources) {
      if (source.kind === 'available') this.#reachAvailable(source, reached);
      else if (source.kind === 'inject') this.#reachInjected(source, bound, reached);
    }
    this.#path.pop();
    return reached;
  }

  /** Returns what {@link reach} does, for an ordinary service; the second time without following it again. */
  reachThrough(service: Bound): readonly Reached[] {
    const known = this.#services.get(service);
    if (known !== undefined) return known;
    const reached = this.reach(service);
    this.#services.set(service, reached);
    return reached;
  }

  /** Returns the services on the way from a listener to another one that it injects `through` the first of them. */
  services(through: Bound | undefined, listener: number): Bound[] {
    const services: Bound[] = [];
    for (let next = through; next !== undefined;) {
      services.push(next);
      next = this.#services.get(next)?.find((reached) => reached.listener === listener)?.through;
    }
    return services;
  }

  #reachAvailable({ target }: AvailabilityInjection, reached: Reached[]): void {
    const listener = this.#listeners.ofClass(target);
    if (listener === undefined) this.#report.unavailable(target, this.#path);
    else merge(reached, { listener, kind: 'available', through: undefined });
  }

  #reachInjected(injection: Injection, bound: Bound, reached: Reached[]): void {
    const kind: EdgeKind = injection.place === 'property' ? 'property' : 'constructor';
    const only = this.#listeners.graph.only(injection);
    if (only !== undefined) {
      this.#reachFound(only, kind, reached);
      return;
    }
    const lookup = this.#listeners.graph.lookup(injection, bound);
    this.#report.lookup(injection, lookup, this.#path);
    for (const found of lookup.found) this.#reachFound(found, kind, reached);
  }

  #reachFound(found: Bound, kind: EdgeKind, reached: Reached[]): void {
    const listener = this.#listeners.ofBinding(found);
    if (listener !== undefined) {
      merge(reached, { listener, kind, through: undefined });
      return;
    }
    this.#report.injected(found, this.#path);
    if (this.#path.includes(found)) {
      this.#report.cycle(this.#path, found);
      return;
    }
    for (const behind of this.reachThrough(found)) {
      const via = behind.kind === 'available' ? 'available' : kind;
      merge(reached, { listener: behind.listener, kind: via, through: found });
    }
  }
}

/** Adds a listener. A hard injection replaces an `@Available` one, in its place. */
function merge(reached: Reached[], next: Reached): void {
  const at = reached.findIndex(({ listener }) => listener === next.listener);
  if (at === -1) reached.push(next);
  else if (reached[at]?.kind === 'available' && next.kind !== 'available') reached[at] = next;
}
