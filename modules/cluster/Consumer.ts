import { sleep, withDeadline } from 'daemonry';

import type { ClusterConsumer, ClusterJob, ClusterStore } from './ClusterStore';
import type { EngineParts } from './EngineParts';

const CLOSE_WITHIN_MS = 3_000;
/** The time after which a job that cannot be given back is left to its lease. */
const GIVE_BACK_WITHIN_MS = 2_000;
/** A job that is given back is not taken again at once, if this process is the only one. */
const GIVEN_BACK_MS = 100;

/** Tells BullMQ that a job waits again. It knows the error by its name. */
class GivenBack extends Error {
  override readonly name = 'WaitingError';
}

/** A worker of BullMQ whose work can be given back, and awaited. */
export class Consumer {
  readonly #store: ClusterStore;
  readonly #worker: ClusterConsumer;
  readonly #failed: (error: Error) => void;
  readonly #inFlight = new Set<Promise<unknown>>();
  #accepts = true;
  #isClosed = false;

  /** @param handle - does the work of a job; resolves with its result, or rejects, as BullMQ's processors do. */
  constructor(
    store: ClusterStore,
    parts: EngineParts,
    name: { readonly path: string; readonly queue: string },
    concurrency: number,
    handle: (job: ClusterJob, lock: string) => Promise<unknown>,
  ) {
    this.#store = store;
    // A worker that is told to take nothing still takes a job that it was waiting for.
    const process = (job: ClusterJob, lock: string): Promise<unknown> =>
      this.#track(this.#accepts ? handle(job, lock) : this.giveBack(job, lock));
    this.#worker = store.openConsumer(name.queue, process, { concurrency });
    this.#failed = (error) => {
      parts.clientFailed(name.path, error);
    };
    this.#worker.on('error', this.#failed);
  }

  /**
   * Begins to take jobs, once its connections are there.
   * @throws Error when one of them is lost before: BullMQ never uses it again, so that this consumer is to be closed
   */
  async open(): Promise<void> {
    await this.#worker.waitUntilReady();
    this.#worker.run().catch(this.#failed);
  }

  /** Renews the lock of a job. Returns false if it belongs to somebody else, undefined once this is closed. */
  async renew(job: ClusterJob, lock: string, ms: number): Promise<boolean | undefined> {
    if (this.#isClosed) return undefined;
    return (await this.#worker.extendJobLocks([job.id ?? ''], [lock], ms)).length === 0;
  }

  /**
   * Puts a job back to the head of its queue. While the store is away it is left where it is: its lease runs out. Never returns.
   * @throws what the processor is to reject with
   */
  async giveBack(job: ClusterJob, lock: string): Promise<never> {
    const left = new GivenBack('left to its lease');
    await withDeadline(GIVE_BACK_WITHIN_MS, () => job.moveToWait(lock), { expired: () => left });
    await sleep(GIVEN_BACK_MS);
    throw new GivenBack('given back');
  }

  /** Begins or ceases to take jobs. */
  accept(isAccepting: boolean): void {
    this.#accepts = isAccepting;
    if (isAccepting) void this.#worker.resume();
    else void this.#worker.pause(true);
  }

  /** Takes nothing more, and resolves when what is in flight is over. */
  async drain(): Promise<void> {
    this.#accepts = false;
    await this.#worker.pause(true);
    await Promise.allSettled(this.#inFlight);
  }

  /** Ends the connection. What is in flight is given up. */
  async close(): Promise<void> {
    // A graceful end waits for what is in flight; without a connection, or for a run that is stuck, for ever.
    const isForced = !this.#store.isReady || this.#inFlight.size > 0;
    try {
      await withDeadline(CLOSE_WITHIN_MS, () => this.#worker.close(isForced)).catch(() => undefined); // the link is closed later
    } finally {
      this.#isClosed = true;
    }
  }

  #track<T>(work: Promise<T>): Promise<T> {
    const over = (): void => void this.#inFlight.delete(work);
    this.#inFlight.add(work);
    work.then(over, over);
    return work;
  }
}
