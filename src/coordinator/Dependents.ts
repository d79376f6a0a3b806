import { isDaemon } from '../contracts/ListenerDefinition';
import type { Scheduler } from '../contracts/Scheduler';
import type { ListenerRuntime } from './ListenerRuntime';

/**
 * The daemons whose ticks wait while a listener that they need does not run: nobody is to use a listener that is dead or
 * half-started. Nothing is looked up before the first listener is lost.
 */
export class Dependents {
  readonly #runtimes: ReadonlyMap<string, ListenerRuntime>;
  readonly #scheduler: Pick<Scheduler, 'withhold' | 'release'>;
  /** For each name, the daemons with tasks that need it directly. */
  #byNeed: ReadonlyMap<string, readonly ListenerRuntime[]> | undefined;

  constructor(runtimes: ReadonlyMap<string, ListenerRuntime>, scheduler: Pick<Scheduler, 'withhold' | 'release'>) {
    this.#runtimes = runtimes;
    this.#scheduler = scheduler;
  }

  /** Skips the due moments of those that need a listener, which does not run any more. */
  lost(name: string): void {
    for (const dependent of this.#of(name)) this.#scheduler.withhold(dependent.name);
  }

  /** Keeps the due moments again of those that need a listener, which runs, unless something else that they need does not. */
  back(name: string): void {
    if (this.#byNeed === undefined) return;
    for (const dependent of this.#of(name)) if (this.hasAll(dependent)) this.#scheduler.release(dependent.name);
  }

  /** True if everything that the listener needs runs. */
  hasAll({ definition }: ListenerRuntime): boolean {
    return definition.edges.every(({ on, soft }) => soft || this.#runtimes.get(on)?.state === 'running');
  }

  #of(name: string): readonly ListenerRuntime[] {
    return (this.#byNeed ??= this.#findAll()).get(name) ?? [];
  }

  #findAll(): ReadonlyMap<string, readonly ListenerRuntime[]> {
    const byNeed = new Map<string, ListenerRuntime[]>();
    for (const runtime of this.#runtimes.values()) {
      const { definition } = runtime;
      if (!isDaemon(definition) || definition.tasks.length === 0) continue;
      for (const { on, soft } of definition.edges) {
        if (soft) continue;
        const known = byNeed.get(on);
        if (known === undefined) byNeed.set(on, [runtime]);
        else if (!known.includes(runtime)) known.push(runtime);
      }
    }
    return byNeed;
  }
}
