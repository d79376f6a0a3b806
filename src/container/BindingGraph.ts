import { LazyServiceIdentifier, type ServiceIdentifier } from 'inversify';

import type { Bound } from './Bound';
import type { Injection } from './Injection';
import type { ConstraintQuery } from './inversifyInternals';

/** The result of following an injection to its bindings. */
export interface Lookup {
  /** The identifier asked for; undefined if a lazy identifier returns undefined, or throws. */
  readonly id: ServiceIdentifier | undefined;
  /** The error that the function of a lazy identifier has thrown. */
  readonly thrown?: unknown;
  /** The bindings found, through aliases. */
  readonly found: readonly Bound[];
  /** The identifiers that have no fitting binding: the one asked for, or the one that an alias leads to. */
  readonly missing: readonly ServiceIdentifier[];
  /** True if a binding's constraint depends on more than can be known before anything is resolved. */
  readonly uncertain: boolean;
}

const NONE: readonly never[] = [];

/** The bindings of an application, and where each injection leads. */
export class BindingGraph {
  readonly #all: Bound[] = [];
  readonly #byId = new Map<ServiceIdentifier, Bound[]>();
  #injected: Set<ServiceIdentifier | undefined> | undefined;

  /** @param all - in bind order. */
  constructor(all: readonly Bound[]) {
    for (const bound of all) this.add(bound);
  }

  /** In bind order. */
  get all(): readonly Bound[] {
    return this.#all;
  }

  /** Adds a binding that was made after all others. */
  add(bound: Bound): void {
    this.#all.push(bound);
    const siblings = this.#byId.get(bound.id);
    if (siblings === undefined) this.#byId.set(bound.id, [bound]);
    else siblings.push(bound);
    if (this.#injected !== undefined) noteInjected(bound, this.#injected);
  }

  /** Returns the bindings of an identifier, in bind order. */
  bindings(id: ServiceIdentifier): readonly Bound[] {
    return this.#byId.get(id) ?? NONE;
  }

  /** Returns every identifier that has a binding. */
  identifiers(): Iterable<ServiceIdentifier> {
    return this.#byId.keys();
  }

  /** Returns each identifier that is injected, once. */
  get injected(): ReadonlySet<ServiceIdentifier | undefined> {
    if (this.#injected !== undefined) return this.#injected;
    this.#injected = new Set();
    for (const bound of this.#all) noteInjected(bound, this.#injected);
    return this.#injected;
  }

  /** True if a class that is bound injects `id`. */
  injects(id: ServiceIdentifier): boolean {
    return this.injected.has(id);
  }

  /** Returns the binding of an injection's identifier if it is the only one, fits every injection and is no alias. */
  only(injection: Injection): Bound | undefined {
    const id = unwrap(injection.id);
    const bindings = id === undefined ? NONE : this.bindings(id);
    const bound = bindings[0];
    if (bound === undefined || bindings.length > 1 || bound.aliasOf !== undefined) return undefined;
    return bound.isUnconditional ? bound : undefined;
  }

  /** Follows an injection of the binding `from`. */
  lookup(injection: Injection, from: Bound): Lookup {
    let thrown: unknown;
    const id = unwrap(injection.id, (error) => (thrown = error));
    if (id === undefined) return { id, thrown, found: NONE, missing: NONE, uncertain: false };
    const only = this.#byId.get(id);
    const asAlias = (): boolean => this.#all.some(({ aliasOf }) => aliasOf === from.id);
    const search: Search = { injection, from, asAlias, found: [], missing: [], uncertain: false, visited: new Set() };
    if (only === undefined) search.missing.push(id);
    else this.#search(id, search);
    return { id, found: search.found, missing: search.missing, uncertain: search.uncertain };
  }

  #search(id: ServiceIdentifier, search: Search): void {
    if (search.visited.has(id)) return;
    search.visited.add(id);
    const before = search.found.length + search.missing.length;
    for (const bound of this.bindings(id)) {
      if (!fits(bound, id, search)) continue;
      if (bound.aliasOf === undefined) search.found.push(bound);
      else this.#search(bound.aliasOf, search);
    }
    if (search.found.length + search.missing.length === before) search.missing.push(id);
  }
}

function noteInjected({ sources }: Bound, injected: Set<ServiceIdentifier | undefined>): void {
  for (const source of sources) if (source.kind === 'inject') injected.add(unwrap(source.id));
}

interface Search {
  readonly injection: Injection;
  readonly from: Bound;
  /** True if whoever injects may have been asked for by an alias: then its identifier is not known. */
  readonly asAlias: () => boolean;
  readonly found: Bound[];
  readonly missing: ServiceIdentifier[];
  uncertain: boolean;
  readonly visited: Set<ServiceIdentifier>;
}

// A constraint may ask for whom its parent is made, or by which name or tags that was injected, which is not known yet. Its
// answer may then be wrong, so the binding counts as fitting.
function fits(bound: Bound, id: ServiceIdentifier, search: Search): boolean {
  let isGuess = false;
  const guess = <T>(value: T): T => {
    isGuess = true;
    return value;
  };
  const parent: ConstraintQuery = {
    get serviceIdentifier() {
      return search.asAlias() ? guess(search.from.id) : search.from.id;
    },
    get name() {
      return guess(undefined);
    },
    get tags() {
      return guess(new Map<string, unknown>());
    },
    getAncestor: () => guess(undefined),
  };
  const query: ConstraintQuery = {
    serviceIdentifier: id,
    name: search.injection.name,
    tags: search.injection.tags,
    getAncestor: () => parent,
  };
  const fitting = bound.isSatisfiedBy(query);
  if (isGuess) search.uncertain = true;
  return fitting || isGuess;
}

/**
 * Unwraps a lazy identifier. Undefined if its class is not loaded yet, or its function throws.
 *
 * @param failed - is told what it throws.
 */
export function unwrap(id: Injection['id'], failed?: (thrown: unknown) => void): ServiceIdentifier | undefined {
  if (!LazyServiceIdentifier.is(id)) return id;
  try {
    return id.unwrap();
  } catch (error) {
    failed?.(error);
    return undefined;
  }
}
