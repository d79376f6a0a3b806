import { ApplicationStoppedError } from '../errors/bootErrors';
import type { Engine } from './Engine';
import type { ListenerRuntime } from './ListenerRuntime';
import { LAST_SECOND_MS, type ListenerStopper } from './ListenerStopper';
import { OrderedWork } from './OrderedWork';

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
  const cut: ListenerRuntime[] = [];
  const { concurrency } = config.startup;
  const dependents = concurrency > 1 ? dependentsOf(started) : undefined;
  const work: OrderedWork<ListenerRuntime> = new OrderedWork({
    items: started.toReversed(),
    concurrency,
    before: (runtime) => dependents?.get(runtime.name) ?? [],
    begin: (runtime) => {
      const left = deadline - clock.now();
      if (left <= 0) {
        cut.push(runtime);
        work.done(runtime);
        return;
      }
      const budget = Math.min(left, runtime.definition.shutdownTimeout);
      const stopping = stopper.stop(runtime, stopped, reason, { budget, cut: false });
      if (stopping === undefined) work.done(runtime);
      else
        void stopping.then(() => {
          work.done(runtime);
        });
    },
  });
  await work.run();
  const limits = { budget: LAST_SECOND_MS, cut: true };
  await Promise.all(cut.flatMap((runtime) => stopper.stop(runtime, stopped, reason, limits) ?? []));
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
