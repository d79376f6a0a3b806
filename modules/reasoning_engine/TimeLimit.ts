import { Clock, type Duration, durationMs } from 'daemonry';
import { injectable } from 'inversify';

import { deadline, untilAborted } from '../shared/waiting';

/** Work took longer than it may. Never leaves the engine. */
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
   * Runs `work` with a signal that aborts when its time is over or `outer` aborts, and waits no longer than that.
   *
   * @throws the error of the work; TimeOverError; the reason of `outer`
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
