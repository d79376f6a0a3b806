import type { Clock } from '../contracts/Clock';

/**
 * Settles as `work` does, or rejects with what `expired` returns once `ms` have passed on `clock`. `work` goes on then.
 *
 * @param late - told what `work` rejects with after that.
 */
export function withDeadline<T>(
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
        // What was thrown is handed on as it is.
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        reject(error);
      },
    );
  });
}
