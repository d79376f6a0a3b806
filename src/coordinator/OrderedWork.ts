import { WaitingItems } from './WaitingItems';

interface OrderedItems<T> {
  /** The first one that is free goes next. */
  readonly items: readonly T[];
  /** The largest number of items in flight. */
  readonly concurrency: number;
  /** The items that have to be done before `item`. Not asked with a concurrency of 1: `items` go as they stand then. */
  readonly before: (item: T) => Iterable<T>;
  /** Begins an item. {@link OrderedWork.done} is called once it is done, which may be before this returns. */
  readonly begin: (item: T) => void;
  /** Once it returns true, no further item is begun. @defaultValue never */
  readonly isOver?: () => boolean;
}

/** Works through items, each as soon as it is free and the concurrency allows it. */
export class OrderedWork<T> {
  readonly #work: OrderedItems<T>;
  /** Undefined while items go one at a time, which needs no look at what goes before what. */
  readonly #waiting: WaitingItems<T> | undefined;
  /** The number of items that have begun. */
  #begun = 0;
  #inFlight = 0;
  #isProceeding = false;
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(work: OrderedItems<T>) {
    this.#work = work;
    this.#waiting = work.concurrency > 1 ? new WaitingItems(work.items, work.before) : undefined;
  }

  /** Resolves when nothing is in flight and nothing is left to begin; rejects with the first error of `begin`. */
  run(): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#proceed();
    });
  }

  /** Takes notice of an item that is done. */
  done(item: T): void {
    this.#inFlight--;
    this.#waiting?.release(item);
    // The loop goes on by itself after an item that is done at once: there may be thousands in a row.
    if (!this.#isProceeding) this.#proceed();
  }

  /** Rejects {@link run}. */
  fail(error: unknown): void {
    this.#reject(error);
  }

  #proceed(): void {
    const { concurrency, begin, isOver } = this.#work;
    this.#isProceeding = true;
    try {
      while (this.#inFlight < concurrency && isOver?.() !== true) {
        const item = this.#take();
        if (item === undefined) break;
        this.#inFlight++;
        begin(item);
      }
    } catch (error) {
      this.fail(error);
    }
    this.#isProceeding = false;
    if (this.#inFlight === 0) this.#resolve();
  }

  #take(): T | undefined {
    return this.#waiting === undefined ? this.#work.items[this.#begun++] : this.#waiting.take();
  }
}
