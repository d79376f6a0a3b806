import { setTimeout as wait } from 'node:timers/promises';

import { say } from './say';

const SLOWNESS_MS = 250;

/** Where orders come from: slower than they are asked for, and failing at the second time. */
export class OrderApi {
  #pulls = 0;
  #running = 0;

  /** The orders that are new. @throws Error when the service fails, and the signal's reason when it aborts. */
  async pull(signal?: AbortSignal): Promise<readonly string[]> {
    const pull = ++this.#pulls;
    say(`pull ${pull} begins`);
    if (++this.#running > 1) say(`${this.#running} pulls at a time`);
    try {
      await wait(SLOWNESS_MS, undefined, { signal });
    } finally {
      this.#running--;
    }
    say(`pull ${pull} ends`);
    if (pull === 2) throw new Error('503 from the order service');
    return [`order ${pull}`];
  }
}
