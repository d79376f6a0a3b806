import { injectable } from 'inversify';

/** The orders that wait to be sent. */
@injectable()
export class Orders {
  readonly #waiting = ['A-1', 'A-2'];

  take(): readonly string[] {
    return this.#waiting.splice(0);
  }
}
