import type { Clock } from 'daemonry';

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
