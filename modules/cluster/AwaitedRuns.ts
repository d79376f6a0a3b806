import { sleep, withDeadline } from 'daemonry';
import type { QueueEvents } from 'bullmq';

/** Milliseconds from one look to the next whether a job is over of which no event has told. */
const LOOK_MS = 1_000;
/** The time that records may take that are read when nothing is waited for any more. */
const LAST_READS_MS = 1_000;

/** The manual runs that this process has asked for and waits for, of one task. */
export class AwaitedRuns {
  readonly #reads = new Set<Promise<unknown>>();
  #end = new AbortController();

  /**
   * Waits for the end of a job, and then reads its record, also when the time is over, or the wait is ended.
   *
   * @param isOver - looks whether the job is over.
   */
  async read<T>(
    events: Pick<QueueEvents, 'on'>,
    jobId: string,
    ms: number,
    isOver: () => Promise<boolean>,
    read: () => Promise<T>,
  ): Promise<T> {
    const { signal } = this.#end;
    const told = new Promise<void>((resolve) => {
      const end = (event: { readonly jobId: string }): void => {
        if (event.jobId === jobId) resolve();
      };
      events.on('completed', end);
      events.on('failed', end);
    });
    const work = async (given: AbortSignal): Promise<void> => {
      // A store that is away for a moment is asked again, and an event from before it was listened to is not waited for.
      while (!given.aborted && !(await isOver().catch(() => false)))
        await Promise.race([told, sleep(LOOK_MS, { signal: given })]);
    };
    const reading = withDeadline(ms, work, { signal })
      .catch(() => undefined) // the record tells how it has ended
      .then(read);
    this.#reads.add(reading);
    try {
      return await reading;
    } finally {
      this.#reads.delete(reading);
    }
  }

  /** Ends all waits, and resolves when their records are read, or cannot be. */
  async end(): Promise<void> {
    this.#end.abort(new Error('the process leaves the task'));
    this.#end = new AbortController();
    if (this.#reads.size === 0) return;
    await withDeadline(LAST_READS_MS, () => Promise.allSettled(this.#reads)).catch(() => undefined); // the store is away
  }
}
