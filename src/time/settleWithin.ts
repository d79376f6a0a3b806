import type { Clock } from '../contracts/Clock';

/**
 * Settles as `work` does, or rejects once `ms` have passed on `clock`; `work` goes on then.
 *
 * @param expired - returns the error to reject with; called when the time is over.
 * @param late - called with the error of `work` if it rejects after that.
 */
export function settleWithin<T>(
  clock: Clock,
  ms: number,
  work: Promise<T>,
  expired: () => Error,
  late?: (error: unknown) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let isOver = false;
    const timer = clock.at(
      clock.now() + ms,
      () => {
        isOver = true;
        reject(expired());
      },
      { deadline: true },
    );
    work.then(
      (value) => {
        timer.cancel();
        resolve(value);
      },
      (error: unknown) => {
        timer.cancel();
        if (isOver) late?.(error);
        // The error is handed on as it was thrown, whatever it is.
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        reject(error);
      },
    );
  });
}
