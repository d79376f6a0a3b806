import type { ServiceIdentifier } from 'inversify';

import type { Registry } from '../contracts/Application';
import type { ListenerEntry, BackgroundDaemonEntry, PeriodicTaskSpec } from '../contracts/entries';
import { DuplicateNameError, RegistrySealedError } from '../errors/authoringErrors';
import { UnknownListenerError, AmbiguousTaskError, UnknownTaskError } from '../errors/taskErrors';

/** Gives the one instance behind a service identifier. */
export type ResolveService = (id: ServiceIdentifier<object>) => object;

/**
 * Entries by name, in registration order. Holds service identifiers, never an instance: what `resolve` returns is what
 * the container gives to everybody else.
 */
export abstract class EntryRegistry<E extends ListenerEntry> implements Registry<E> {
  readonly #entries = new Map<string, E>();
  readonly #resolve: ResolveService;
  #sealed = false;

  constructor(resolve: ResolveService) {
    this.#resolve = resolve;
  }

  register(entry: E): void {
    if (this.#sealed) throw new RegistrySealedError(entry.name);
    const existing = this.#entries.get(entry.name);
    if (existing !== undefined) throw new DuplicateNameError(entry.name, describeOwner(existing), describeOwner(entry));
    this.#entries.set(entry.name, Object.freeze(entry));
  }

  get(name: string): E | undefined {
    return this.#entries.get(name);
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  list(): readonly E[] {
    return [...this.#entries.values()];
  }

  resolve<T extends object = object>(name: string): T {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new UnknownListenerError(name, [...this.#entries.keys()]);
    return this.#resolve(entry.id) as T;
  }

  seal(): void {
    this.#sealed = true;
  }
}

/** Who holds a name: the class and its file, and the plugin that brought it. */
function describeOwner(entry: ListenerEntry): string {
  return entry.pluginName === undefined ? entry.source : `${entry.source} (plugin ${entry.pluginName})`;
}

/** What starts and stops: every listener, the background daemons among them. */
export class ListenerRegistry extends EntryRegistry<ListenerEntry> {}

/** How daemons are run: tasks, timeouts, fatality. */
export class BackgroundDaemonRegistry extends EntryRegistry<BackgroundDaemonEntry> {}

/**
 * The task that `task` names among those of a listener: without a name it means `tick`, else the only one.
 * @throws UnknownTaskError, AmbiguousTaskError
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
