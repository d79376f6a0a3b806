import { say } from './say';

/** Where orders are kept. It takes none while it is closed. */
export class Warehouse {
  #isOpen = false;
  #kept = 0;

  async open(): Promise<void> {
    this.#isOpen = true;
    say('warehouse opened');
  }

  /** @throws Error when it is closed. */
  keep(order: string): void {
    if (!this.#isOpen) {
      say(`lost ${order}`);
      throw new Error('The warehouse is closed.');
    }
    this.#kept++;
    say(`kept ${order}`);
  }

  report(): void {
    say(`${this.#kept} orders are kept`);
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    say('warehouse closed');
  }
}
