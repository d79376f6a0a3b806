/** Numbers, of which the lowest comes first. */
export class IndexHeap {
  readonly #items: number[] = [];

  push(item: number): void {
    const items = this.#items;
    let position = items.push(item) - 1;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      if (at(items, parent) <= item) break;
      items[position] = at(items, parent);
      position = parent;
    }
    items[position] = item;
  }

  pop(): number | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return first;
    let position = 0;
    for (;;) {
      let child = position * 2 + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && at(items, child + 1) < at(items, child)) child++;
      if (at(items, child) >= last) break;
      items[position] = at(items, child);
      position = child;
    }
    items[position] = last;
    return first;
  }
}

const at = (items: readonly number[], index: number): number => items[index] as number;
