import type { Clock } from 'daemonry';

/** Resolves after `ms` of the application's clock; rejects with the signal's reason as soon as it aborts. */
export async function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const settle = (outcome: () => void): void => {
      signal?.removeEventListener('abort', aborted);
      timer.cancel();
      outcome();
    };
    const aborted = (): void => settle(() => reject(signal?.reason as Error));
    const timer = clock.at(clock.now() + ms, () => settle(resolve));
    signal?.addEventListener('abort', aborted, { once: true });
  });
}
