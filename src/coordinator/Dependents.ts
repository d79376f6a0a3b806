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
    for (const dependent of this.#of(name)) this.hold(dependent);
  }

  /** Skips the due moments of a listener while something that it needs does not run. */
  hold(dependent: ListenerRuntime): void {
    const need = this.#needOf(dependent);
    if (need !== undefined) this.#scheduler.withhold(dependent.name, need);
  }

  /** Keeps the due moments again of those that need a listener, which runs, unless something else that they need does not. */
  back(name: string): void {
    if (this.#byNeed === undefined) return;
    for (const dependent of this.#of(name)) {
      if (this.#needOf(dependent) === undefined) this.#scheduler.release(dependent.name);
      else this.hold(dependent);
    }
  }

  /** The listener for which a running one has its due moments skipped; undefined if there is none. */
  heldBy(runtime: ListenerRuntime): string | undefined {
    if (this.#byNeed === undefined || runtime.state !== 'running' || !hasTasks(runtime)) return undefined;
    return this.#needOf(runtime);
  }

  /** The first listener that this one needs, and that does not run; through a blocked one, the one that failed. */
  #needOf({ definition }: ListenerRuntime): string | undefined {
    for (const { on, soft } of definition.edges) {
      const need = soft ? undefined : this.#runtimes.get(on)?.current;
      if (need !== undefined && need.state !== 'running') return need.state === 'blocked' ? need.blockedBy : on;
    }
    return undefined;
  }

  #of(name: string): readonly ListenerRuntime[] {
    return (this.#byNeed ??= this.#findAll()).get(name) ?? [];
  }

  #findAll(): ReadonlyMap<string, readonly ListenerRuntime[]> {
    const byNeed = new Map<string, ListenerRuntime[]>();
    for (const runtime of this.#runtimes.values()) {
      if (!hasTasks(runtime)) continue;
      for (const { on, soft } of runtime.definition.edges) {
        if (soft) continue;
        const known = byNeed.get(on);
        if (known === undefined) byNeed.set(on, [runtime]);
        else if (!known.includes(runtime)) known.push(runtime);
      }
    }
    return byNeed;
  }
}

const hasTasks = ({ definition }: ListenerRuntime): boolean => isDaemon(definition) && definition.tasks.length > 0;
