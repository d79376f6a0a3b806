import { Clock, type Duration, withDeadline } from 'daemonry';
import { injectable } from 'inversify';

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
   * Runs `work` with a signal that aborts when its time is over or `signal` aborts, and waits no longer than that.
   *
   * @throws the error of the work; TimeOverError; the reason of `signal`
   */
  within<T>(duration: Duration, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const expired = (): Error => new TimeOverError(duration);
    return withDeadline(duration, work, { clock: this.clock, signal, expired });
  }
}
