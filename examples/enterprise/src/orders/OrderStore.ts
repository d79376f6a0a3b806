/** An order of the partner. */
export interface Order {
  readonly id: string;
  readonly cents: number;
}

/** Keeps the orders that wait for their invoice. */
export class OrderStore {
  readonly #open = new Map<string, Order>();

  add(orders: readonly Order[]): void {
    for (const order of orders) this.#open.set(order.id, order);
  }

  /** Removes all waiting orders and returns them. */
  take(): readonly Order[] {
    const orders = [...this.#open.values()];
    this.#open.clear();
    return orders;
  }

  get size(): number {
    return this.#open.size;
  }
}
