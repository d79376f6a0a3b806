import type { Clock } from 'daemonry';

/** Resolves after `ms` of the application's clock; rejects with the signal's reason as soon as it aborts. */
export async function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const settle = (outcome: () => void): void => {
      signal?.removeEventListener('abort', aborted);
      timer.cancel();
      outcome();
    };
    const aborted = (): void => settle(() => reject(signal?.reason as Error));
    const timer = clock.at(clock.now() + ms, () => settle(resolve));
    signal?.addEventListener('abort', aborted, { once: true });
  });
}

export interface Deadline {
  /** Aborts with the outer signal's reason, or with `reason` once the time is over. */
  readonly signal: AbortSignal;
  /** Takes the timer back. To be called in any case. */
  readonly clear: () => void;
}

/** Limits what is given the returned signal to `ms` of the application's clock, within the limits of `outer`. */
export function deadline(clock: Clock, ms: number, reason: Error, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  const timer = clock.at(clock.now() + ms, () => controller.abort(reason), { deadline: true });
  return {
    signal: outer === undefined ? controller.signal : AbortSignal.any([outer, controller.signal]),
    clear: () => timer.cancel(),
  };
}

/** Settles like `work`, but rejects with the signal's reason as soon as it aborts; `work` is not stopped. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Like `Promise.all(items.map(fn))`, with at most `limit` calls at a time; results are in the order of the items. */
export async function mapLimited<T, R>(items: readonly T[], limit: number, fn: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  const waiting = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await fn(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return results;
}
