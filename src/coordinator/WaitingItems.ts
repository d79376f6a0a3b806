/** An item, and those around it. */
interface Place<T> {
  readonly item: T;
  /** Its number in the order. */
  readonly position: number;
  /** The number of items before it that are not done. */
  waitsFor: number;
  readonly followers: Place<T>[];
}

/** Items that have not begun. Each is free once everything that has to be done before it is done. */
export class WaitingItems<T> {
  readonly #places: ReadonlyMap<T, Place<T>>;
  /** The free ones, as a binary heap: the first in the order is at the top. */
  readonly #free: Place<T>[] = [];

  /** @param before - returns the items that have to be done before one; others than `items` are ignored. */
  constructor(items: readonly T[], before: (item: T) => Iterable<T>) {
    this.#places = new Map(items.map((item, position) => [item, { item, position, waitsFor: 0, followers: [] }]));
    for (const place of this.#places.values()) {
      for (const first of before(place.item)) {
        const followed = this.#places.get(first);
        if (followed === undefined) continue;
        followed.followers.push(place);
        place.waitsFor++;
      }
    }
    for (const place of this.#places.values()) if (place.waitsFor === 0) this.#add(place);
  }

  /** Takes the first item in the order that is free; undefined when none is. */
  take(): T | undefined {
    const heap = this.#free;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined) return undefined;
    if (last === first) return first.item;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      const child = right !== undefined && left !== undefined && right.position < left.position ? right : left;
      if (child === undefined || child.position > last.position) break;
      heap[at] = child;
      at = 2 * at + (child === left ? 1 : 2);
    }
    heap[at] = last;
    return first.item;
  }

  /** Takes notice of an item that is done: those that waited for nothing else are free. */
  release(item: T): void {
    for (const follower of this.#places.get(item)?.followers ?? []) {
      if (--follower.waitsFor === 0) this.#add(follower);
    }
  }

  #add(place: Place<T>): void {
    const heap = this.#free;
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || parent.position < place.position) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = place;
  }
}
