import type { ServiceIdentifier } from 'inversify';

import type { Registry } from '../contracts/Application';
import type { BackgroundDaemonEntry, ListenerEntry, PeriodicTaskSpec } from '../contracts/entries';
import { deepFreeze } from '../contracts/frozen';
import { AmbiguousTaskError, UnknownListenerError, UnknownTaskError } from '../errors/taskErrors';

/** Resolves a service identifier to its one instance, through the container. */
type ResolveService = (id: ServiceIdentifier<object>) => object;

/**
 * Entries by name, in registration order; they are frozen. Holds service identifiers, never an instance: `resolve` returns
 * the object that the container gives to everybody else.
 */
abstract class EntryRegistry<E extends ListenerEntry> implements Registry<E> {
  readonly #entries: ReadonlyMap<string, E>;
  readonly #resolve: ResolveService;

  /** @param entries - in registration order, each with a name of its own. */
  constructor(entries: readonly E[], resolve: ResolveService) {
    this.#entries = new Map(entries.map((entry) => [entry.name, entry]));
    this.#resolve = resolve;
  }

  get(name: string): E | undefined {
    const entry = this.#entries.get(name);
    return entry === undefined ? undefined : freezeEntry(entry);
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  list(): readonly E[] {
    return Array.from(this.#entries.values(), freezeEntry);
  }

  resolve<T extends object = object>(name: string): T {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new UnknownListenerError(name, [...this.#entries.keys()]);
    return this.#resolve(entry.id) as T;
  }
}

/** Freezes an entry with all its data when it is first handed out: most boots never look at one. */
function freezeEntry<E extends ListenerEntry>(entry: E): E {
  if (Object.isFrozen(entry)) return entry;
  const { id: _, ...data } = entry;
  deepFreeze(data);
  return Object.freeze(entry);
}

/** Every listener that the coordinator starts and stops, the background daemons among them. */
export class ListenerRegistry extends EntryRegistry<ListenerEntry> {}

/** How each background daemon is run: its tasks, timeouts, and whether its failed startup is fatal. */
export class BackgroundDaemonRegistry extends EntryRegistry<BackgroundDaemonEntry> {}

/**
 * The task of a listener that `task` names. Without a name it is `tick`, else the only task.
 *
 * @throws UnknownTaskError when there is no such task; AmbiguousTaskError when there are several and none was named.
 */
export function taskNamed(
  listener: string,
  tasks: readonly PeriodicTaskSpec[],
  task: string | undefined,
): PeriodicTaskSpec {
  const names = tasks.map(({ name }) => name);
  const named = tasks.find(({ name }) => name === (task ?? 'tick'));
  if (named !== undefined) return named;
  const [only] = tasks;
  if (task !== undefined || only === undefined) throw new UnknownTaskError(listener, task ?? 'tick', names);
  if (tasks.length > 1) throw new AmbiguousTaskError(listener, names);
  return only;
}
