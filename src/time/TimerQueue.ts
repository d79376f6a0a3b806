/** A timer in a {@link TimerQueue}, which alone writes `position` and `sequence`. */
export interface QueuedTimer {
  /** Epoch milliseconds. */
  readonly when: number;
  readonly deadline: boolean;
  /** Its place in the heap; -1 when it is not in the queue. */
  position: number;
  /** Rises with each timer that is added. */
  sequence: number;
}

/**
 * Timers, the earliest first. At the same instant deadlines come after other timers, so that work that ends right then is
 * in time; otherwise first in, first out. Adding and removing take logarithmic time; a removed timer leaves nothing behind.
 */
export class TimerQueue<T extends QueuedTimer> {
  #heap: T[] = [];
  #added = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** The `sequence` of the next timer to be added: every timer in the queue has a lower one. */
  get nextSequence(): number {
    return this.#added;
  }

  peek(): T | undefined {
    return this.#heap[0];
  }

  add(timer: T): void {
    timer.sequence = this.#added++;
    this.#heap.push(timer);
    this.#rise(timer, this.#heap.length - 1);
  }

  /** Removes a timer; returns false when it is not in the queue. */
  remove(timer: T): boolean {
    const { position } = timer;
    if (this.#heap[position] !== timer) return false;
    timer.position = -1;
    const last = this.#heap.pop();
    if (last !== undefined && last !== timer) {
      this.#rise(last, position);
      this.#sink(last, last.position);
    }
    return true;
  }

  /** Calls `change` with every timer, which may alter its `when`, and restores the order. */
  rearrange(change: (timer: T) => void): void {
    const timers = this.#heap;
    timers.forEach(change);
    timers.sort((a, b) => (isEarlier(a, b) ? -1 : 1));
    timers.forEach((timer, position) => (timer.position = position));
  }

  #rise(timer: T, from: number): void {
    const heap = this.#heap;
    let position = from;
    while (position > 0) {
      const above = (position - 1) >> 1;
      const parent = heap[above] as T;
      if (!isEarlier(timer, parent)) break;
      heap[position] = parent;
      parent.position = position;
      position = above;
    }
    heap[position] = timer;
    timer.position = position;
  }

  #sink(timer: T, from: number): void {
    const heap = this.#heap;
    let position = from;
    for (;;) {
      let below = 2 * position + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isEarlier(heap[below + 1] as T, heap[below] as T)) below++;
      const child = heap[below] as T;
      if (!isEarlier(child, timer)) break;
      heap[position] = child;
      child.position = position;
      position = below;
    }
    heap[position] = timer;
    timer.position = position;
  }
}

function isEarlier(a: QueuedTimer, b: QueuedTimer): boolean {
  if (a.when !== b.when) return a.when < b.when;
  return a.deadline === b.deadline ? a.sequence < b.sequence : b.deadline;
}
