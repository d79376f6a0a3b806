import type { Disposer } from '../contracts/contexts';
import { toError } from '../errors/serializeError';

/** What a startup gave to `defer`, disposed newest first, one by one. */
export class Disposers {
  readonly #pending: Disposer[] = [];
  readonly #late: (disposal: Promise<readonly Error[]>) => void;
  #disposed = false;

  /** @param late - given the disposal of what is deferred after everything was disposed. */
  constructor(late: (disposal: Promise<readonly Error[]>) => void) {
    this.#late = late;
  }

  add(disposer: Disposer): void {
    this.#pending.push(disposer);
    if (this.#disposed) this.#late(this.#drain());
  }

  /** Resolves with what failed; a failure does not keep the others from being disposed. */
  dispose(): Promise<readonly Error[]> {
    this.#disposed = true;
    return this.#drain();
  }

  async #drain(): Promise<readonly Error[]> {
    const errors: Error[] = [];
    for (let disposer = this.#pending.pop(); disposer !== undefined; disposer = this.#pending.pop()) {
      try {
        await disposer();
      } catch (error) {
        errors.push(toError(error));
      }
    }
    return errors;
  }
}
