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

type Reach = ReadonlyMap<number, Reached>;

const NO_LISTENER: Reach = new Map();

/**
 * Follows the injections of constructors and properties through any number of ordinary services, visiting each once. The
 * walk ends at a listener, whose own injections have a walk of their own.
 */
export class DependencyWalk {
  readonly #listeners: ListenerIndex;
  readonly #report: WalkReport;
  readonly #done = new Map<Bound, Reach>();
  readonly #path: Bound[] = [];

  constructor(listeners: ListenerIndex, report: WalkReport) {
    this.#listeners = listeners;
    this.#report = report;
  }

  /** Returns the listeners that a binding injects, directly or through services, by number. */
  reach(bound: Bound): Reach {
    if (bound.sources.length === 0) return NO_LISTENER;
    const known = this.#done.get(bound);
    if (known !== undefined) return known;
    const reached = new Map<number, Reached>();
    this.#path.push(bound);
    for (const source of bound.sources) {
      if (source.kind === 'available') this.#reachAvailable(source, reached);
      else if (source.kind === 'inject') this.#reachInjected(source, bound, reached);
    }
    this.#path.pop();
    this.#done.set(bound, reached);
    return reached;
  }

  /** Returns the bindings on the way from `bound` to a listener that it reaches, without the listener itself. */
  steps(bound: Bound, listener: number): Bound[] {
    const steps: Bound[] = [];
    for (let next: Bound | undefined = bound; next !== undefined;) {
      steps.push(next);
      next = this.#done.get(next)?.get(listener)?.through;
    }
    return steps;
  }

  #reachAvailable({ target }: AvailabilityInjection, reached: Map<number, Reached>): void {
    const listener = this.#listeners.ofClass(target);
    if (listener === undefined) this.#report.unavailable(target, this.#path);
    else merge(reached, { listener, kind: 'available', through: undefined });
  }

  #reachInjected(injection: Injection, bound: Bound, reached: Map<number, Reached>): void {
    const lookup = this.#listeners.graph.lookup(injection, bound);
    this.#report.lookup(injection, lookup, this.#path);
    const kind: EdgeKind = injection.place === 'property' ? 'property' : 'constructor';
    for (const found of lookup.found) {
      const listener = this.#listeners.ofBinding(found);
      if (listener !== undefined) {
        merge(reached, { listener, kind, through: undefined });
        continue;
      }
      this.#report.injected(found, this.#path);
      if (this.#path.includes(found)) {
        this.#report.cycle(this.#path, found);
        continue;
      }
      for (const [behind, via] of this.reach(found)) {
        merge(reached, { listener: behind, kind: via.kind === 'available' ? 'available' : kind, through: found });
      }
    }
  }
}

/** Adds a listener. A hard injection replaces an `@Available` one. */
function merge(reached: Map<number, Reached>, next: Reached): void {
  const known = reached.get(next.listener);
  if (known === undefined || (known.kind === 'available' && next.kind !== 'available')) {
    reached.set(next.listener, next);
  }
}
