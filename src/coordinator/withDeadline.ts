import type { Clock } from '../contracts/Clock';

/**
 * Settles as `work` does, or rejects with what `expired` returns once `ms` have passed on `clock`. The caller stays the
 * owner of `work`, which goes on.
 */
export function withDeadline<T>(clock: Clock, ms: number, work: Promise<T>, expired: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = clock.at(
      clock.now() + ms,
      () => {
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
        // What was thrown is handed on as it is.
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        reject(error);
      },
    );
  });
}
