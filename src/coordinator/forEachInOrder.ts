interface OrderedWork<T> {
  /** In the order in which those that are free are taken. */
  readonly items: Iterable<T>;
  /** How many may be in flight at once. */
  readonly concurrency: number;
  /** Nothing that has to go before `item` is outstanding. */
  readonly isFree: (item: T) => boolean;
  readonly work: (item: T) => Promise<void>;
  /** Nothing more is begun once it returns true. */
  readonly isOver?: () => boolean;
}

/**
 * Works through `items`, each as soon as it is free and a place is. Resolves when nothing is in flight and nothing is left
 * to begin; rejects with the first error of `work`.
 */
export function forEachInOrder<T>({ items, concurrency, isFree, work, isOver }: OrderedWork<T>): Promise<void> {
  const pending = new Set(items);
  let inFlight = 0;
  return new Promise<void>((resolve, reject) => {
    const takeFree = (): T | undefined => {
      for (const item of pending) {
        if (isFree(item)) {
          pending.delete(item);
          return item;
        }
      }
      return undefined;
    };
    const proceed = (): void => {
      while (inFlight < concurrency && isOver?.() !== true) {
        const item = takeFree();
        if (item === undefined) break;
        inFlight++;
        work(item).then(() => {
          inFlight--;
          proceed();
        }, reject);
      }
      if (inFlight === 0) resolve();
    };
    proceed();
  });
}
