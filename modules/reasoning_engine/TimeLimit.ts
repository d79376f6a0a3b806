import { type Duration, Clock, durationMs } from 'daemonry';
import { injectable } from 'inversify';

import { deadline } from '../shared/deadline';
import { untilAborted } from '../shared/untilAborted';

/** Something took longer than it may. It never leaves the engine. */
export class TimeOverError extends Error {
  constructor(duration: Duration) {
    super(`no answer within ${typeof duration === 'number' ? `${duration} ms` : duration}`);
    this.name = 'TimeOverError';
  }
}

/** Limits work by the application's clock. */
@injectable()
export class TimeLimit {
  constructor(private readonly clock: Clock) {}

  /**
   * Settles as the work does, and no later than its time is over or `outer` aborts; the work's signal says so.
   *
   * @throws what the work throws; TimeOverError; the reason of `outer`
   */
  async within<T>(duration: Duration, outer: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    outer.throwIfAborted();
    const { signal, clear } = deadline(this.clock, durationMs(duration), new TimeOverError(duration), outer);
    try {
      return await untilAborted(work(signal), signal);
    } finally {
      clear();
    }
  }
}
