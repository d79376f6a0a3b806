import type { Clock } from '../contracts/Clock';
import type { Duration } from '../contracts/Duration';
import { durationMs } from './duration';
import { onAbort } from './onAbort';
import { SystemClock } from './SystemClock';

/** The clock and the signal of {@link sleep} and {@link withDeadline}. */
export interface WaitOptions {
  /**
   * The clock that measures the time. Give the injected `Clock`, so that a test can move it.
   * @defaultValue the clock of the system
   */
  readonly clock?: Clock | undefined;
  /**
   * Ends the wait early; the promise rejects with its reason.
   * @defaultValue none
   */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Resolves after `duration`. For code that no hook calls directly, such as a service: hooks have the `sleep` of their
 * context. No timer is left behind, however it ends.
 *
 * @throws the reason of the signal, as soon as it aborts.
 * @throws {@link InvalidDurationError} for anything that is not a duration.
 */
export async function sleep(
  duration: Duration,
  { clock = new SystemClock(), signal }: WaitOptions = {},
): Promise<void> {
  const ms = durationMs(duration);
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const interrupt = (): void => {
      timer.cancel();
      reject(signal?.reason as Error);
    };
    const wake = (): void => {
      signal?.removeEventListener('abort', interrupt);
      resolve();
    };
    const timer = clock.at(clock.now() + ms, wake, { elapsed: true });
    if (signal !== undefined) onAbort(signal, interrupt);
  });
}
