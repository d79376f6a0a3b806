import type { Bound } from '../container/Bound';
import type { AvailabilityInjection, Injection } from '../container/Injection';
import type { EdgeKind } from '../contracts/BootPlan';
import type { ListenerIndex } from './ListenerIndex';
import type { WalkReport } from './WalkReport';

/** How a class leads to a listener. */
export interface Reached {
  readonly listener: number;
  readonly kind: EdgeKind;
  /** The ordinary service in between, if there is one. */
  readonly through: Bound | undefined;
}

type Reach = ReadonlyMap<number, Reached>;

const NOTHING: Reach = new Map();

/**
 * Walks what constructors and properties inject, through any number of ordinary services, each of them once. A listener
 * ends the walk: what it needs itself is its own affair.
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

  /** The listeners that a binding's instance leads to. */
  reach(bound: Bound): Reach {
    if (bound.sources.length === 0) return NOTHING;
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

  /** The bindings from `bound` up to, but without, the listener that it reaches. */
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

/** What needs a listener outranks what only likes to have it. */
function merge(reached: Map<number, Reached>, next: Reached): void {
  const known = reached.get(next.listener);
  if (known === undefined || (known.kind === 'available' && next.kind !== 'available')) {
    reached.set(next.listener, next);
  }
}
