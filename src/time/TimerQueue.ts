/** A timer in a {@link TimerQueue}, which alone writes these fields. */
export abstract class QueuedTimer {
  /** The instant it waits for, in epoch milliseconds; `Infinity` while it waits for nothing. */
  when = Infinity;
  /** Rises each time that a timer of the queue is set. */
  sequence = 0;
  /** Its place in the heap; -1 when it is not there. */
  position = -1;
  /** `when` and `sequence` as they were when it was sorted into the heap. */
  sortedWhen = Infinity;
  sortedSequence = -1;

  constructor(readonly deadline: boolean) {}
}

/**
 * Timers, the earliest first. At the same instant deadlines come after other timers, so that work that ends right then is
 * in time; otherwise first in, first out. Setting and removing take logarithmic time.
 *
 * A timer that is set to a later instant stays where it is in the heap until it comes to the top, and is sorted in then:
 * for a deadline that is taken back and set anew at each run, both are free.
 */
export class TimerQueue<T extends QueuedTimer> {
  #heap: T[] = [];
  #size = 0;
  #sets = 0;

  /** The number of timers that wait for an instant. */
  get size(): number {
    return this.#size;
  }

  /** The `sequence` of the next timer to be set: every timer in the queue has a lower one. */
  get nextSequence(): number {
    return this.#sets;
  }

  peek(): T | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.sequence === first.sortedSequence) return first;
      if (first.when === Infinity) this.#takeOut(first);
      else {
        sortAs(first);
        this.#sink(first, 0);
      }
    }
  }

  /** Makes the timer wait for `when` instead of what it waited for; `Infinity` takes it out, at no cost. */
  set(timer: T, when: number): void {
    this.#size += Number(when !== Infinity) - Number(timer.when !== Infinity);
    timer.when = when;
    timer.sequence = this.#sets++;
    if (timer.position < 0) {
      if (when === Infinity) return;
      sortAs(timer);
      this.#heap.push(timer);
      this.#rise(timer, this.#heap.length - 1);
    } else if (when < timer.sortedWhen) {
      sortAs(timer);
      this.#rise(timer, timer.position);
    }
  }

  /** Removes a timer, of which nothing is left behind; returns false when it waits for nothing. */
  remove(timer: T): boolean {
    if (this.#heap[timer.position] !== timer) return false;
    this.#takeOut(timer);
    if (timer.when === Infinity) return false;
    timer.when = Infinity;
    this.#size--;
    return true;
  }

  /** Calls `change` with every timer that waits, which may alter its `when`, and restores the order. */
  rearrange(change: (timer: T) => void): void {
    for (const timer of this.#heap) timer.position = -1;
    this.#heap = this.#heap.filter((timer) => timer.when !== Infinity);
    for (const timer of this.#heap) {
      change(timer);
      sortAs(timer);
    }
    this.#heap.sort((a, b) => (isEarlier(a, b) ? -1 : 1));
    this.#heap.forEach((timer, position) => (timer.position = position));
  }

  #takeOut(timer: T): void {
    const { position } = timer;
    timer.position = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === timer) return;
    this.#rise(last, position);
    this.#sink(last, last.position);
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

function sortAs(timer: QueuedTimer): void {
  timer.sortedWhen = timer.when;
  timer.sortedSequence = timer.sequence;
}

function isEarlier(a: QueuedTimer, b: QueuedTimer): boolean {
  if (a.sortedWhen !== b.sortedWhen) return a.sortedWhen < b.sortedWhen;
  return a.deadline === b.deadline ? a.sortedSequence < b.sortedSequence : b.deadline;
}
