import type { Duration } from '../contracts/Duration';
import { durationMs, formatDuration } from './duration';
import { onAbort } from './onAbort';
import type { WaitOptions } from './sleep';
import { SystemClock } from './SystemClock';

/** Options of {@link withDeadline}. */
export interface DeadlineOptions extends WaitOptions {
  /**
   * The owner of the time, as the error names it: `The import of orders`.
   * @defaultValue `'The work'`
   */
  readonly owner?: string | undefined;
  /**
   * Makes the error to reject with when the time is over.
   * @defaultValue an `Error` named `TimeoutError`: `The import of orders did not finish within 30s`
   */
  readonly expired?: (() => Error) | undefined;
  /**
   * Called with the error of the work, when that rejects after it was given up.
   * @defaultValue the error is dropped
   */
  readonly late?: ((error: unknown) => void) | undefined;
}

/**
 * Calls `work` and settles as it does, but waits no longer than `duration`. Work that takes longer is given up: its signal
 * aborts, and what it still does is not awaited. No timer is left behind, however it ends.
 *
 * @param work - is given a signal that aborts when the time is over or `signal` of the options aborts.
 * @throws the error of the work.
 * @throws an `Error` named `TimeoutError`, or the one of `expired`, once `duration` has passed.
 * @throws the reason of the signal, as soon as it aborts; `work` is not called when it has aborted before.
 * @throws {@link InvalidDurationError} for anything that is not a duration.
 */
export async function withDeadline<T>(
  duration: Duration,
  work: (signal: AbortSignal) => T | Promise<T>,
  options: DeadlineOptions = {},
): Promise<T> {
  const { clock = new SystemClock(), signal: outer, owner = 'The work', late } = options;
  const ms = durationMs(duration);
  const expired = options.expired ?? (() => timeoutError(`${owner} did not finish within ${formatDuration(ms)}`));
  outer?.throwIfAborted();

  return new Promise<T>((resolve, reject) => {
    const controller = new AbortController();
    const end = (): void => {
      timer.cancel();
      outer?.removeEventListener('abort', interrupt);
    };
    const giveUp = (reason: Error): void => {
      end();
      // Before the work hears of it, which could answer at once.
      reject(reason);
      controller.abort(reason);
    };
    const interrupt = (): void => giveUp(outer?.reason as Error);
    const timer = clock.at(clock.now() + ms, () => giveUp(expired()), { deadline: true });
    if (outer !== undefined) onAbort(outer, interrupt);
    (async () => work(controller.signal))().then(
      (result) => {
        end();
        resolve(result);
      },
      (error: unknown) => {
        end();
        if (controller.signal.aborted) late?.(error);
        // The error is handed on as it was thrown, whatever it is.
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        reject(error);
      },
    );
  });
}

function timeoutError(message: string): Error {
  const error = new Error(message);
  error.name = 'TimeoutError';
  return error;
}
