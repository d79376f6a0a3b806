import { ApplicationStoppedError } from '../errors/bootErrors';
import type { CoordinatorHost } from './CoordinatorHost';
import { forEachInOrder } from './forEachInOrder';
import type { ListenerRuntime } from './ListenerRuntime';
import { LAST_SECOND_MS, type ListenerStopper } from './ListenerStopper';

interface StopOrder {
  readonly host: CoordinatorHost;
  readonly stopper: ListenerStopper;
  /** In the order in which their startups completed. */
  readonly started: readonly ListenerRuntime[];
  readonly reason: string;
  /** When the grace is gone, in epoch milliseconds. */
  readonly deadline: number;
}

/**
 * Stops what has started, newest first, each within its own timeout and what is left of the grace; with
 * `startup.concurrency`, as soon as nothing that needs it is left. When the grace is gone, the rest are shut down at once
 * with one second, as `cut`. Never rejects: the runtimes hold what failed.
 */
export async function stopInOrder({ host, stopper, started, reason, deadline }: StopOrder): Promise<void> {
  const { clock, config } = host;
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
      else await stopper.stop(runtime, stopped, Math.min(left, runtime.definition.shutdownTimeout));
      outstanding.delete(runtime);
    },
  });
  await Promise.all(
    cut.map((runtime) => {
      runtime.cut = true;
      return stopper.stop(runtime, stopped, LAST_SECOND_MS);
    }),
  );
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
