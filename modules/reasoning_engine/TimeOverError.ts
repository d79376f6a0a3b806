import type { Duration } from 'daemonry';

/** Something took longer than it may. It never leaves the engine. */
export class TimeOverError extends Error {
  constructor(duration: Duration) {
    super(`no answer within ${typeof duration === 'number' ? `${duration} ms` : duration}`);
    this.name = 'TimeOverError';
  }
}
