import { LazyServiceIdentifier, type ServiceIdentifier } from 'inversify';

import type { Bound } from './Bound';
import type { Injection } from './Injection';
import type { ConstraintQuery } from './inversifyInternals';

/** What an injection leads to. */
export interface Lookup {
  /** `undefined` when a lazy identifier leads nowhere. */
  readonly id: ServiceIdentifier | undefined;
  /** The bindings, aliases followed. */
  readonly found: readonly Bound[];
  /** The identifiers that have no fitting binding: the one asked for, or the one that an alias leads to. */
  readonly missing: readonly ServiceIdentifier[];
  /** A binding's constraint looks at more than can be known before anything is resolved. */
  readonly uncertain: boolean;
}

const NOTHING: readonly never[] = [];

/** The bindings of an application by identifier, and what leads where. */
export class BindingGraph {
  readonly all: readonly Bound[];
  readonly #byId = new Map<ServiceIdentifier, Bound[]>();

  constructor(all: readonly Bound[]) {
    this.all = all;
    for (const bound of all) {
      const siblings = this.#byId.get(bound.id);
      if (siblings === undefined) this.#byId.set(bound.id, [bound]);
      else siblings.push(bound);
    }
  }

  bindings(id: ServiceIdentifier): readonly Bound[] {
    return this.#byId.get(id) ?? NOTHING;
  }

  identifiers(): Iterable<ServiceIdentifier> {
    return this.#byId.keys();
  }

  /** What `injection` of `from` leads to. */
  lookup(injection: Injection, from: Bound): Lookup {
    const id = unwrap(injection.id);
    if (id === undefined) return { id, found: NOTHING, missing: NOTHING, uncertain: false };
    const only = this.#byId.get(id);
    const search: Search = { injection, from, found: [], missing: [], uncertain: false, visited: new Set() };
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

interface Search {
  readonly injection: Injection;
  readonly from: Bound;
  readonly found: Bound[];
  readonly missing: ServiceIdentifier[];
  uncertain: boolean;
  readonly visited: Set<ServiceIdentifier>;
}

// How a parent is itself asked for is not known, so an answer that depends on it may be wrong: every such binding counts.
function fits(bound: Bound, id: ServiceIdentifier, search: Search): boolean {
  let looksUp = false;
  const parent: ConstraintQuery = {
    serviceIdentifier: search.from.id,
    name: undefined,
    tags: new Map(),
    getAncestor: () => undefined,
  };
  const query: ConstraintQuery = {
    serviceIdentifier: id,
    name: search.injection.name,
    tags: search.injection.tags,
    getAncestor: () => {
      looksUp = true;
      return parent;
    },
  };
  const fitting = bound.isSatisfiedBy(query);
  if (looksUp) search.uncertain = true;
  return fitting || looksUp;
}

/** The identifier itself. `undefined` when a lazy one leads nowhere: its file has not been loaded. */
export function unwrap(id: Injection['id']): ServiceIdentifier | undefined {
  if (!LazyServiceIdentifier.is(id)) return id;
  try {
    return id.unwrap();
  } catch (error) {
    // A class that is still being declared when it is asked for; what is undefined is reported by the caller.
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}
