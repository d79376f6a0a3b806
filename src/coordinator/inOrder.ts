import { ApplicationStoppedError } from '../errors/bootErrors';
import type { Engine } from './Engine';
import type { ListenerRuntime } from './ListenerRuntime';
import { LAST_SECOND_MS, type ListenerStopper } from './ListenerStopper';

interface OrderedWork<T> {
  /** The first one that is free goes next. */
  readonly items: Iterable<T>;
  /** The largest number of items in flight. */
  readonly concurrency: number;
  /** True once everything that has to go before `item` is done. */
  readonly isFree: (item: T) => boolean;
  readonly work: (item: T) => Promise<void>;
  /** Once it returns true, no further item is begun. @defaultValue never */
  readonly isOver?: () => boolean;
}

/**
 * Works through `items`, each as soon as it is free and `concurrency` allows it. Resolves when nothing is in flight and
 * nothing is left to begin; rejects with the first error of `work`.
 */
export function forEachInOrder<T>({ items, concurrency, isFree, work, isOver }: OrderedWork<T>): Promise<void> {
  const pending = new Set(items);
  let inFlight = 0;
  return new Promise<void>((resolve, reject) => {
    const takeFree = (): T | undefined => {
      for (const item of pending) {
        if (isFree(item)) {
          pending.delete(item);
          return item;
        }
      }
      return undefined;
    };
    const proceed = (): void => {
      while (inFlight < concurrency && isOver?.() !== true) {
        const item = takeFree();
        if (item === undefined) break;
        inFlight++;
        work(item).then(() => {
          inFlight--;
          proceed();
        }, reject);
      }
      if (inFlight === 0) resolve();
    };
    proceed();
  });
}

interface StopOrder {
  readonly engine: Engine;
  readonly stopper: ListenerStopper;
  /** In the order in which their startups completed. */
  readonly started: readonly ListenerRuntime[];
  readonly reason: string;
  /** When the grace is gone, in epoch milliseconds. */
  readonly deadline: number;
}

/**
 * Stops the listeners that have started, newest first, each within its own timeout and the rest of the grace. With
 * `startup.concurrency`, a listener goes as soon as those that need it have stopped. When the grace is gone, the rest are
 * shut down side by side with one second, as `cut`. Never rejects: the runtimes hold the failures.
 */
export async function stopInOrder({ engine, stopper, started, reason, deadline }: StopOrder): Promise<void> {
  const { clock, config } = engine;
  const stopped = new ApplicationStoppedError(reason);
  const outstanding = new Set(started);
  const cut: ListenerRuntime[] = [];
  const { concurrency } = config.startup;
  const dependents = concurrency > 1 ? dependentsOf(started) : undefined;
  await forEachInOrder({
    items: started.toReversed(),
    concurrency,
    isFree: (runtime) => dependents?.get(runtime.name)?.every((dependent) => !outstanding.has(dependent)) ?? true,
    work: async (runtime) => {
      const left = deadline - clock.now();
      if (left <= 0) cut.push(runtime);
      else {
        const budget = Math.min(left, runtime.definition.shutdownTimeout);
        await stopper.stop(runtime, stopped, { budget, cut: false });
      }
      outstanding.delete(runtime);
    },
  });
  await Promise.all(cut.map((runtime) => stopper.stop(runtime, stopped, { budget: LAST_SECOND_MS, cut: true })));
}

/** For each name, the listeners that go after it. */
function dependentsOf(started: readonly ListenerRuntime[]): ReadonlyMap<string, readonly ListenerRuntime[]> {
  const dependents = new Map<string, ListenerRuntime[]>();
  for (const runtime of started) {
    for (const { on } of runtime.definition.edges) {
      const known = dependents.get(on);
      if (known === undefined) dependents.set(on, [runtime]);
      else known.push(runtime);
    }
  }
  return dependents;
}
